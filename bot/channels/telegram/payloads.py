"""What rows of the outbox carry for Telegram (`domain.outbox.Kind`), checked as they are read back from storage."""

from pydantic import BaseModel, ConfigDict
from telegram import ForceReply, InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity, ReplyParameters

from bot.texts.rich import Entity, Rich, head

MAX_CAPTION = 1024
MAX_TOAST = 200
MAX_PLACEHOLDER = 64


class _Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Styling(_Payload):
    """An entity; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None


class Button(_Payload):
    """A button that gives an order (`data`), or opens a page (`url`)."""

    text: str
    data: str | None = None
    url: str | None = None


class Say(_Payload):
    """SAY. `force_reply` opens the answer field; a text instead of True stands in it, greyed, until one types."""

    text: str
    entities: tuple[Styling, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    silent: bool = False
    reply_to: int | None = None
    force_reply: bool | str = False

    @property
    def styling(self) -> list[MessageEntity]:
        return [MessageEntity(one.type, one.offset, one.length, url=one.url) for one in self.entities]

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """The buttons; None when there are none, which takes those away that an edited message had."""
        rows = [
            [InlineKeyboardButton(one.text, callback_data=one.data, url=one.url) for one in row] for row in self.buttons
        ]
        return InlineKeyboardMarkup([row for row in rows if row]) if any(rows) else None

    @property
    def markup(self) -> InlineKeyboardMarkup | ForceReply | None:
        """Telegram takes one of both; the buttons are what would be missed."""
        if self.keyboard is not None or not self.force_reply:
            return self.keyboard
        hint = head(self.force_reply, MAX_PLACEHOLDER) if isinstance(self.force_reply, str) else None
        return ForceReply(selective=True, input_field_placeholder=hint or None)

    @property
    def answered(self) -> ReplyParameters | None:
        """What it answers; a message that was deleted since is no reason to stay silent."""
        return None if self.reply_to is None else ReplyParameters(self.reply_to, allow_sending_without_reply=True)


class Edit(Say):
    """EDIT: a message of ours shows this from now on."""

    message_id: int


class File(Say):
    """FILE: something of a client's from our own folder; the text is its caption."""

    path: str
    content_type: str
    name: str = ""
    text: str = ""

    def captioned(self) -> "File":
        """The same with a caption that Telegram takes: shorter than a message's text."""
        rich = Rich(self.text, tuple(Entity(one.type, one.offset, one.length, one.url) for one in self.entities))
        caption = rich.cut(MAX_CAPTION)
        entities = tuple(Styling.model_validate(entity) for entity in caption.entities)
        return self.model_copy(update={"text": caption.text, "entities": entities})


class Toast(_Payload):
    """TOAST: what shows above the chat when a button was pressed; with `alert`, until it is closed."""

    callback_id: str
    text: str = ""
    alert: bool = False
