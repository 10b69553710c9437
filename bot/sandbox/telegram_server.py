"""All that the Telegram stand-in's methods read and write, and what it tells those who watch."""

from dataclasses import dataclass, field

from bot.ports import Clock
from bot.sandbox.changes import Changes
from bot.sandbox.telegram_chats import Press, TelegramChat, TelegramChats, TelegramMessage, TelegramUser
from bot.sandbox.telegram_rules import Json
from bot.sandbox.telegram_updates import UpdateQueue


@dataclass(frozen=True)
class TelegramChange:
    """Something that people see: `kind` is said, sent, edited, deleted, pinned, reacted, pressed or answered."""

    kind: str
    chat_id: int
    message: TelegramMessage | None = None
    press: Press | None = None


@dataclass
class TelegramServer:
    """All that the methods read and write."""

    bot: TelegramUser
    chats: TelegramChats
    updates: UpdateQueue
    clock: Clock
    changes: Changes[TelegramChange] = field(default_factory=Changes)
    presses: dict[str, Press] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    deleted: list[TelegramMessage] = field(default_factory=list)
    query_seconds: float = 60.0
    """How long a tap may wait for its answer."""

    def tell(self, kind: str, chat: TelegramChat, message: TelegramMessage | None = None) -> None:
        self.changes.publish(TelegramChange(kind, chat.id, message))
