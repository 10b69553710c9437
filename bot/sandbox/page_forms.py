"""What the page may ask of its server, and the sentences it is refused with."""

import json
from base64 import b64decode
from typing import Annotated, TypeVar

from aiohttp import web
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from bot.sandbox.stage import CallConduct, PhoneChannel

WRONG_REQUEST = "Cette demande n’est pas lisible."
NOTHING_PLANNED = "Aucun rappel n’est prévu : tous les clients ont été recontactés."
WRONG_PICTURE = "Choisissez une image PNG, JPEG, WebP ou GIF de 4 Mo au plus."
EMPTY_MAIL = "Écrivez un objet ou un texte avant d’envoyer."
NOTHING_THERE = "Ce fichier n’existe plus."

MAX_FILE_BYTES = 10 * 1024 * 1024


class Form(BaseModel):
    """What the page posts; anything else in it is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Text(Form):
    person: str
    channel: PhoneChannel
    text: str = Field(max_length=60_000)
    sample: bool = False


def _decoded(text: object) -> bytes:
    """Raises ValueError for what is no base64."""
    return b64decode(str(text), validate=True)


class Upload(Form):
    """A file to be sent with a mail; its content comes in base64."""

    name: str = Field(min_length=1, max_length=200)
    type: str = Field(pattern=r"^[a-z]+/[a-zA-Z0-9.+-]+$")
    content: Annotated[bytes, BeforeValidator(_decoded), Field(max_length=MAX_FILE_BYTES)]


class MailForm(Form):
    """`answers` is the number of the mail that is answered; then the subject is that mail's."""

    person: str
    subject: str = Field(default="", max_length=500)
    text: str = Field(default="", max_length=60_000)
    answers: int | None = None
    sample: bool = False
    file: Upload | None = None


class Calling(Form):
    person: str
    conduct: CallConduct


class Saying(Form):
    technician: int
    text: str = Field(min_length=1, max_length=4096)
    reply_to: str | None = None


class Press(Form):
    technician: int
    message: str
    data: str


class Move(Form):
    minutes: int | None = Field(default=None, ge=1, le=24 * 60)
    to: str | None = Field(default=None, pattern="^next-(opening|reminder)$")


F = TypeVar("F", bound=Form)


async def read(request: web.Request, form: type[F]) -> F:
    """The JSON that was posted. Raises HTTPBadRequest."""
    try:
        document = json.loads(await request.read() or b"{}")
    except ValueError:
        document = None
    return valid(form, document)


def valid(form: type[F], document: object) -> F:
    """Raises HTTPBadRequest."""
    try:
        return form.model_validate(document)
    except ValidationError:
        body = json.dumps({"problem": WRONG_REQUEST}, ensure_ascii=False)
        raise web.HTTPBadRequest(text=body, content_type="application/json") from None


def problem(sentence: str, *, status: int = 400) -> web.Response:
    return web.json_response({"problem": sentence}, status=status)
