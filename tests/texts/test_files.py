"""A client's file and account, and why a ticket is due when it is."""

from datetime import date, timedelta

import pytest

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.clients import Client, ClientKind, Contact
from bot.domain.contracts import Contract
from bot.domain.interventions import Intervention, LedgerLine, Sitting
from bot.domain.tickets import Outcome, Recontact
from bot.rules.quota import Balance
from bot.rules.recontact import Reading, deadline, explain
from bot.texts import files
from bot.texts.why import why
from tests.rules.calendars import PARIS, contract_hours, hm, paris
from tests.texts.desk import NOW, OPEN, read

LINES = (
    LedgerLine(1, 1, 41, 1, 2, "counted", "C7", "technician:1", NOW),
    LedgerLine(1, 2, 40, 1, 0, "failed", "C8", "technician:1", NOW - timedelta(days=1)),
    LedgerLine(1, 1, 41, 1, -1, "correction", "C7", "technician:1", NOW + hm(1)),
)
ACCOUNT = files.AccountView(
    "Cabinet des Tilleuls", ClientKind.GROUP_PRACTICE, (date(2026, 3, 1), date(2027, 2, 28)), Balance(12, 1), LINES
)


def test_an_account_shows_the_lines_it_is_the_sum_of_the_newest_first() -> None:
    assert read(files.quota(ACCOUNT, zone=PARIS, now=NOW)) == (
        "Cabinet des Tilleuls\nPériode du 01/03/2026 au 28/02/2027\nSolde : 11 sur 12\n\n"
        "mar. 7/04 à 17h05 · n° 41 · −1 · correction\n"
        "mar. 7/04 à 16h05 · n° 41 · +2 · compté\n"
        "lun. 6/04 à 16h05 · n° 40 · 0 · les moyens sont dus, pas le résultat (C8)"
    )


def test_an_account_says_what_was_outside_any_period_and_how_much_is_not_shown() -> None:
    account = files.AccountView("X", ClientKind.GROUP_PRACTICE, None, None, LINES[:1] * 17, uncovered=LINES[1:2])
    text = read(files.quota(account, zone=PARIS, now=NOW))
    assert "⚠️ Aucun contrat en cours" in text
    assert "… et 2 lignes plus tôt" in text
    assert "Hors de toute période (C13)\nlun. 6/04 à 16h05 · n° 40 · 0" in text


@pytest.mark.parametrize(
    ("kind", "balance", "expected"),
    [
        pytest.param(
            ClientKind.INDIVIDUAL, Balance(12, 1), "Contrat individuel : jamais compté", id="individual (C11)"
        ),
        pytest.param(
            ClientKind.GROUP_PRACTICE, Balance(12, 14), "Solde : 0 sur 12, hors forfait de 2", id="beyond (C12)"
        ),
        pytest.param(ClientKind.GROUP_PRACTICE, None, "", id="unknown"),
    ],
)
def test_a_balance_in_words(kind: ClientKind, balance: Balance | None, expected: str) -> None:
    view = files.AccountView("X", kind, (date(2026, 3, 1), date(2027, 2, 28)), balance)
    assert files.balance_line(view) == expected


def test_an_account_on_which_nothing_happened_yet() -> None:
    view = files.AccountView("X", ClientKind.GROUP_PRACTICE, (date(2026, 3, 1), date(2027, 2, 28)), Balance(12, 0))
    assert read(files.quota(view, zone=PARIS, now=NOW)).endswith("Rien n’a encore été inscrit sur cette période.")


def test_a_client_s_file() -> None:
    sms = KnownAddress(1, Address(Channel.SMS, "+33639980001"), 1)
    blocked = KnownAddress(2, Address(Channel.SMS, "+33639980002"), 1, blocked_at=NOW)
    muted = KnownAddress(3, Address(Channel.WHATSAPP, "+33639980003"), 1, opted_out_at=NOW)
    view = files.ClientView(
        Client(1, "Cabinet des Tilleuls", ClientKind.GROUP_PRACTICE),
        (
            (Contact(1, "Anne Martin", 1, "médecin"), (sms, blocked)),
            (Contact(2, "Léa", 1), (muted,)),
            (Contact(3, "Bo", 1), ()),
        ),
        (
            Contract(1, 1, date(2026, 3, 1), 12, ends_on=date(2027, 2, 28)),
            Contract(2, 1, date(2027, 3, 1), 12),
            Contract(3, 1, date(2020, 3, 1), 12, ends_on=date(2021, 2, 28)),
            Contract(4, 1, date(2026, 3, 1), 12),
        ),
        ACCOUNT,
        (OPEN,),
    )
    assert read(files.client_file(view, zone=PARIS, now=NOW)) == (
        "Cabinet des Tilleuls · cabinet de groupe\n"
        "Période du 01/03/2026 au 28/02/2027\n"
        "Résilié : finit le 28/02/2027\n"
        "Contrat à venir, du 01/03/2027\n"
        "Contrat fini le 28/02/2021\n"
        "Solde : 11 sur 12\n"
        "\n"
        "Anne Martin, médecin · SMS +33 6 39 98 00 01 · SMS +33 6 39 98 00 02 (bloqué)\n"
        "Léa · WhatsApp +33 6 39 98 00 03 (STOP)\n"
        "Bo\n"
        "\n"
        "1 ticket ouvert\n"
        "\n"
        "🔴 URGENT · n° 41 · Cabinet des Tilleuls · avant ven. 10/04 à 14h00 (reste 31 h 20)\n"
        "MediStory 4 ne synchronise plus\n"
        "[n° 41]"
    )


def test_a_file_with_many_contacts_or_none() -> None:
    client = Client(1, "X", ClientKind.INDIVIDUAL)
    empty = read(files.client_file(files.ClientView(client, (), (), ACCOUNT), zone=PARIS, now=NOW))
    assert "Aucun contact connu.\n\nAucun ticket ouvert." in empty
    many = files.ClientView(client, ((Contact(1, "Bo", 1), ()),) * 17, (), ACCOUNT)
    assert "… et 2 autres" in read(files.client_file(many, zone=PARIS, now=NOW))


def test_why_a_ticket_is_due_then_and_counts_that() -> None:
    hours = contract_hours()
    due = deadline(paris("2026-04-02 16:00"), hours=hours)
    sitting = Sitting(1, 1, NOW - hm(0, 22), NOW)
    shown = why(
        41,
        explanation=explain(due, hours=hours),
        reading=Reading.OFFICE_HOURS,
        recontacted_at=paris("2026-04-07 09:00"),
        recontacted_by=Recontact.REPLY,
        threading="first",
        intervention=Intervention(1, 41, 1, outcome=Outcome.RESOLVED, decision="counted", units=2, sittings=(sitting,)),
        milestones=[("50", NOW, "sent"), ("daily:2026-04-08", NOW, "pending"), ("urgent:1", NOW, "sent")],
        zone=PARIS,
        now=NOW,
    )
    assert read(shown) == (
        "n° 41 · pourquoi ce délai\n"
        "Reçu jeudi 2 avril à 16h00. 48 h ouvrées, les heures d’ouverture seules comptent (C15).\n"
        "+ jeu. 2/04, 16h00 à 18h30 : 2 h 30 (total 2 h 30)\n"
        "– nuit, jusqu’à ven. 3/04 8h00\n"
        "+ ven. 3/04, 8h00 à 18h30 : 10 h 30 (total 13 h)\n"
        "– week-end, jusqu’à lun. 6/04 0h00\n"
        "– lun. 6/04 : fermé, Lundi de Pâques\n"
        "– nuit, jusqu’à mar. 7/04 8h00\n"
        "+ mar. 7/04, 8h00 à 18h30 : 10 h 30 (total 23 h 30)\n"
        "– nuit, jusqu’à mer. 8/04 8h00\n"
        "+ mer. 8/04, 8h00 à 18h30 : 10 h 30 (total 34 h)\n"
        "– nuit, jusqu’à jeu. 9/04 8h00\n"
        "+ jeu. 9/04, 8h00 à 18h30 : 10 h 30 (total 44 h 30)\n"
        "– nuit, jusqu’à ven. 10/04 8h00\n"
        "+ ven. 10/04, 8h00 à 11h30 : 3 h 30 (total 48 h)\n"
        "À recontacter avant vendredi 10 avril à 11h30\n"
        "\n"
        "Délai arrêté mardi 7 avril à 9h00 par une réponse (dans le délai) (C16).\n"
        "Rappels (C17) :\n"
        "moitié du délai : mar. 7/04 à 16h05, envoyé\n"
        "rappel du matin : mar. 7/04 à 16h05, à venir\n"
        "\n"
        "Pourquoi ce décompte\n"
        "Séance mar. 7/04 à 15h43 : 22 min\n"
        "En tout 22 min, par quarts d’heure, toute minute commencée due (C7).\n"
        "Issue : résolu. Compté 2 unités.\n"
        "\n"
        "Classement : première demande de cet expéditeur."
    )


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({}, "Le délai court : ni réponse acceptée, ni rendez-vous, ni intervention (C16).", id="running"),
        pytest.param(
            {"recontacted_at": paris("2026-05-01 09:00")},
            "Délai arrêté vendredi 1er mai à 9h00 (après le délai) (C16).",
            id="stopped too late",
        ),
        pytest.param(
            {"intervention": Intervention(1, 41, 1)}, "Pas encore clos : rien n’est compté.", id="not closed yet"
        ),
        pytest.param(
            {"intervention": Intervention(1, 41, 1, outcome=Outcome.FAILED, decision="failed")},
            "Issue : échec. Non compté : les moyens sont dus, pas le résultat (C8).",
            id="not counted",
        ),
    ],
)
def test_a_line_of_why(changes: dict[str, object], line: str) -> None:
    hours = contract_hours()
    due = deadline(paris("2026-04-02 16:00"), hours=hours, reading=Reading.WORKING_DAYS)
    post = why(41, explanation=explain(due, hours=hours), reading=due.reading, zone=PARIS, now=NOW, **changes)  # type: ignore[arg-type]
    assert line in read(post).split("\n")
    assert "comptées nuit et jour (C15)" in read(post)
    assert "+ jeu. 2/04, 16h00 à sam. 4/04 0h00 : 32 h (total 32 h)" in read(post).split("\n")


def test_a_very_long_deadline_is_told_as_far_as_a_message_goes() -> None:
    hours = contract_hours()
    due = deadline(paris("2026-04-02 16:00"), hours=hours, allowed=hm(400))
    post = why(41, explanation=explain(due, hours=hours), zone=PARIS, now=NOW)
    assert "\n…\nÀ recontacter avant" in read(post)
