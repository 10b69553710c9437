"""Where papers are kept: privately, whole, and under names that any program takes."""

import stat
from pathlib import Path

import pytest

from bot.errors import PaperError
from bot.paper.cabinet import PaperCabinet, file_name


def test_a_paper_is_for_nobody_else_on_the_machine(tmp_path: Path) -> None:
    path = PaperCabinet(tmp_path / "media" / "papers").keep(b"%PDF", "Relevé.pdf")
    assert (path.name, path.read_bytes()) == ("releve.pdf", b"%PDF")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["releve.pdf"]


def test_two_of_one_name_never_meet(tmp_path: Path) -> None:
    cabinet = PaperCabinet(tmp_path)
    first, second = cabinet.keep(b"1", "a.pdf"), cabinet.keep(b"2", "a.pdf")
    assert (cabinet.read(str(first)), cabinet.read(str(second))) == (b"1", b"2")


def test_nothing_outside_the_cabinet_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"s")
    cabinet = PaperCabinet(tmp_path / "papers")
    kept = cabinet.keep(b"1", "a.pdf")
    (kept.parent / "link.pdf").symlink_to(tmp_path / "secret")
    for path in (tmp_path / "secret", kept.parent / ".." / ".." / "secret", kept.parent / "link.pdf", tmp_path / "no"):
        assert cabinet.read(str(path)) is None


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "papers").write_text("a file is in the way")
    with pytest.raises(PaperError, match="cannot be kept"):
        PaperCabinet(tmp_path / "papers").keep(b"1", "a.pdf")


@pytest.mark.parametrize(
    ("name", "file"),
    [
        pytest.param("Relevé Cabinet des Tilleuls 2026-03.pdf", "releve-cabinet-des-tilleuls-2026-03.pdf", id="words"),
        pytest.param("Contrat Dr. Œuvré.pdf", "contrat-dr-oeuvre.pdf", id="accents and points"),
        pytest.param("../../etc/passwd.pdf", "etc-passwd.pdf", id="a path"),
        pytest.param('a"b\r\nc;d.pdf', "a-b-c-d.pdf", id="what would break a header"),
        pytest.param("שלום.pdf", "document.pdf", id="another script"),
        pytest.param("x" * 300 + ".pdf", "x" * 80 + ".pdf", id="very long"),
        pytest.param("sans suffixe", "sans-suffixe", id="without a suffix"),
        pytest.param(".pdf", "document.pdf", id="only a suffix"),
    ],
)
def test_names_are_ours(name: str, file: str) -> None:
    assert file_name(name) == file
