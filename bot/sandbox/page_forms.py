"""What the page may ask of its server, and the sentences it is refused with."""

import json
from typing import TypeVar

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.sandbox.stage import PhoneChannel

WRONG_REQUEST = "Cette demande n’est pas lisible."
NOTHING_PLANNED = "Aucun rappel n’est prévu : tous les clients ont été recontactés."
WRONG_PICTURE = "Choisissez une image PNG, JPEG, WebP ou GIF de 4 Mo au plus."
NOTHING_THERE = "Ce fichier n’existe plus."


class Form(BaseModel):
    """What the page posts; anything else in it is refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Text(Form):
    person: str
    channel: PhoneChannel
    text: str = Field(max_length=60_000)
    sample: bool = False


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
