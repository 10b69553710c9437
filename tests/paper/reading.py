"""Reads back the text of a PDF of ours."""

import re
from io import BytesIO

from pypdf import PdfReader

_INVISIBLE = re.compile(r"\s*\u00ad\s*|\u200b")  # a word parted at the end of a line; a place where one may be


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, line by line."""
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


def text_of(pdf: bytes) -> str:
    """All of it on one line, as it would be read: spaces are plain, and what may be broken is whole."""
    return plain(" ".join(pages_of(pdf)))


def plain(text: str) -> str:
    """No-break spaces as spaces, runs of them as one, no invisible mark."""
    return " ".join(_INVISIBLE.sub("", text).split())
