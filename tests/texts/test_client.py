"""The acknowledgement: number, latest moment, closings, backup (C15, C25); one SMS where possible, never above two."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.addresses import Channel
from bot.errors import SettingsError
from bot.rules.recontact import deadline, explain
from bot.texts.client import SENTENCES, ClientTexts, ClosedNote, closed_notes, load_overrides
from bot.texts.gsm import fold, is_gsm7, parts
from tests.rules.calendars import PARIS, contract_hours, day, paris

EASTER = ClosedNote(day("2026-04-06"), "Lundi de Pâques")
SHOPS = ("", "Tilleuls Info", "Assistance Informatique Médicale de Haute-Bretagne", "Ж" * 90, "[€]" * 40)


def acknowledged(**changes: object) -> str:
    given = {
        "number": 41,
        "due_at": paris("2026-04-10 14:00"),
        "zone": PARIS,
        "now": paris("2026-04-03 16:00"),
        "shop": "Tilleuls Info",
    }
    return ClientTexts().acknowledgement(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {},
            "Tilleuls Info : votre demande 41 est bien arrivée. Nous vous répondons au plus tard vendredi 10 avril à "
            "14h00. Faites d'abord une sauvegarde.",
            id="a plain one",
        ),
        pytest.param(
            {"closed": [EASTER]},
            "Tilleuls Info : votre demande 41 est bien arrivée. Réponse au plus tard ven. 10/04 à 14h00. "
            "Fermé lundi 6/04 (Lundi de Paques). Faites d'abord une sauvegarde.",
            id="closed on Monday",
        ),
        pytest.param(
            {"urgent": True},
            "Tilleuls Info : urgence 41 : techniciens alertés. Réponse au plus tard ven. 10/04 à 14h00. Faites d'abord "
            "une sauvegarde.",
            id="an urgent one",
        ),
        pytest.param(
            {"answer_to": "+33639980001"},
            "Tilleuls Info : votre demande 41 est bien arrivée. Réponse au plus tard ven. 10/04 à 14h00. "
            "Faites d'abord une sauvegarde. Pour nous écrire : +33639980001.",
            id="from a sender that cannot be answered",
        ),
        pytest.param(
            {"now": paris("2026-04-10 14:00")},
            "Tilleuls Info : votre demande 41 est bien arrivée. Nous vous répondons dès que possible. "
            "Faites d'abord une sauvegarde.",
            id="found so late that the deadline is over",
        ),
        pytest.param(
            {"shop": SHOPS[2], "closed": [EASTER]},
            "Votre demande 41 est bien arrivée. Réponse au plus tard ven. 10/04 à 14h00. Fermé lundi 6/04 (Lundi de "
            "Paques). Faites d'abord une sauvegarde.",
            id="a long shop name gives way",
        ),
        pytest.param(
            {"channel": Channel.WHATSAPP, "closed": [EASTER]},
            "Tilleuls Info : votre demande 41 est bien arrivée. Nous vous répondons au plus tard vendredi 10 avril à "
            "14h00. Fermé lundi 6/04 (Lundi de Pâques). Faites d’abord une sauvegarde.",
            id="on WhatsApp with its accents",
        ),
    ],
)
def test_an_acknowledgement(changes: dict[str, object], expected: str) -> None:
    assert acknowledged(**changes) == expected


def every_request() -> Iterator[tuple[datetime, datetime, tuple[ClosedNote, ...]]]:
    """A request on each day of three years that has a holiday before its deadline, and on one in ten of the others."""
    hours = contract_hours()
    for number in range(3 * 365):
        received_at = paris("2026-01-01 17:00") + timedelta(days=number)
        due = deadline(received_at, hours=hours)
        notes = closed_notes(explain(due, hours=hours))
        if notes or number % 10 == 0:
            yield received_at, due.due_at, notes


REQUESTS = list(every_request())


def test_the_requests_pass_over_every_holiday_on_a_working_day() -> None:
    named = {note.name for _, _, notes in REQUESTS for note in notes}
    assert len(named) == 11
    assert max(len(notes) for _, _, notes in REQUESTS) == 2


@pytest.mark.parametrize("urgent", [False, True], ids=["normal", "urgent"])
@pytest.mark.parametrize("shop", SHOPS, ids=["no shop", "a short name", "a long name", "cyrillic", "costly characters"])
@pytest.mark.parametrize("answer_to", [None, "+33639980001"], ids=["answerable", "from a sender id"])
def test_over_three_years_of_holidays_it_is_one_sms_or_two(shop: str, urgent: bool, answer_to: str | None) -> None:
    for received_at, due_at, notes in REQUESTS:
        text = acknowledged(
            number=123456, due_at=due_at, now=received_at, closed=notes, shop=shop, urgent=urgent, answer_to=answer_to
        )
        assert is_gsm7(text)
        assert parts(text) <= 2
        assert "123456" in text
        assert f"{due_at.hour}h{due_at.minute:02}" in text
        assert "sauvegarde" in text
        assert all(note.short in text and fold(note.name) in text for note in notes)
        assert answer_to is None or answer_to in text


def test_with_one_closing_and_a_number_that_can_be_answered_it_is_one_sms() -> None:
    many = [texts for texts in REQUESTS if len(texts[2]) <= 1]
    assert len(many) > 200
    assert {parts(acknowledged(due_at=due, now=at, closed=notes)) for at, due, notes in many} == {1}


@given(shop=st.text(max_size=60), number=st.integers(1, 10**12), urgent=st.booleans(), closed=st.booleans())
def test_no_shop_and_no_number_makes_it_longer_than_two(shop: str, number: int, urgent: bool, closed: bool) -> None:
    text = acknowledged(shop=shop, number=number, urgent=urgent, closed=[EASTER] if closed else [])
    assert is_gsm7(text)
    assert parts(text) <= 2


def test_closings_of_the_shop_s_own_are_one_note_from_the_first_day_to_the_last() -> None:
    august = [date(2026, 8, day) for day in range(3, 15)]
    hours = contract_hours(closed_on=august)
    due = deadline(paris("2026-07-31 17:00"), hours=hours)
    notes = closed_notes(explain(due, hours=hours))
    assert notes == (ClosedNote(date(2026, 8, 3), "", date(2026, 8, 14)),)
    assert "Fermé du lun. 3/08 au ven. 14/08." in acknowledged(closed=notes)


def test_nights_week_ends_and_short_days_are_no_closing() -> None:
    hours = contract_hours(
        special={date(2026, 11, 25): [(datetime.min.time().replace(hour=8), datetime.min.time().replace(hour=12))]}
    )
    due = deadline(paris("2026-11-20 17:00"), hours=hours)
    assert closed_notes(explain(due, hours=hours)) == ()


def test_of_more_than_two_closings_the_dates_are_said() -> None:
    notes = [ClosedNote(date(2026, 12, day), f"Fête {day}") for day in (24, 25, 26, 28, 29)]
    assert "Fermé 24/12, 25/12, 26/12 et 28/12." in acknowledged(closed=notes)
    assert "Fermé jeudi 24/12 (Fete 24) et vendredi 25/12 (Fete 25)." in acknowledged(closed=notes[:2])


def test_other_texts_fit_one_sms_and_say_no_more_than_the_ticket() -> None:
    texts = ClientTexts()
    assert texts.urgent_sms(number=41, shop="Tilleuls Info") == (
        "Tilleuls Info : URGENT : le ticket 41 attend toujours. Prenez-le dans Telegram."
    )
    assert texts.out_of_scope(number=41) == (
        "Votre demande 41 sort du contrat d'accompagnement : elle n'est pas décomptée."
    )
    assert texts.balance(left=3, beyond=0, allowance=12, ends_on=date(2027, 2, 28)) == (
        "Solde de vos interventions : 3 sur 12, jusqu'au dimanche 28 février."
    )
    assert texts.balance(left=0, beyond=2, allowance=12, ends_on=date(2027, 2, 28), channel=Channel.WHATSAPP) == (
        "Votre forfait de 12 unités est dépassé de 2 ; nous continuons à vous aider."
    )


def test_a_shop_s_own_sentences_replace_ours() -> None:
    texts = ClientTexts(load_overrides({"backup": "Sauvegardez avant tout.", "shop": "[{shop}] "}))
    text = texts.acknowledgement(
        number=41, due_at=paris("2026-04-10 14:00"), zone=PARIS, now=paris("2026-04-03 16:00"), shop="Tilleuls Info"
    )
    assert text.startswith("[Tilleuls Info] votre demande 41")
    assert text.endswith("Sauvegardez avant tout.")


def test_every_problem_of_a_shop_s_sentences_is_told_at_once() -> None:
    with pytest.raises(SettingsError) as error:
        load_overrides(
            {
                "salut": "x",
                "received": "Reçu {numero.real}.",
                "due": "Bientôt {due!r}.",
                "backup": "{",
                "closed": 3,
                "shop": " ",
            }
        )
    assert error.value.problems == (
        f"salut : phrase inconnue ; les phrases sont {', '.join(SENTENCES)}.",
        "received : champ inconnu {numero.real}.",
        "received : le champ {number} manque.",
        "due : champ inconnu {due!r}.",
        "due : le champ {due} manque.",
        "backup : accolades mal fermées ; écrire un champ {ainsi}.",
        "closed : un texte est attendu.",
        "shop : un texte est attendu.",
    )


def test_sentences_that_make_it_longer_than_two_sms_are_refused() -> None:
    with pytest.raises(SettingsError, match="dépasse deux SMS"):
        load_overrides({"backup": "Sauvegardez. " * 20})
