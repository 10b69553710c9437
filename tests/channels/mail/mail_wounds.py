"""Mails made worse than any sample: the same wounds for the same seed, so that a failure can be had again."""

import random
import re
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from pathlib import Path

from tests.channels.mail.mail_samples import names, sample

Chance = random.Random
Wound = Callable[[bytes, Chance], bytes]

MOST_WOUNDS = 8
_FLOOD_BYTES = 100_000
_FRAGMENT = re.compile(rb"</?\w[^<>]{0,80}>|<!--|&#?\w{1,8};|\n[^\n]{1,80}|[^\s<>]{1,20}[:@]")
_HTML = Path(__file__).parent / "html_replies"
_TAGS = (b"<style>", b"<title>", b"<script ", b"<head>", b"<br ", b"<b>", b"<!--", b"<")
_TOKENS = (
    *(b"\r\n", b"\n\n", b"\0", b"\xff", b"\xed\xa0\x80", b"\x1b$B", b"--", b"@", b",", b":", b";", b'"', b"<", b">"),
    *(b"=?utf-8?b?", b"=?utf-8?q?=E9?=", b"?=", b"((((((((", b"*0*=", b"filename*1*=%E9'", b"charset=idna", b"base64"),
    *(b"boundary=", b'multipart/mixed; boundary=""', b"message/rfc822", b" " * 50, b"a" * 200, b"From: \n", b"<div>"),
    *(
        b"<style>",
        b"</title>",
        b"<script ",
        b"<head>",
        b"<!--",
        b"data:",
        b"cid:",
        b"\nCordialement\n",
        b"\nDr Aubry\n",
    ),
    *(b"<blockquote>", b"&#xE000;", b"&#0;", b"\n> ", b"\nDe : ", b"\n-- \n", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\r"),
)
_CHARSETS = (
    *(
        b"utf-16",
        b"utf-7",
        b"utf-32",
        b"idna",
        b"punycode",
        b"iso-2022-jp",
        b"hz",
        b"us-ascii",
        b"cp037",
        b"rot13",
        b"",
    ),
    *(b"unicode_escape", b"base64", b"utf-8", b"x-unknown", b'"utf-8', b"utf-8; charset=latin-1", b"\xff", b"big5"),
)
_ENCODINGS = (b"base64", b"quoted-printable", b"7bit", b"binary", b"x-uuencode", b"", b"BASE64 ", b"8bit; x=y")
_NAMES = (
    *(b"From", b"To", b"Cc", b"Subject", b"Date", b"Message-ID", b"References", b"In-Reply-To", b"Content-Type"),
    *(b"Content-Disposition", b"Content-Transfer-Encoding", b"Return-Path", b"Auto-Submitted", b"Received", b"X-Y"),
)


@cache
def originals() -> tuple[bytes, ...]:
    """Every sample, and a mail around each of the HTML ones."""
    return tuple(sample(name) for name in names()) + tuple(_html_mail(path) for path in sorted(_HTML.glob("*.html")))


def wounded(seed: str) -> bytes:
    """A sample with one to `MOST_WOUNDS` wounds."""
    chance = Chance(seed)
    raw = chance.choice(originals())
    for _ in range(chance.randint(1, MOST_WOUNDS)):
        raw = chance.choices(_WOUNDS, _WEIGHTS)[0](raw, chance)
    return raw


def _html_mail(path: Path) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "Dr Claude Modèle <modele@example.org>", "support@example.fr"
    mail["Subject"], mail["Message-ID"] = "Re: panne", f"<{path.stem}@example.org>"
    mail["Date"] = "Mon, 23 Nov 2026 10:12:33 +0100"
    mail.set_content(path.read_text(encoding="utf-8").partition("======== visible")[0], subtype="html")
    return bytes(mail)


def _flip(raw: bytes, chance: Chance) -> bytes:
    at, end = _span(raw, chance)
    return raw[:at] + bytes(byte ^ chance.randrange(256) for byte in raw[at:end]) + raw[end:]


def _cut(raw: bytes, chance: Chance) -> bytes:
    at, end = _span(raw, chance)
    return raw[:at] + raw[end:]


def _end_early(raw: bytes, chance: Chance) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def _begin_late(raw: bytes, chance: Chance) -> bytes:
    return raw[chance.randrange(min(len(raw), 400) + 1) :]


def _repeat(raw: bytes, chance: Chance) -> bytes:
    at, end = _span(raw, chance)
    return raw[:end] + raw[at:end] * chance.randint(1, 5) + raw[end:]


def _insert(raw: bytes, chance: Chance) -> bytes:
    at, end = _span(raw, chance)
    return raw[:at] + chance.choice(_TOKENS) + raw[chance.choice((at, end)) :]


def _lines(raw: bytes, chance: Chance) -> bytes:
    """Some lines dropped, said twice, or in another order."""
    lines = raw.split(b"\n")
    at = chance.randrange(len(lines))
    some = lines[at : at + chance.randint(1, 12)]
    rest = lines[at + len(some) :]
    match chance.randrange(3):
        case 0:
            some = []
        case 1:
            some = some + some
        case _:
            chance.shuffle(some)
    return b"\n".join([*lines[:at], *some, *rest])


def _boundary(raw: bytes, chance: Chance) -> bytes:
    """A boundary that one of its lines, or its parameter, spells in another way."""
    found = re.findall(rb"boundary=\"?([^\"\s;]{1,70})", raw)
    if not found:
        return raw
    name = chance.choice(found)
    other = chance.choice((name + b"x", name[:-1], name.swapcase(), b"", name + b"--", b"--" + name, b" " + name))
    return _replace_one(raw, re.escape(name), other, chance)


def _header(raw: bytes, chance: Chance) -> bytes:
    """A field renamed, folded anew, without its colon, said a second time, or made of junk."""
    name = re.escape(chance.choice(_NAMES))
    found = list(re.finditer(rb"(?mi)^" + name + rb":[^\n]*\n", raw))
    if not found:
        return chance.choice(_NAMES) + b": " + bytes(chance.randrange(256) for _ in range(30)) + b"\n" + raw
    field = chance.choice(found)
    line = field[0]
    match chance.randrange(6):
        case 0:
            line = chance.choice(_NAMES) + line[line.index(b":") :]
        case 1:
            at = chance.randrange(len(line))
            line = line[:at] + chance.choice((b"\r\n ", b"\n\t", b"\r\n\r\n ", b"\r ", b"\n")) + line[at:]
        case 2:
            line = line.replace(b":", b"", 1)
        case 3:
            line += chance.choice(_NAMES) + line[line.index(b":") :]
        case 4:
            line = line[: line.index(b":") + 1] + b"\n"
        case _:
            line = line.rstrip() + chance.choice(_TOKENS) * chance.choice((1, 1, 300)) + b"\n"
    return raw[: field.start()] + line + raw[field.end() :]


def _charset(raw: bytes, chance: Chance) -> bytes:
    return _replace_one(
        raw, rb"(?i)(?<=charset=)\"?[\w-]{1,20}\"?|(?<==\?)[\w-]{1,20}(?=\?)", chance.choice(_CHARSETS), chance
    )


def _encoding(raw: bytes, chance: Chance) -> bytes:
    return _replace_one(raw, rb"(?i)(?<=content-transfer-encoding: )[\w-]{1,20}", chance.choice(_ENCODINGS), chance)


def _base64(raw: bytes, chance: Chance) -> bytes:
    """A line of base64 without its end, with junk between, or with padding where none belongs."""
    junk = (b"", b"=", b"====", b"!!", b"\xff\xfe", b"\n\n", b"A", b" ")
    return _replace_one(raw, rb"(?m)(?<=[\w+/]{20})[\w+/]{1,3}(?=[\w+/=]*\r?$)", chance.choice(junk), chance)


def _splice(raw: bytes, chance: Chance) -> bytes:
    other = chance.choice(originals())
    return raw[: chance.randrange(len(raw) + 1)] + other[chance.randrange(len(other) + 1) :]


def _line_ends(raw: bytes, chance: Chance) -> bytes:
    unified = raw.replace(b"\r\n", b"\n")
    return unified.replace(b"\n", chance.choice((b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\r")))


def _wrap(raw: bytes, chance: Chance) -> bytes:
    """The mail as a part of a part of a part, or a mail in a mail in a mail."""
    levels = chance.choice((1, 2, 5, 29, 30, 31, 60))
    if chance.random() < 0.5:
        heads = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(levels))
        return b"From: a@example.fr\r\n" + b"".join(heads) + raw
    return b"From: a@example.fr\r\nContent-Type: message/rfc822\r\n\r\n" * levels + raw


def _swell(raw: bytes, chance: Chance) -> bytes:
    """One line, or one stretch, a thousand times."""
    at, end = _span(raw, chance)
    if chance.random() < 0.5:
        at, end = raw.rfind(b"\n", 0, at) + 1, raw.find(b"\n", at) + 1 or len(raw)
    return raw[:at] + raw[at:end][:200] * chance.choice((100, 600, 1_200)) + raw[end:]


def _flood(raw: bytes, chance: Chance) -> bytes:
    """One of its own tags, words or lines ten thousand times and more; or a tag, deep within another of its tags."""
    own = sorted(set(_FRAGMENT.findall(raw)))
    tags = [each for each in own if each[:1] == b"<"]
    if tags and chance.random() < 0.6:
        place = chance.choice(tags)
        outer, inner = chance.choice((b"<div>", place)) * 400, chance.choice((chance.choice(tags), *_TAGS))
    else:
        place, outer = chance.choice(own or _TOKENS), b""
        inner = chance.choice((place, chance.choice(_TOKENS)))
    at = max(raw.find(place), 0)
    return raw[:at] + outer + inner * (_FLOOD_BYTES // len(inner)) + raw[at:]


def _span(raw: bytes, chance: Chance) -> tuple[int, int]:
    at = chance.randrange(len(raw) + 1)
    return at, min(len(raw), at + chance.randrange(80))


def _replace_one(raw: bytes, pattern: bytes, by: bytes, chance: Chance) -> bytes:
    found = list(re.finditer(pattern, raw))
    if not found:
        return raw
    one = chance.choice(found)
    return raw[: one.start()] + by + raw[one.end() :]


_FREQUENT = (_flip, _cut, _repeat, _insert, _lines, _boundary, _header, _charset, _encoding, _base64)
_RARE = (_end_early, _begin_late, _splice, _line_ends)
_COSTLY = (_wrap, _swell, _flood)
_WOUNDS: tuple[Wound, ...] = (*_FREQUENT, *_RARE, *_COSTLY)
_WEIGHTS = (10,) * len(_FREQUENT) + (4,) * len(_RARE) + (1,) * len(_COSTLY)
