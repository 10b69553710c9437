"""From the environment and `.env` to `Settings`, or to every problem at once."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from dotenv.parser import parse_stream
from pydantic import SecretStr, ValidationError

from bot.config.settings import NEEDED, PREFIX, Settings, variable
from bot.domain.addresses import Channel
from bot.errors import SettingsError
from bot.texts import settings as texts


def _holds_secret(annotation: object) -> bool:
    return annotation is SecretStr or any(_holds_secret(part) for part in get_args(annotation))


SECRETS = frozenset(field for field, info in Settings.model_fields.items() if _holds_secret(info.annotation))
OAUTH = ("mail_oauth_token_url", "mail_oauth_client_id", "mail_oauth_refresh_token")
"""What logging in by OAuth2 cannot do without; a public client has no secret."""
_TWILIO_NUMBERS = ("sms_number", "whatsapp_number", "voice_number")


def load_settings(environ: Mapping[str, str], env_file: Path | None = None, *, needs_channel: bool = True) -> Settings:
    """Read the settings once; the environment wins over `.env`, and an empty value counts as not given.

    A secret may come as NAME_FILE, the path of a file that holds it. Raises `SettingsError` with every problem at
    once: what is unknown, unreadable or wrong, and, where a channel is needed, that none is set at all.
    """
    texts_given = _GivenTexts()
    if env_file is not None and env_file.exists():
        texts_given.add_env_file(env_file)
    texts_given.add(environ)
    settings, wrong = _parse(texts_given.readable())
    problems = [*texts_given.problems, *wrong, *_half_set(texts_given.fields)]
    names_none = not any(field in texts_given.fields for needed in NEEDED.values() for field in needed)
    if needs_channel and (names_none or (settings and not problems and not any(s.is_on for s in settings.channels()))):
        problems.append(texts.NO_CHANNEL)
    if problems or settings is None:
        raise SettingsError(list(dict.fromkeys(problems)))
    return settings


class _GivenTexts:
    """What was given, one layer over the other. A text is None where it was given and could not be read."""

    def __init__(self) -> None:
        self.fields: dict[str, str | None] = {}
        self.problems: list[str] = []

    def readable(self) -> dict[str, str]:
        return {field: text for field, text in self.fields.items() if text is not None}

    def add_env_file(self, path: Path) -> None:
        """Add the file's lines as they stand: `$` and `${…}` are left alone, because passwords hold them."""
        try:
            with path.open(encoding="utf-8") as stream:
                lines = list(parse_stream(stream))
        except (OSError, UnicodeDecodeError):
            self.problems.append(texts.describe_unreadable_env_file(str(path)))
            return
        for line in lines:
            if line.error or (line.key is not None and line.value is None):
                self.problems.append(texts.describe_unreadable_line(str(path), number=line.original.line))
        self.add({line.key: line.value for line in lines if line.key is not None and line.value is not None})

    def add(self, layer: Mapping[str, str]) -> None:
        """Add a layer over those before it."""
        for name in sorted(name for name in layer if name.startswith(PREFIX)):
            field = name.removeprefix(PREFIX).lower()
            secret = field.removesuffix("_file")
            if name == variable(field) and field in Settings.model_fields:
                if layer[name].strip():
                    self.fields[field] = layer[name].strip()
            elif name == variable(field) and field != secret and secret in SECRETS:
                self._add_secret_file(secret, layer)
            else:
                self.problems.append(texts.describe_unknown(name, closest=_closest(name)))

    def _add_secret_file(self, field: str, layer: Mapping[str, str]) -> None:
        path = layer[variable(field) + "_FILE"].strip()
        if not path:
            return
        if layer.get(variable(field), "").strip():
            self.problems.append(texts.describe_given_twice(variable(field)))
            return
        self.fields[field] = _read_secret(Path(path))
        if self.fields[field] is None:
            self.problems.append(texts.describe_unreadable_secret(variable(field) + "_FILE", path=path))


def _read_secret(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except (OSError, UnicodeDecodeError):
        return None


def _closest(name: str) -> str | None:
    known = [variable(field) for field in Settings.model_fields]
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.8)), None)


def _parse(given: Mapping[str, str]) -> tuple[Settings | None, list[str]]:
    try:
        return Settings.model_validate(given), []
    except ValidationError as wrong:
        # without the inputs: a secret that was not understood is still a secret
        errors = wrong.errors(include_input=False, include_url=False)
    problems = []
    for error in errors:
        context = error.get("ctx", {})
        sentence = context.get("error") or texts.describe_wrong_value(error["type"], bounds=context)
        problems.append(texts.describe_wrong(variable(str(error["loc"][0])), str(sentence)))
    return None, problems


def _half_set(given: Mapping[str, str | None]) -> Iterator[str]:
    """A service with some of its settings: what is missing, and what to take away to leave the service off."""
    # one way in is enough, and a mail server without any is half set
    ways_in = tuple(field for field in ("imap_url", "mail_listen") if field in given) or ("imap_url",)
    numbers = tuple(field for field in _TWILIO_NUMBERS if field in given)  # one of them is enough
    services = {
        "Twilio": ("twilio_account_sid", "twilio_auth_token", *(numbers or _TWILIO_NUMBERS[:1])),
        "Telegram": NEEDED[Channel.TELEGRAM],
        "le téléphone": ("voice_number", "public_url") if "voice_number" in given else (),
        "le mail": (*ways_in, *NEEDED[Channel.MAIL]),
        "l’accès OAuth2 au mail": OAUTH,
    }
    for service, needed in services.items():
        present = ", ".join(variable(field) for field in needed if field in given)
        missing = [variable(field) for field in needed if field not in given] if present else []
        yield from (texts.describe_half_set(name, service=service, given=present) for name in missing)
    if given.get("sms_automatic") == "number" and "sms_number" not in given:
        yield texts.describe_wrong(variable("sms_automatic"), texts.AUTOMATIC_NEEDS_NUMBER)
