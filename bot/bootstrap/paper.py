"""What papers are made with, from the settings: the shop's head, its logo, its contract's wording."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from bot.config import Settings
from bot.errors import PaperError, SettingsError
from bot.paper.cabinet import PaperCabinet
from bot.paper.typesetter import TypstTypesetter
from bot.services.context import Printing
from bot.texts import settings as texts
from bot.texts.contract_articles import ARTICLES
from bot.texts.contract_wording import Article, read_wording
from bot.texts.letterhead import Letterhead

PAPERS = "papers"
"""The folder below the media's."""

TOKEN_BYTES = 32
MOST_LOGO_BYTES = 500_000

_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:(?:<\?xml[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>)\s*)*<svg[\s>]", re.DOTALL)

T = TypeVar("T")


def printing_of(settings: Settings) -> Printing:
    """Everything that is needed to print. Raises `SettingsError` with every problem of the logo and of the wording."""
    problems: list[str] = []
    letterhead = _collecting(problems, lambda: letterhead_of(settings))
    articles = _collecting(problems, lambda: articles_of(settings))
    if letterhead is None or articles is None:
        raise SettingsError(problems)
    return Printing(
        typesetter=TypstTypesetter(),
        cabinet=PaperCabinet(Path(settings.media_dir) / PAPERS),
        letterhead=letterhead,
        articles=articles,
        new_token=_new_token,
        public_url=settings.public_url,
    )


def letterhead_of(settings: Settings) -> Letterhead:
    """The shop's name, address and logo, a PNG or an SVG by what it holds. Raises `SettingsError`."""
    path = settings.shop_logo
    if path is None:
        return Letterhead(settings.shop_name, settings.shop_address)
    try:
        with path.expanduser().open("rb") as file:
            logo = file.read(MOST_LOGO_BYTES + 1)
    except OSError as problem:
        raise SettingsError([texts.UNREADABLE_LOGO.format(path=path)]) from problem
    kind = "png" if logo.startswith(_PNG) else "svg" if _SVG.match(logo) else None
    if kind is None or len(logo) > MOST_LOGO_BYTES:
        raise SettingsError([texts.WRONG_LOGO.format(path=path, most=MOST_LOGO_BYTES // 1000)])
    return Letterhead(settings.shop_name, settings.shop_address, logo, kind)


def articles_of(settings: Settings) -> tuple[Article, ...]:
    """The contract's wording: the shop's own, else ours. Raises `SettingsError` with every problem of the file."""
    path = settings.contract_file
    if path is None:
        return read_wording(ARTICLES, source="contract_articles")
    try:
        text = path.expanduser().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError([texts.UNREADABLE_CONTRACT.format(path=path)]) from problem
    return read_wording(text, source=f"PERMANENCE_CONTRACT_FILE : {path}")


def check_logo(letterhead: Letterhead, settings: Settings) -> None:
    """Set the head once, at start: a damaged logo is found now and not with the first statement. `SettingsError`."""
    if not letterhead.logo:
        return
    try:
        TypstTypesetter().head(letterhead)
    except PaperError as problem:
        raise SettingsError([texts.UNUSABLE_LOGO.format(path=settings.shop_logo)]) from problem


def _collecting(problems: list[str], make: Callable[[], T]) -> T | None:
    try:
        return make()
    except SettingsError as problem:
        problems += problem.problems
        return None


def _new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
