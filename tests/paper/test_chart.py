"""The report's picture: drawn whatever the figures, one picture of one size, and only from what it is given."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import PaperError
from bot.paper import typesetter
from bot.paper.typesetter import TypstTypesetter
from bot.rules.figures import months_back
from bot.texts.report import MonthFigures, ReportView

NOVEMBER = date(2026, 11, 1)
HOUR = timedelta(hours=1)
PAPERS = TypstTypesetter()
WARNING, ACCENT, SOFT = (163, 59, 32), (31, 86, 115), (157, 184, 200)
NOTHING: list[dict[str, object]] = [{}] * 13
USUAL = [
    {"requests": 30 + nth, "urgent": nth % 3, "kept": 28, "decided": 30 + nth, "waited": (1 + nth % 5) * HOUR}
    for nth in range(13)
]


def view(figures: list[dict[str, object]]) -> ReportView:
    months = (MonthFigures(month, **each) for month, each in zip(months_back(NOVEMBER), figures, strict=True))
    return ReportView("Atelier", date(2026, 11, 23), tuple(months))


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return int(width), int(height)


def colours(png: bytes) -> dict[tuple[int, int, int], int]:
    """How many pixels there are of each colour."""
    width, height = size(png)
    lines = _unfiltered(zlib.decompress(b"".join(_data(png))), width * 4, height)
    count: dict[tuple[int, int, int], int] = {}
    for line in lines:
        for red, green, blue in zip(line[0::4], line[1::4], line[2::4], strict=True):
            count[red, green, blue] = count.get((red, green, blue), 0) + 1
    return count


def _data(png: bytes) -> Iterator[bytes]:
    assert png[25] == 6, "red, green, blue, and alpha"
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            yield png[at + 8 : at + 8 + length]
        at += 12 + length


def _unfiltered(raw: bytes, stride: int, height: int) -> Iterator[bytes]:
    before = bytes(stride)
    for nth in range(height):
        start = nth * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        kind = raw[start]
        for i in range(stride if kind else 0):
            left = line[i - 4] if i >= 4 else 0
            up, corner = before[i], before[i - 4] if i >= 4 else 0
            guess = (left, up, (left + up) // 2, _paeth(left, up, corner))[kind - 1]
            line[i] = (line[i] + guess) % 256
        before = bytes(line)
        yield before


def _paeth(left: int, up: int, corner: int) -> int:
    return min((left, up, corner), key=lambda each: abs(left + up - corner - each))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few pixels, for tests that look at each."""
    monkeypatch.setattr(typesetter, "PIXELS_PER_INCH", 36.0)


@pytest.mark.parametrize(
    "figures",
    [
        pytest.param(USUAL, id="a usual year"),
        pytest.param(NOTHING, id="nothing at all"),
        pytest.param([*NOTHING[1:], {"requests": 1, "kept": 1, "decided": 1, "waited": HOUR}], id="one request"),
        pytest.param([{"requests": 5, "urgent": 5, "decided": 5, "waited": 90 * HOUR}] * 13, id="all urgent, all late"),
        pytest.param([{"requests": 1000, "urgent": 200, "kept": 999, "decided": 1000}] * 13, id="a thousand a month"),
        pytest.param([{"requests": 2}] * 13, id="nobody was recontacted yet"),
        pytest.param([{"requests": 2, "kept": 2, "decided": 2, "waited": timedelta(0)}] * 13, id="all at once"),
    ],
)
def test_there_is_a_picture_whatever_the_figures(figures: list[dict[str, object]]) -> None:
    png = PAPERS.chart(view(figures))
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = size(png)
    assert width == 1278
    assert 900 < height < 1600


def test_it_is_small_enough_for_a_phone() -> None:
    assert len(PAPERS.chart(view(USUAL))) < 400_000


def test_the_last_month_stands_out_and_urgent_ones_are_marked(small: None) -> None:
    found = colours(PAPERS.chart(view(USUAL)))
    assert 5 < found[SOFT] / found[ACCENT] < 16
    assert found[WARNING] > 20


def test_the_urgent_colour_is_not_used_where_nothing_was(small: None) -> None:
    calm = [{**each, "urgent": 0} for each in USUAL]
    assert colours(PAPERS.chart(view(calm))).get(WARNING, 0) == 0


def test_twice_the_requests_are_twice_the_column(small: None) -> None:
    def blue(requests: int) -> int:
        return colours(PAPERS.chart(view([{"requests": 40}, *NOTHING[2:], {"requests": requests}])))[ACCENT]

    assert blue(40) / blue(20) == pytest.approx(2, rel=0.1)


def test_a_shops_name_is_text_and_nothing_more() -> None:
    evil = '#panic("x") $ \\ ] "'
    usual = PAPERS.chart(replace(view(USUAL), shop="Atelier"))
    assert size(PAPERS.chart(replace(view(USUAL), shop=evil))) == size(usual)


def test_what_cannot_be_drawn_is_a_paper_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetter, "chart_sheet", lambda view: {})
    with pytest.raises(PaperError, match=r"report\.typ"):
        PAPERS.chart(view(USUAL))
