"""`permanence import`: tried first, written with `--apply`, refused whole."""

from pathlib import Path

import pytest

from bot.texts.import_templates import CSV, TOML
from tests.cli.terminal import Permanence, held

GOOD = "client;type;contact;telephone\nCabinet des Tilleuls;groupe;Dr Lambert;06 39 98 00 11\n"


@pytest.fixture
def clients(folder: Path) -> Path:
    path = folder / "clients.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def test_the_template_goes_to_standard_output(permanence: Permanence) -> None:
    ended = permanence("import", "--template")
    assert (ended.status, ended.out, ended.err) == (0, CSV, "")


@pytest.mark.parametrize(("form", "template"), [("csv", CSV), ("toml", TOML)])
def test_a_template_of_either_form_goes_to_standard_output(permanence: Permanence, form: str, template: str) -> None:
    ended = permanence("import", "--template", form)
    assert (ended.status, ended.out, ended.err) == (0, template, "")


def test_the_template_of_everything_is_written_for_an_editor_and_can_be_imported_twice(
    permanence: Permanence, folder: Path
) -> None:
    assert permanence("import", "--template", "modele.toml").status == 0
    assert (folder / "modele.toml").read_bytes() == TOML.encode()
    tried = permanence("import", "modele.toml")
    assert (tried.status, tried.out.splitlines()[-1]) == (
        0,
        "+ 2 nouveaux clients, ~ 0 client modifié, = 0 client inchangé",
    )
    assert permanence("import", "modele.toml", "--apply").out.endswith("C’est écrit.\n")
    assert permanence("import", "modele.toml", "--apply").out.endswith("Rien à changer.\n")


def test_the_template_is_written_for_a_spreadsheet_and_can_be_imported(permanence: Permanence, folder: Path) -> None:
    assert permanence("import", "--template", "modele.csv").status == 0
    assert (folder / "modele.csv").read_bytes().startswith(b"\xef\xbb\xbfclient;type;")
    assert permanence("import", "modele.csv").out.endswith(
        "+ 2 nouveaux clients, ~ 0 client modifié, = 0 client inchangé\n"
    )


def test_the_template_overwrites_nothing(permanence: Permanence, clients: Path) -> None:
    ended = permanence("import", "--template", "clients.csv")
    assert ended.status == 2
    assert "clients.csv existe déjà" in ended.err
    assert clients.read_text(encoding="utf-8") == GOOD


def test_the_template_needs_a_folder(permanence: Permanence) -> None:
    ended = permanence("import", "--template", "nowhere/clients.csv")
    assert (ended.status, ended.err) == (3, "nowhere/clients.csv : No such file or directory.\n")


def test_a_dry_run_creates_no_database(permanence: Permanence, clients: Path, folder: Path) -> None:
    ended = permanence("import", "clients.csv")
    assert ended.status == 0
    assert ended.out.splitlines() == [
        "+ Cabinet des Tilleuls (cabinet de groupe)",
        "    + Dr Lambert",
        "        + SMS +33639980011",
        "        + WhatsApp +33639980011",
        "+ 1 nouveau client, ~ 0 client modifié, = 0 client inchangé",
    ]
    assert ended.err == "Essai : rien n’est écrit. Ajouter --apply pour écrire.\n"
    assert list(folder.iterdir()) == [clients]


def test_a_dry_run_then_the_writing_then_nothing_to_change(
    permanence: Permanence, clients: Path, database: Path
) -> None:
    assert permanence("import", "clients.csv").out.startswith("+ Cabinet")
    assert permanence("import", "clients.csv", "--apply").out.endswith("C’est écrit.\n")
    for arguments in (["import", "clients.csv", "--apply"], ["import", "clients.csv"]):
        ended = permanence(*arguments)
        assert (ended.status, ended.err) == (0, "")
        assert ended.out == ("+ 0 nouveau client, ~ 0 client modifié, = 1 client inchangé\nRien à changer.\n")


def test_bad_lines_are_wrong_use_and_nothing_is_written(permanence: Permanence, clients: Path, database: Path) -> None:
    clients.write_text(GOOD + "A;groupe;Dr A;12\n;groupe;Dr B;0639980012\n", encoding="utf-8")
    for arguments in (["import", "clients.csv"], ["import", "clients.csv", "--apply"]):
        ended = permanence(*arguments)
        assert (ended.status, ended.out) == (2, "")
        assert ended.err.splitlines() == [
            "ligne 3 : numéro « 12 » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01.",
            "ligne 4 : le client manque.",
            "Rien n’est écrit : corriger ces lignes, puis recommencer.",
        ]
    assert permanence("quota", "tilleuls").status == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["import"], "donner le fichier à importer", id="no file"),
        pytest.param(["import", "absent.csv"], "absent.csv : No such file or directory", id="absent"),
        pytest.param(["import", "."], ". : Is a directory", id="a folder"),
        pytest.param(["import", "clients.toml"], "clients.toml : No such file or directory", id="absent TOML"),
    ],
)
def test_a_file_that_cannot_be_read_is_wrong_use(permanence: Permanence, arguments: list[str], said: str) -> None:
    ended = permanence(*arguments)
    assert (ended.status, ended.out) == (2, "")
    assert said in ended.err


def test_a_file_in_another_encoding_is_refused(permanence: Permanence, clients: Path) -> None:
    clients.write_bytes("client;type\nl\N{LATIN SMALL LETTER E WITH ACUTE}".encode("cp1252"))
    ended = permanence("import", "clients.csv")
    assert ended.status == 2
    assert ended.err.startswith("ligne 2 : n’est pas en UTF-8")


def test_a_trial_goes_on_beside_the_running_program_and_the_writing_does_not(
    permanence: Permanence, clients: Path, database: Path
) -> None:
    with held(database):
        assert permanence("import", "clients.csv").status == 0
        ended = permanence("import", "clients.csv", "--apply")
    assert (ended.status, ended.out) == (3, "")
    assert ended.err.startswith("La base est tenue par une autre copie du programme : l’arrêter, puis recommencer.")
    assert permanence("import", "clients.csv", "--apply").status == 0


def test_the_shops_own_allowance_is_the_default(
    permanence: Permanence, clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PERMANENCE_ALLOWANCE", "20")
    clients.write_text(GOOD.replace("\n", ";contrat_debut\n", 1).replace("11\n", "11;01/03/2026\n"), encoding="utf-8")
    assert "contrat du 01/03/2026, 20 unités par période, 330,00 €" in permanence("import", "clients.csv").out
