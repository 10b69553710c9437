"""How python-telegram-bot polls by itself: the next request acknowledges updates that still wait for their handler.

A program of its own, so that `test_telegram_kill` can kill it as it kills the real one.
"""

import asyncio
import os
import sqlite3

from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

WORK_SECONDS = 0.02

connection = sqlite3.connect(os.environ["PERMANENCE_DATABASE_URL"].removeprefix("sqlite:///"))
connection.execute("CREATE TABLE IF NOT EXISTS naive_notes (body TEXT)")


async def note(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    await asyncio.sleep(WORK_SECONDS)  # a look into a database, an answer sent
    assert update.message is not None
    with connection:
        connection.execute("INSERT INTO naive_notes VALUES (?)", (update.message.text,))


token, base_url = os.environ["PERMANENCE_TELEGRAM_TOKEN"], f"{os.environ['PERMANENCE_TELEGRAM_API_URL']}/bot"
application = Application.builder().token(token).base_url(base_url).build()
application.add_handler(MessageHandler(filters.ALL, note))
application.run_polling(timeout=1)
