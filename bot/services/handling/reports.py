"""The shop's report at the desk: as text, as a picture below it, and as a table for who wants the numbers."""

from datetime import date

import structlog

from bot.domain.outbox import Rank
from bot.errors import DeskRefusal, PaperError
from bot.rules.typed_months import parse_month
from bot.services.context import Printing
from bot.services.handling.turn import Turn
from bot.services.printing import keep_report_table, print_chart
from bot.services.report import report_view
from bot.texts import papers
from bot.texts import report as texts
from bot.texts.report import ReportView

log = structlog.get_logger()


async def report(turn: Turn) -> str | None:
    """`/rapport [mois]`: the month and the twelve before it; the button's "2026-11 csv" posts the table."""
    words, wants_table = _without_csv(turn.words)
    view = await report_view(turn.uow, _month(turn, words), policy=turn.policy, now=turn.now)
    if wants_table:
        return await _table(turn, view)
    await turn.desk.say(
        texts.report(view), rank=Rank.ANSWER, chat_id=turn.order.chat_id, reply_to=turn.order.message_id
    )
    await _chart(turn, view)
    return None


def _without_csv(words: str) -> tuple[str, bool]:
    rest, _, last = words.rpartition(" ")
    return (rest, True) if last.lower() == texts.CSV_WORD else (words, False)


def _month(turn: Turn, words: str) -> date:
    month = parse_month(words, today=turn.desk.today)
    if month is None:
        raise DeskRefusal("not_a_month", words=words)
    if month > turn.desk.today:
        raise DeskRefusal("month_ahead", month=texts.month_name(month))
    return month


async def _chart(turn: Turn, view: ReportView) -> None:
    """The picture. Where it cannot be made the text stands alone: the figures are what was asked for."""
    try:
        document = await print_chart(turn.uow, view, printing=_printing(turn), now=turn.now)
    except PaperError as problem:
        log.error("chart not made", month=f"{view.figures.month:%Y-%m}", problem=str(problem))
        return
    await turn.desk.file(
        turn.order, path=document.path, content_type=document.content_type, caption=texts.caption(view)
    )


async def _table(turn: Turn, view: ReportView) -> str:
    try:
        document = await keep_report_table(turn.uow, view, printing=_printing(turn), now=turn.now)
    except PaperError as problem:
        log.error("table not kept", month=f"{view.figures.month:%Y-%m}", problem=str(problem))
        raise DeskRefusal("table_failed") from problem
    caption = texts.csv_caption(view.figures.month)
    await turn.desk.file(turn.order, path=document.path, content_type=document.content_type, caption=caption)
    return papers.coming(document.name)


def _printing(turn: Turn) -> Printing:
    printing = turn.desk.context.printing
    assert printing is not None, "bootstrap gives one to whoever handles orders"
    return printing
