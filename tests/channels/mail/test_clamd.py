"""Asking ClamAV's daemon about a file: clean, found, or not said; and what is not said is never taken for clean."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.channels.mail.clamd import Clamd
from bot.errors import DeliveryError, PermanentDeliveryError, TransientDeliveryError
from tests.channels.mail.fake_clamd import HOST, FakeClamd

VIRUS = b"this text stands for a virus"
SECONDS = 0.2


@pytest.fixture
async def daemon() -> AsyncIterator[FakeClamd]:
    daemon = FakeClamd({VIRUS: "Win.Test.EICAR_HDB-1"})
    await daemon.start()
    yield daemon
    await daemon.stop()


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(content: bytes) -> Path:
        path = tmp_path / "piece.bin"
        path.write_bytes(content)
        return path

    return write


def asking(daemon: FakeClamd, *, max_seconds: float = 60) -> Clamd:
    return Clamd(host=HOST, port=daemon.port, max_seconds=max_seconds)


async def problem_of(clamd: Clamd, path: Path) -> tuple[type[DeliveryError], str | None]:
    with pytest.raises(DeliveryError) as caught:
        await clamd.scan(path)
    return type(caught.value), caught.value.code


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"a letter", None, id="clean"),
        pytest.param(b"", None, id="empty"),
        pytest.param(b"x" * 300_000, None, id="of many pieces"),
        pytest.param(b"x" * 65_530 + VIRUS, "Win.Test.EICAR_HDB-1", id="found across two pieces"),
    ],
)
async def test_the_whole_file_is_examined(daemon, file, content: bytes, expected: str | None) -> None:
    assert await asking(daemon).scan(file(content)) == expected
    assert daemon.files == [content]


async def test_it_listens_on_a_socket_of_the_file_system_too(file, tmp_path: Path) -> None:
    daemon = FakeClamd({VIRUS: "Found"})
    await daemon.start(path=tmp_path / "clamd.ctl")
    clamd = Clamd(path=str(tmp_path / "clamd.ctl"))
    await clamd.check()
    assert [await clamd.scan(file(VIRUS)), await clamd.scan(file(b"clean"))] == ["Found", None]
    await daemon.stop()


@pytest.mark.parametrize("size", [pytest.param(size, id=f"{size:,} bytes") for size in (1_000_001, 30_000_000)])
async def test_a_file_larger_than_it_takes_is_never_examined(daemon, file, size: int) -> None:
    path = file(b"x" * size)
    for _ in range(10):  # its answer is not lost, however the rest of the file and the end of the connection cross
        assert await problem_of(asking(daemon), path) == (PermanentDeliveryError, "media_unscanned")


@pytest.mark.parametrize(
    ("answer", "is_cut"),
    [
        pytest.param(b"stream: OK", True, id="cut within the answer"),
        pytest.param(b"", True, id="cut before it"),
        pytest.param(b"", False, id="nothing"),
        pytest.param(b"stream: Can't allocate memory ERROR", False, id="an error"),
        pytest.param(b"stream: NOT OK AT ALL", False, id="something else"),
        pytest.param(b"\xff\xfe", False, id="no text"),
        pytest.param(b"x" * 100_000, False, id="an endless answer"),
    ],
)
async def test_what_is_no_answer_is_no_verdict(daemon, file, answer: bytes, is_cut: bool) -> None:
    daemon.answer, daemon.is_cut = answer, is_cut
    assert await problem_of(asking(daemon), file(b"a letter")) == (TransientDeliveryError, "scanner_answer")


async def test_clean_before_the_whole_file_was_sent_is_no_verdict(daemon, file) -> None:
    daemon.answer, daemon.max_bytes = b"stream: OK", 0
    code = (TransientDeliveryError, "scanner_answer")
    assert await problem_of(asking(daemon), file(b"x" * 30_000_000)) == code


async def test_one_that_hangs_up_is_no_verdict(daemon, file) -> None:
    daemon.hangs_up = True
    assert await problem_of(asking(daemon), file(b"x" * 300_000)) == (TransientDeliveryError, "scanner_answer")


async def test_one_that_never_answers_is_not_waited_for(daemon, file) -> None:
    assert await asking(daemon).scan(file(b"a letter")) is None
    daemon.is_silent = True
    code = (TransientDeliveryError, "scanner_answer")
    assert await problem_of(asking(daemon, max_seconds=SECONDS), file(b"a letter")) == code


async def test_one_that_is_not_there_is_told_from_one_that_does_not_say(daemon, file, tmp_path: Path) -> None:
    await daemon.stop()
    assert await problem_of(asking(daemon), file(b"a letter")) == (TransientDeliveryError, "scanner")
    nowhere = Clamd(path=str(tmp_path / "nobody.ctl"))
    assert await problem_of(nowhere, file(b"a letter")) == (TransientDeliveryError, "scanner")
    await daemon.start()
    assert await asking(daemon).scan(file(b"a letter")) is None


async def test_a_file_that_is_gone_is_no_clean_one(daemon, tmp_path: Path) -> None:
    assert await problem_of(asking(daemon), tmp_path / "gone") == (TransientDeliveryError, "scanner_answer")


async def test_a_check_says_whether_it_answers(daemon) -> None:
    await asking(daemon).check()
    daemon.answer = b"UNKNOWN COMMAND"
    with pytest.raises(TransientDeliveryError) as caught:
        await asking(daemon).check()
    assert caught.value.code == "scanner_answer"


async def test_one_that_is_cancelled_leaves_no_connection(daemon, file) -> None:
    daemon.is_silent = True
    scan = asyncio.create_task(asking(daemon).scan(file(b"a letter")))
    await daemon.examined.wait()
    scan.cancel()
    with pytest.raises(asyncio.CancelledError):
        await scan
