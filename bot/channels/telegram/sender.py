"""Says in Telegram what the outbox holds: messages, edits of cards, answers to buttons, clients' pictures."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from pydantic import ValidationError
from telegram import Bot, InputFile, LinkPreviewOptions, Message
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.channels.telegram.errors import TOO_OLD, UNCHANGED, refusal_code, seconds_of, to_delivery_error
from bot.channels.telegram.pacing import Pace
from bot.channels.telegram.payloads import MAX_TOAST, Edit, File, Say, Toast
from bot.domain.outbox import Kind, Outgoing
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from bot.texts.rich import head

PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp")
AUDIO_TYPES = ("audio/mpeg", "audio/mp4")
"""What Telegram plays in the chat itself; any other sound is a file to open."""

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_FILE_BYTES = 50 * 1024 * 1024
PATIENCE_SECONDS = 3.0
"""How long `send` itself waits for Telegram's pace; the rest of a longer wait is the delivery's."""

TOAST_SENT = "toast"

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class TelegramSender:
    """A `ports.Sender`. The provider's id is "chat:message", as a message's id is unique within its chat only."""

    def __init__(self, bot: Bot, pace: Pace, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._bot = bot
        self._pace = pace
        self._patience_seconds = patience_seconds

    async def send(self, outgoing: Outgoing) -> str:
        """Send it: "chat:message" for what now stands in a chat, "toast" or "too-old" for the answer to a button.

        Raises the errors of `channels.telegram.errors`; `gone` for a card that can no longer be edited, `payload` for
        a row that nobody can send.
        """
        chat_id = _chat_id(outgoing)
        await self._keep_pace(chat_id, outgoing.kind)
        try:
            return await self._send(chat_id, outgoing)
        except ValidationError as error:
            problem = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            raise PermanentDeliveryError(f"a {outgoing.kind} row cannot be read: {problem}", code="payload") from None
        except RetryAfter as error:
            if outgoing.kind is not Kind.TOAST:
                self._pace.freeze(chat_id, seconds_of(error))
            raise to_delivery_error(error) from error
        except TelegramError as error:
            raise to_delivery_error(error) from error
        finally:
            self._pace.landed(chat_id, outgoing.kind)

    async def find_sent(self, outgoing: Outgoing, known: Sequence[str]) -> str | None:
        """Always None: the Bot API cannot list what a bot has sent. So a message of uncertain fate is sent again.

        The desk may see one twice, after a break at the wrong moment; it never misses one.
        """
        return None

    def ready_in(self, outgoing: Outgoing) -> float:
        try:
            return self._pace.ready_in(_chat_id(outgoing), outgoing.kind)
        except PermanentDeliveryError:
            return 0.0  # `send` will say what is wrong with it

    async def _keep_pace(self, chat_id: int, kind: Kind) -> None:
        """Take a place within Telegram's limits. Two that were both told "now" by `ready_in` queue up here."""
        while (wait := self._pace.ready_in(chat_id, kind)) > 0:
            if wait > self._patience_seconds:
                raise TransientDeliveryError("not yet, to keep Telegram's pace", code="pace", retry_after=wait)
            await asyncio.sleep(wait)
        self._pace.took(chat_id, kind)

    async def _send(self, chat_id: int, outgoing: Outgoing) -> str:
        match outgoing.kind:
            case Kind.SAY:
                return await self._say(chat_id, Say.model_validate(outgoing.payload))
            case Kind.EDIT:
                return await self._edit(chat_id, Edit.model_validate(outgoing.payload))
            case Kind.TOAST:
                return await self._toast(Toast.model_validate(outgoing.payload))
            case Kind.FILE:
                return await self._file(chat_id, File.model_validate(outgoing.payload).captioned())
            case Kind.TEXT:
                raise PermanentDeliveryError("Telegram is the desk: clients are not written to there", code="payload")

    async def _say(self, chat_id: int, say: Say) -> str:
        message = await self._bot.send_message(
            chat_id,
            say.text,
            entities=say.styling,
            reply_markup=say.markup,
            disable_notification=say.silent,
            reply_parameters=say.answered,
            link_preview_options=_NO_PREVIEW,
        )
        return _id_of(message)

    async def _edit(self, chat_id: int, edit: Edit) -> str:
        try:
            await self._bot.edit_message_text(
                edit.text,
                chat_id,
                edit.message_id,
                entities=edit.styling,
                reply_markup=edit.keyboard,
                link_preview_options=_NO_PREVIEW,
            )
        except BadRequest as error:
            if refusal_code(error) != UNCHANGED:
                raise
        return f"{chat_id}:{edit.message_id}"

    async def _toast(self, toast: Toast) -> str:
        """Answer a button. A press that is too old to be answered shows nothing any more: nobody waits for it."""
        try:
            await self._bot.answer_callback_query(toast.callback_id, head(toast.text, MAX_TOAST), toast.alert)
        except BadRequest as error:
            if refusal_code(error) != TOO_OLD:
                raise
            return TOO_OLD
        return TOAST_SENT

    async def _file(self, chat_id: int, file: File) -> str:
        path = Path(file.path)
        content = await asyncio.to_thread(_read, path)
        upload = InputFile(content, filename=file.name or path.name)
        if file.content_type in PHOTO_TYPES and len(content) <= MAX_PHOTO_BYTES:
            try:
                return await _posted(self._bot.send_photo, chat_id, file, upload)
            except BadRequest as error:
                if not _is_no_photo(error):
                    raise
        if file.content_type in AUDIO_TYPES:
            return await _posted(self._bot.send_audio, chat_id, file, upload)
        return await _posted(self._bot.send_document, chat_id, file, upload)


async def _posted(send: Callable[..., Awaitable[Message]], chat_id: int, file: File, upload: InputFile) -> str:
    """A file by whichever of the bot's ways shows it best: they take the same."""
    message = await send(
        chat_id,
        upload,
        caption=file.text or None,
        caption_entities=file.styling,
        reply_markup=file.keyboard,
        disable_notification=file.silent,
        reply_parameters=file.answered,
    )
    return _id_of(message)


def _chat_id(outgoing: Outgoing) -> int:
    try:
        return int(outgoing.address.identifier)
    except ValueError:
        raise PermanentDeliveryError("no Telegram chat has such an id", code="payload") from None


def _id_of(message: Message) -> str:
    return f"{message.chat.id}:{message.message_id}"


def _is_no_photo(error: BadRequest) -> bool:
    """True when it is a picture that Telegram will not show as one (PHOTO_INVALID_DIMENSIONS, IMAGE_PROCESS_FAILED)."""
    return any(word in error.message.lower() for word in ("photo_", "image_process_failed"))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise PermanentDeliveryError(f"the file cannot be read: {type(error).__name__}", code="no-file") from error
    if len(content) > MAX_FILE_BYTES:
        raise PermanentDeliveryError("Telegram takes files of up to 50 MB", code="too-big")
    return content
