"""A client's account in words: the balance and its lines, now or on a past evening."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.clients import ClientKind
from bot.domain.interventions import LedgerLine
from bot.rules.quota import Balance
from bot.texts import accounts
from tests.rules.calendars import PARIS, hm
from tests.texts.desk import NOW, read

LINES = (
    LedgerLine(1, 1, 41, 1, 2, "counted", "C7", "technician:1", NOW),
    LedgerLine(1, 2, 40, 1, 0, "failed", "C8", "technician:1", NOW - timedelta(days=1)),
    LedgerLine(1, 1, 41, 1, -1, "correction", "C7", "technician:1", NOW + hm(1)),
)
ACCOUNT = accounts.AccountView(
    "Cabinet des Tilleuls", ClientKind.GROUP_PRACTICE, (date(2026, 3, 1), date(2027, 2, 28)), Balance(12, 1), LINES
)


def test_an_account_shows_the_lines_it_is_the_sum_of_the_newest_first() -> None:
    assert read(accounts.quota(ACCOUNT, zone=PARIS, now=NOW)) == (
        "Cabinet des Tilleuls\nPériode du 01/03/2026 au 28/02/2027\nSolde : 11 sur 12\n\n"
        "mar. 7/04 à 17h05 · n° 41 · −1 · correction\n"
        "mar. 7/04 à 16h05 · n° 41 · +2 · compté\n"
        "lun. 6/04 à 16h05 · n° 40 · 0 · les moyens sont dus, pas le résultat (C8)"
    )


def test_an_account_says_what_was_outside_any_period_and_how_much_is_not_shown() -> None:
    account = accounts.AccountView("X", ClientKind.GROUP_PRACTICE, None, None, LINES[:1] * 17, uncovered=LINES[1:2])
    text = read(accounts.quota(account, zone=PARIS, now=NOW))
    assert "⚠️ Aucun contrat en cours" in text
    assert "… et 2 lignes plus tôt" in text
    assert "Hors de toute période (C13)\nlun. 6/04 à 16h05 · n° 40 · 0" in text


@pytest.mark.parametrize(
    ("kind", "balance", "is_counted", "expected"),
    [
        pytest.param(
            ClientKind.INDIVIDUAL, Balance(12, 1), False, "Contrat individuel : jamais compté", id="individual (C11)"
        ),
        pytest.param(
            ClientKind.INDIVIDUAL, Balance(12, 1), True, "Solde : 11 sur 12", id="individual, counted by terms"
        ),
        pytest.param(
            ClientKind.GROUP_PRACTICE,
            Balance(12, 1),
            False,
            "Contrat jamais compté, par avenant",
            id="a practice, not counted by terms",
        ),
        pytest.param(
            ClientKind.GROUP_PRACTICE, Balance(12, 14), True, "Solde : 0 sur 12, hors forfait de 2", id="beyond (C12)"
        ),
        pytest.param(ClientKind.GROUP_PRACTICE, None, True, "", id="unknown"),
    ],
)
def test_a_balance_in_words(kind: ClientKind, balance: Balance | None, is_counted: bool, expected: str) -> None:
    view = accounts.AccountView("X", kind, (date(2026, 3, 1), date(2027, 2, 28)), balance, is_counted=is_counted)
    assert accounts.balance_line(view) == expected


def test_an_account_on_which_nothing_happened_yet() -> None:
    view = accounts.AccountView("X", ClientKind.GROUP_PRACTICE, (date(2026, 3, 1), date(2027, 2, 28)), Balance(12, 0))
    assert read(accounts.quota(view, zone=PARIS, now=NOW)).endswith("Rien n’a encore été inscrit sur cette période.")


def test_a_past_evening_says_what_was_written_later_and_what_it_comes_to() -> None:
    view = replace(ACCOUNT, at=date(2026, 4, 7), lines=LINES[:2], balance=Balance(12, 2), late=LINES[2:])
    assert read(accounts.quota(view, zone=PARIS, now=NOW)) == (
        "Cabinet des Tilleuls\nAu soir du 07/04/2026\nPériode du 01/03/2026 au 28/02/2027\nSolde : 10 sur 12\n\n"
        "mar. 7/04 à 16h05 · n° 41 · +2 · compté\n"
        "lun. 6/04 à 16h05 · n° 40 · 0 · les moyens sont dus, pas le résultat (C8)\n\n"
        "Inscrit après le 07/04/2026, pour un travail commencé jusque-là\n"
        "mar. 7/04 à 17h05 · n° 41 · −1 · correction\n"
        "En le comptant, il restait 11 sur 12."
    )


def test_where_nothing_is_counted_late_lines_come_to_nothing() -> None:
    view = replace(ACCOUNT, at=date(2026, 4, 7), is_counted=False, late=LINES[2:])
    assert "il restait" not in read(accounts.quota(view, zone=PARIS, now=NOW))
    assert replace(ACCOUNT, balance=None).balance_with_late is None


def test_a_past_evening_without_lines_or_contract() -> None:
    view = accounts.AccountView("X", ClientKind.GROUP_PRACTICE, None, None, at=date(2026, 2, 1))
    assert read(accounts.quota(view, zone=PARIS, now=NOW)) == (
        "X\nAu soir du 01/02/2026\n⚠️ Aucun contrat à cette date\n\nRien n’était encore inscrit sur cette période."
    )
