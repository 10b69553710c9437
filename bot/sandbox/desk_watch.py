"""What the technicians' Telegram shows besides its messages: notices for taps, fields that open for an answer."""

from collections.abc import Callable

from bot.sandbox.telegram import Press, TelegramChange, TelegramStandIn
from bot.sandbox.views import message_key


class DeskWatch:
    """Remembers what passes; `told` is called after each change."""

    def __init__(self, telegram: TelegramStandIn, told: Callable[[], None]) -> None:
        self.answered: list[Press] = []
        """Taps that the bot has answered, oldest first."""
        self.questions: set[str] = set()
        """Keys of messages that opened the answer field (`force_reply`): later, nothing on the message shows it."""
        self._telegram = telegram
        self._told = told
        telegram.subscribe(self._see)

    def _see(self, change: TelegramChange) -> None:
        if change.kind == "answered" and change.press is not None:
            self.answered.append(change.press)
        if change.kind == "sent" and change.message is not None and self._opens_answer_field():
            self.questions.add(message_key(change.chat_id, change.message.message_id))
        self._told()

    def _opens_answer_field(self) -> bool:
        """Of the request that is being carried out: it is the newest one on the stand-in's list."""
        markup = self._telegram.calls[-1].parameters.get("reply_markup") if self._telegram.calls else None
        return bool(markup and markup.get("force_reply"))
