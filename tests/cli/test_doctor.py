"""`doctor`: every fault with its mend."""

import sqlite3
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.doctor import machine
from bot.config import load_settings
from tests.cli.terminal import Permanence, held

DESK = {
    "PERMANENCE_TELEGRAM_TOKEN": "123456789:token",
    "PERMANENCE_TELEGRAM_CHAT_ID": "-1001",
    "PERMANENCE_TECHNICIANS": "1:Claire",
}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in DESK.items():
        monkeypatch.setenv(name, value)


def test_without_a_channel_something_is_to_be_mended(permanence: Permanence) -> None:
    ended = permanence("doctor")
    assert (ended.status, ended.err) == (1, "")
    bad = [line for line in ended.out.splitlines() if line.startswith("✗")]
    assert [line[:30] for line in bad] == ["✗ Aucun canal n’est réglé : re"]
    assert ended.out.endswith("1 défaut à réparer.\n")


@pytest.mark.usefixtures("desk")
def test_a_new_machine_is_well(permanence: Permanence, folder: Path) -> None:
    ended = permanence("doctor")
    assert (ended.status, ended.err) == (0, "")
    assert "✓ Telegram : en service\n" in ended.out
    assert "✓ Base : pas encore créée ; elle le sera au premier démarrage\n" in ended.out
    assert "(FR) : 01/01 Jour de l'an" in ended.out
    assert ended.out.endswith("Tout va bien.\n")
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("is_held", [False, True])
def test_a_database_is_read_whether_the_program_runs_or_not(
    permanence: Permanence, database: Path, is_held: bool
) -> None:
    with held(database) if is_held else nullcontext():
        ended = permanence("doctor")
    assert ended.status == 0
    assert ("tenue par le programme qui tourne" in ended.out, "libre" in ended.out) == (is_held, not is_held)


@pytest.mark.usefixtures("desk")
def test_a_database_of_a_newer_program_is_told(permanence: Permanence, database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    ended = permanence("doctor")
    assert ended.status == 1
    assert "✗ Base" in ended.out


@pytest.mark.usefixtures("desk")
def test_a_file_that_is_no_database_is_told(permanence: Permanence, folder: Path) -> None:
    (folder / "office.db").write_text("du texte, et rien d'autre " * 100, encoding="utf-8")
    ended = permanence("doctor")
    assert ended.status == 1
    assert "✗ Base : elle ne peut pas servir" in ended.out


@pytest.mark.usefixtures("desk")
def test_a_folder_that_cannot_be_one_is_told(
    permanence: Permanence, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "file").touch()
    monkeypatch.setenv("PERMANENCE_MEDIA_DIR", str(folder / "file" / "media"))
    ended = permanence("doctor")
    assert ended.status == 1
    assert "✗ Images :" in ended.out


@pytest.mark.usefixtures("desk")
def test_wrong_settings_are_wrong_use_here_too(permanence: Permanence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMANENCE_HTTP_PORT", "many")
    assert permanence("doctor").status == 2


@pytest.mark.usefixtures("desk")
def test_an_office_that_never_opens_is_told(permanence: Permanence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMANENCE_OFFICE_HOURS", "mon 08:00-09:00")
    monkeypatch.setenv("PERMANENCE_CLOSED_ON", "2020-01-01..2199-12-31")
    ended = permanence("doctor")
    assert ended.status == 1
    assert "✗ Horaires : le bureau n’ouvre plus jamais" in ended.out


def test_a_machine_that_lost_its_clock_is_told() -> None:
    settings = load_settings({}, needs_channel=False)
    findings = list(machine(settings, datetime(1970, 1, 1, tzinfo=UTC)))
    assert [finding.said[:33] for finding in findings if not finding.is_good] == ["Horloge : elle se croit en 1970 ;"]


@pytest.mark.usefixtures("desk")
def test_papers_are_tried_with_the_shops_own_logo_and_wording(
    permanence: Permanence, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "✓ Papiers : contrat en 12 articles (du programme), sans logo\n" in permanence("doctor").out
    (folder / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    (folder / "contrat.txt").write_text("# Objet\n\nPour {client}.\n")
    monkeypatch.setenv("PERMANENCE_SHOP_LOGO", "logo.svg")
    monkeypatch.setenv("PERMANENCE_CONTRACT_FILE", "contrat.txt")
    assert "✓ Papiers : contrat en 1 article (de la boutique), avec logo\n" in permanence("doctor").out
    (folder / "logo.svg").write_text("<svg ")
    ended = permanence("doctor")
    assert ended.status == 1
    assert "✗ PERMANENCE_SHOP_LOGO : logo.svg est une image abîmée" in ended.out


@pytest.mark.usefixtures("desk")
def test_mail_servers_that_do_not_answer_are_told_with_the_mend(
    permanence: Permanence, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "SMTP_URL": "smtp://u:p@127.0.0.1:1",
        "IMAP_URL": "imap://u:p@127.0.0.1:1",
        "MAIL_ADDRESS": "support@atelier.example",
        "CLAMD_URL": "tcp://127.0.0.1:1",
    }.items():
        monkeypatch.setenv(f"PERMANENCE_{name}", value)
    ended = permanence("doctor")
    assert ended.status == 1
    bad = [line for line in ended.out.splitlines() if line.startswith("✗")]
    assert bad == [
        "✗ Relève des mails : le serveur ne répond pas ; vérifier son nom, son port, le réseau",
        "✗ Envoi des mails : le serveur ne répond pas ; vérifier son nom, son port, le réseau",
        "✗ ClamAV : clamd ne répond pas ; vérifier qu’il tourne, et PERMANENCE_CLAMD_URL",
    ]
