"""What is put into a Telegram chat: a text and its buttons."""

from dataclasses import dataclass

from bot.domain.buttons import MAX_BYTES, encode
from bot.domain.desk import Verb
from bot.texts.rich import Rich
from bot.texts.typography import typeset

TOAST_LIMIT = 200
BUTTON_LIMIT = 40


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` is what a press brings back."""

    text: str
    data: str


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Post:
    """A message for the desk: within Telegram's 4,096 units, whatever a client wrote, and with French spacing."""

    rich: Rich
    buttons: Rows = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "rich", typeset(self.rich.cut()))

    @classmethod
    def of(cls, *pieces: str | Rich) -> "Post":
        """Without buttons: `Post.of("Ticket ", bold("41"), " pris.")`."""
        return cls(Rich.of(*pieces))

    @property
    def toast(self) -> str:
        """The text alone, as short as the answer to a pressed button must be."""
        return self.rich.cut(TOAST_LIMIT).text


def button(text: str, verb: Verb, ticket: int | None, words: str = "") -> Button:
    return Button(text if len(text) <= BUTTON_LIMIT else text[: BUTTON_LIMIT - 1] + "…", encode(verb, ticket, words))


def leave(text: str = "Annuler") -> Button:
    """The way out of a question that is no ticket's: nothing is done, and its buttons go."""
    return button(text, Verb.CANCEL, None)


def fits(verb: Verb, ticket: int | None, words: str) -> bool:
    """Whether a button can carry the words: a long name is typed instead."""
    return len(f"{verb}:{'' if ticket is None else ticket}:{words}".encode()) <= MAX_BYTES


def rows(*buttons: Button, width: int = 2) -> Rows:
    """The buttons in rows of `width`."""
    return tuple(buttons[start : start + width] for start in range(0, len(buttons), width))
