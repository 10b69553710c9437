"""What papers are made with, from the settings: the shop's head, its logo, its contract's wording."""

import secrets
from pathlib import Path

from bot.config import Settings
from bot.config.values import logo_format
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


def printing_of(settings: Settings) -> Printing:
    """Everything that is needed to print. Raises `SettingsError` with every problem of the contract's wording."""
    return Printing(
        typesetter=TypstTypesetter(),
        cabinet=PaperCabinet(Path(settings.media_dir) / PAPERS),
        letterhead=letterhead_of(settings),
        articles=articles_of(settings),
        new_token=_new_token,
        public_url=settings.public_url,
    )


def letterhead_of(settings: Settings) -> Letterhead:
    """The shop's name, address and logo. Raises `SettingsError` for a logo that cannot be read."""
    if settings.shop_logo is None:
        return Letterhead(settings.shop_name, settings.shop_address)
    try:
        logo = settings.shop_logo.read_bytes()
    except OSError as problem:
        raise SettingsError([texts.UNUSABLE_LOGO.format(path=settings.shop_logo)]) from problem
    return Letterhead(settings.shop_name, settings.shop_address, logo, logo_format(logo) or "")


def articles_of(settings: Settings) -> tuple[Article, ...]:
    """The contract's wording: the shop's own, else ours. Raises `SettingsError` with every problem of the file."""
    path = settings.contract_file
    if path is None:
        return read_wording(ARTICLES, source="contract_articles")
    try:
        text = path.read_text(encoding="utf-8")
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


def _new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)
