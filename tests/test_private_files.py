"""Files for us alone: whole or not at all."""

from pathlib import Path

import pytest

from bot.private_files import keep_private


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("is_durable", [False, True])
def test_a_file_is_ours_alone_and_takes_the_place_of_another(tmp_path: Path, is_durable: bool) -> None:
    path = tmp_path / "var" / "media" / "a.jpg"
    for content in (b"first", b"second"):
        keep_private(path, content, is_durable=is_durable)
        assert (path.read_bytes(), mode(path), mode(path.parent)) == (content, 0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "media"
    folder.mkdir(mode=0o755)
    keep_private(folder / "a.jpg", b"x")
    assert mode(folder) == 0o700


def test_a_move_that_fails_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", fail)
    with pytest.raises(OSError, match="No space"):
        keep_private(tmp_path / "media" / "a.jpg", b"x")
    assert list((tmp_path / "media").iterdir()) == []
