"""Every command of the terminal used wrongly, and every fault of a file to import, with what is said of it."""

import shlex
from pathlib import Path

import pytest

from bot import cli
from tests import bad_input
from tests.cli.bad_input_cases import CASES, CSV_TITLES, FILES
from tests.cli.terminal import Permanence

TITLE = "Dans un terminal"
INTRODUCTION = "Le statut, devant la réponse, est 1 pour un « non », 2 pour une mauvaise demande, 3 pour un échec."
IMPORT_TITLE = "Dans un fichier à importer"
IMPORT_INTRODUCTION = (
    "Toutes les lignes fautives sont dites à la fois, avec leur numéro, et rien n’est écrit. Les lignes d’un fichier\n"
    f"CSV viennent ici sous les titres `{CSV_TITLES}`."
)


@pytest.fixture
def furnished(permanence: Permanence, database: Path, folder: Path) -> Path:
    """A group practice with a contract, and a file that is not in UTF-8."""
    titles = "client;type;contact;telephone;contrat_debut"
    text = f"{titles}\nCabinet des Tilleuls;groupe;Dr Lambert;06 39 98 00 11;01/03/2020\n"
    (folder / "clients.csv").write_text(text, encoding="utf-8")
    assert permanence("import", "clients.csv", "--apply").status == 0
    (folder / "latin.csv").write_bytes("client;type;spécialité\n".encode("latin-1"))
    return folder


def test_what_is_answered_stands_on_the_page(permanence: Permanence, furnished: Path) -> None:
    before = sorted(furnished.iterdir())
    answered = {}
    for name, cases in CASES.items():
        group = []
        for typed, wrong in cases:
            ended = permanence(*shlex.split(typed))
            assert ended.status in (1, 2, 3), typed
            group.append((typed, wrong, f"{ended.status} : {_said(ended.out + ended.err)}"))
        answered[f"permanence {name}".strip()] = group
    assert sorted(furnished.iterdir()) == before, "a file was written"
    text = bad_input.section(TITLE, INTRODUCTION, "tapé après `permanence`", answered)
    assert text == bad_input.written(TITLE, text)


def _said(text: str) -> str:
    """Without the usage that stands above what is wrong."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(("Usage", "Try "))).strip()


def test_what_is_said_of_a_file_stands_on_the_page(permanence: Permanence, furnished: Path) -> None:
    answered = {}
    for suffix, files in FILES.items():
        group = []
        for content, wrong in files:
            (furnished / f"essai.{suffix}").write_text(content, encoding="utf-8")
            ended = permanence("import", f"essai.{suffix}", "--apply")
            assert (ended.status, ended.out) == (2, ""), content
            typed = content.removeprefix(f"{CSV_TITLES}\n")
            group.append((typed, wrong, ended.err.partition("\nRien n’est écrit")[0]))
        answered[suffix.upper()] = group
    text = bad_input.section(IMPORT_TITLE, IMPORT_INTRODUCTION, "écrit", answered)
    assert text == bad_input.written(IMPORT_TITLE, text)


def test_every_command_is_on_the_page() -> None:
    assert set(CASES) - {""} == {command.name for command in cli.app.registered_commands}
