"""What comes with mails: found in the raw mail, kept under names of ours, and never more than bytes (S8)."""

import asyncio
import base64
import random
import tracemalloc
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import pytest

from bot.channels.mail.media import HARMLESS, MailMedia
from bot.channels.mail.mime.attachments import MAX_FILENAME, harmless_names
from bot.channels.mail.spool import Spool
from bot.domain.tickets import Media
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError
from bot.ports import RawMails
from tests.channels.mail.mail_samples import names, read, sample

PDF = "application/pdf"
MAX_BYTES = 100_000


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "mail")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "var" / "media"


@pytest.fixture
def store(spool: Spool, folder: Path) -> MailMedia:
    return MailMedia(spool, folder, max_bytes=MAX_BYTES)


def media_of(spool: RawMails, raw: bytes) -> list[Media]:
    """What the reading of a mail says comes with it."""
    kept = spool.keep(raw)
    return [Media(f"mail:{kept}#{each.part}", each.content_type, name=each.name) for each in read(raw).attachments]


def with_files(files: Iterable[tuple[bytes, str, str]]) -> bytes:
    """A mail with a text and these files: (content, type, name as the sender gives it)."""
    parts = [
        b"--b\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; "
        b"filename*=utf-8''%s\r\n\r\n%s"
        % (kind.encode(), quoted(name), base64.encodebytes(content).replace(b"\n", b"\r\n"))
        for content, kind, name in files
    ]
    head = b"From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    return head + b"--b\r\n\r\nBonjour\r\n" + b"".join(parts) + b"--b--\r\n"


def quoted(name: str) -> bytes:
    return "".join(f"%{code:02X}" for code in name.encode("utf-8", "surrogatepass")).encode()


async def problem_of(store: MailMedia, media: Media) -> tuple[type[DeliveryError], str | None]:
    with pytest.raises(DeliveryError) as caught:
        await store.fetch(media)
    return type(caught.value), caught.value.code


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


async def test_a_file_is_taken_out_of_the_mail_and_kept_for_us_alone(
    store: MailMedia, spool: Spool, folder: Path
) -> None:
    raw = with_files([(b"first", PDF, "a.pdf"), (b"%PDF second", PDF, "b.pdf")])
    path, size = await store.fetch(media_of(spool, raw)[1])
    assert (path.read_bytes(), size, path.parent) == (b"%PDF second", 11, folder)
    assert (mode(path), mode(folder)) == (0o600, 0o700)
    assert files_in(folder) == [path]


async def test_fetched_twice_or_at_once_it_is_one_file(store: MailMedia, spool: Spool, folder: Path) -> None:
    [media] = media_of(spool, with_files([(b"once", PDF, "a.pdf")]))
    fetched = await asyncio.gather(*(store.fetch(media) for _ in range(5)), store.fetch(media))
    assert set(fetched) == {await store.fetch(media)}
    assert [path.read_bytes() for path in files_in(folder)] == [b"once"]

    next(spool._folder.rglob("*.eml")).unlink()  # the mail is not read again
    assert await store.fetch(media) == fetched[0]


@pytest.mark.parametrize("name", names())
async def test_of_every_sample_each_file_is_what_the_reading_says(store: MailMedia, spool: Spool, name: str) -> None:
    raw = sample(name)
    fetched = [await store.fetch(media) for media in media_of(spool, raw)]
    assert [(path.read_bytes(), size) for path, size in fetched] == [
        (each.content(), each.size) for each in read(raw).attachments
    ]


@pytest.mark.parametrize(
    ("raw", "content"),
    [
        pytest.param(b"Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF", b"%PDF", id="a mail that is a file"),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            b"--b\r\n\r\ntexte\r\n--b\r\nContent-Type: image/png\r\n\r\nprofond\r\n--b--\r\n--a--",
            b"profond",
            id="deep",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: message/rfc822\r\n\r\n"
            b"Subject: Dedans\r\n\r\ntexte\r\n--a--",
            b"Subject: Dedans\r\n\r\ntexte",
            id="a mail within it",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: image/png\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n!!aGk\r\n--a--",
            b"hi",
            id="a broken encoding",
        ),
    ],
)
async def test_wherever_it_is_it_is_found(store: MailMedia, spool: Spool, raw: bytes, content: bytes) -> None:
    [media] = media_of(spool, raw)
    assert (await store.fetch(media))[0].read_bytes() == content


@pytest.mark.parametrize(
    ("content_type", "name", "expected"),
    [
        pytest.param("image/jpeg", "photo", ".jpg", id="its type"),
        pytest.param("IMAGE/PNG; charset=x", "", ".png", id="its type, with a parameter"),
        pytest.param("application/octet-stream", "Bilan.PDF", ".pdf", id="its name, where the type says nothing"),
        pytest.param("application/pdf", "Bilan.exe", ".pdf", id="its type before its name"),
        pytest.param("application/octet-stream", "setup.exe", ".bin", id="a program"),
        pytest.param("application/x-sh", "a.sh", ".bin", id="a script"),
        pytest.param("text/html", "page.html", ".bin", id="a page"),
        pytest.param("image/svg+xml", "a.svg", ".bin", id="a picture with a script"),
        pytest.param("application/octet-stream", "a.docm", ".bin", id="a text with a program"),
        pytest.param("application/octet-stream", "a.pdf.lnk", ".bin", id="a link"),
        pytest.param("application/octet-stream", "a.pdf\n", ".bin", id="a line end"),
        pytest.param("../../etc/passwd", "../../etc/passwd", ".bin", id="a path"),
        pytest.param("", "", ".bin", id="nothing"),
    ],
)
async def test_a_name_ends_harmlessly(
    store: MailMedia, spool: Spool, content_type: str, name: str, expected: str
) -> None:
    [found] = media_of(spool, with_files([(b"x", PDF, "a.pdf")]))
    path, _ = await store.fetch(Media(found.url, content_type, name=name))
    assert path.suffix == expected


@pytest.mark.parametrize(
    ("size", "is_kept"),
    [pytest.param(MAX_BYTES, True, id="the largest"), pytest.param(MAX_BYTES + 1, False, id="larger")],
)
async def test_a_file_is_capped(store: MailMedia, spool: Spool, folder: Path, size: int, is_kept: bool) -> None:
    [media] = media_of(spool, with_files([(b"x" * size, PDF, "a.pdf")]))
    if is_kept:
        assert (await store.fetch(media))[1] == size
    else:
        assert await problem_of(store, media) == (PermanentDeliveryError, "media_too_large")
        assert files_in(folder) == []


async def test_what_is_gone_is_said_to_be(store: MailMedia, spool: Spool) -> None:
    raw = with_files([(b"x", PDF, "a.pdf")])
    [media] = media_of(spool, raw)
    no_part = Media(media.url.replace("#2", "#7"), PDF)
    the_text = Media(media.url.replace("#2", "#1"), PDF)
    assert [await problem_of(store, each) for each in (no_part, the_text)] == [
        (PermanentDeliveryError, "media_gone")
    ] * 2

    next(spool._folder.rglob("*.eml")).unlink()
    assert await problem_of(store, media) == (PermanentDeliveryError, "media_gone")


@pytest.mark.parametrize(
    "url",
    [
        "mail:../../etc/passwd#1",
        f"mail:{'a' * 63}#1",
        f"mail:{'A' * 64}#1",
        f"mail:{'a' * 64}#../1",
        f"mail:{'a' * 64}#",
        f"mail:{'a' * 64}#1\n",
        f"mail:{'a' * 64}#1" + ".1" * 9_000,
        f"https://example.org/mail:{'a' * 64}#1",
        "",
    ],
)
async def test_what_is_no_place_in_a_mail_is_not_looked_for(store: MailMedia, url: str) -> None:
    assert await problem_of(store, Media(url, PDF)) == (PermanentDeliveryError, "media_address")


@pytest.mark.parametrize("which", ["the folder", "the mail"])
async def test_a_disk_that_fails_is_tried_again(store: MailMedia, spool: Spool, folder: Path, which: str) -> None:
    """F3."""
    [media] = media_of(spool, with_files([(b"x", PDF, "a.pdf")]))
    [mail] = spool._folder.rglob("*.eml")
    broken, mended = (folder, None) if which == "the folder" else (mail, mail.read_bytes())
    if mended is None:
        block(folder)
    else:
        mail.unlink()
        mail.mkdir()
    assert await problem_of(store, media) == (TransientDeliveryError, "media_storage")

    broken.unlink() if mended is None else broken.rmdir()
    if mended is not None:
        broken.write_bytes(mended)
    assert (await store.fetch(media))[0].read_bytes() == b"x"


def block(folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_bytes(b"a file where the folder should be")


# Hostile names (S8)

_PIECES = (
    *("..", ".", "/", "\\", "~", "$HOME", "`id`", "$(id)", ";id;", "|", "&", "*", "?", "%00", "%2e%2e%2f", "-rf", "--"),
    *("\0", "\r", "\n", "\t", "\x1b[2J", "\u202e", "\u200b", "\ufeff", "\ud800", "\u2028", "e\u0301", "é", "中", "🦠"),
    *("CON", "nul", "LPT1", "com1.txt", "::$DATA", "C:", "file://", "etc/passwd", "authorized_keys", ".ssh", ".bashrc"),
    *(
        ".pdf",
        ".exe",
        ".sh",
        ".py",
        ".html",
        ".svg",
        ".lnk",
        ".docm",
        ".tar.gz",
        ".zip",
        " ",
        "a" * 300,
        "Bilan",
        "<b>",
    ),
)
GROUP, IN_A_MAIL = 250, 5
_KINDS = (
    PDF,
    "text/html",
    "application/octet-stream",
    "application/x-sh",
    "image/svg+xml",
    "application/zip",
    "../x/y",
)


def hostile(seed: int, count: int) -> list[tuple[str, str]]:
    """(name, content type) of so many files; the same for the same seed."""
    chance = random.Random(seed)
    return [
        ("".join(chance.choice(_PIECES) for _ in range(chance.randint(0, 6))), chance.choice(_KINDS))
        for _ in range(count)
    ]


def is_only_a_name(name: str) -> bool:
    """No path, no control, nothing hidden, no option, no device; not longer than names may be."""
    return (
        bool(name)
        and len(name) <= MAX_FILENAME + len(" (100000)")
        and name == Path(name).name == name.rpartition("\\")[2]
        and name.isprintable()
        and name[0] not in ".-~ "
        and name.partition(".")[0].casefold() not in ("con", "prn", "aux", "nul", "com1", "lpt1")
    )


class InMemory:
    """A `bot.ports.RawMails` of one mail: so many of them on the disk would be the disk's test."""

    raw = b""

    def keep(self, raw: bytes) -> str:
        self.raw = raw
        return "0" * 64

    def read(self, name: str) -> bytes:
        return self.raw


def keep_all(folder: Path, given: list[tuple[str, str]]) -> None:
    """Send a mail with files of these names, and fetch each."""
    contents = [f"file {nth}".encode() for nth in range(len(given))]
    raw_mails = InMemory()
    store = MailMedia(raw_mails, folder, max_bytes=MAX_BYTES)
    listed = media_of(
        raw_mails, with_files((content, kind, name) for content, (name, kind) in zip(contents, given, strict=True))
    )
    assert [media.name for media in listed if not is_only_a_name(media.name)] == []
    fetched = [store._fetch(media)[0] for media in listed]
    assert [path.read_bytes() for path in fetched] == contents
    assert {path.suffix for path in fetched} <= HARMLESS | {".bin"}
    assert {(path.parent, mode(path)) for path in fetched} == {(folder, 0o600)}
    for path in fetched:
        path.unlink()


@pytest.mark.parametrize(
    "count", [pytest.param(2_000, id="2,000"), pytest.param(100_000, marks=pytest.mark.prove, id="100,000")]
)
async def test_no_name_leads_out_of_the_folder(folder: Path, count: int) -> None:
    """S8: whatever a sender calls a file, on the card it is a name and on the disk it is ours, and nothing is run."""
    for seed in range(count // GROUP):
        given = hostile(seed, GROUP)
        harmless = harmless_names(given)
        assert [name for name in harmless if not is_only_a_name(name)] == []
        assert len({name.casefold() for name in harmless}) == GROUP
        for first in range(0, GROUP, IN_A_MAIL):
            await asyncio.to_thread(keep_all, folder, given[first : first + IN_A_MAIL])
    assert [path.name for path in files_in(folder.parent.parent)] == ["var"]
    assert files_in(folder.parent) == [folder]


def zip_of(content: bytes, name: str = "0" * 8) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


def bomb(levels: int) -> bytes:
    """4 MB of zeros in a few hundred bytes, for each level: unpacked to the ground it is far more."""
    packed = zip_of(bytes(4_000_000))
    for _ in range(levels):
        packed = zip_of(packed * 16)
    return packed


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(bomb(0), id="a bomb"),
        pytest.param(bomb(4), id="bombs within a bomb"),
        pytest.param(zip_of(b"x", "../../../tmp/evil"), id="a path within an archive"),
        pytest.param(b"#!/bin/sh\ntouch evil\n", id="a script"),
        pytest.param(b"X5O!P%@AP", id="the beginning of a virus test"),
    ],
)
async def test_what_a_file_holds_is_nothing_but_bytes(
    store: MailMedia, spool: Spool, folder: Path, content: bytes
) -> None:
    [media] = media_of(spool, with_files([(content, "application/zip", "a.zip")]))
    tracemalloc.start()
    path, size = await store.fetch(media)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (path.read_bytes(), size) == (content, len(content))
    assert peak < 1_000_000
    assert files_in(folder) == [path]
    assert mode(path) & 0o111 == 0
