"""What is said of contracts at the desk and to clients (C10, C20-C24)."""

from datetime import date, time

import pytest

from bot.domain.addresses import Channel
from bot.domain.buttons import MAX_BYTES
from bot.domain.clients import Client, ClientKind
from bot.domain.contracts import (
    Contract,
    CoveragePeriod,
    Ending,
    Payment,
    PaymentMethod,
    Term,
    TermChange,
)
from bot.errors import SettingsError
from bot.rules.business_hours import BusinessHours
from bot.rules.contract_term import nth_period
from bot.rules.contract_terms import Terms
from bot.rules.quota import Balance, Rounding
from bot.texts import contract_notices as notices
from bot.texts import contract_terms as terms_texts
from bot.texts import contracts as texts
from bot.texts.client import ClientTexts, load_overrides
from bot.texts.gsm import is_gsm7, parts
from bot.texts.hours import office_hours
from bot.texts.labels import euros
from tests.rules.calendars import CONTRACT_DAY, LUNCH_DAY, PARIS, WHOLE_DAY, contract_hours
from tests.texts.desk import NOW, read

TODAY, YESTERDAY = date(2026, 11, 23), date(2026, 11, 22)
CLIENT = Client(1, "Cabinet des Tilleuls", ClientKind.GROUP_PRACTICE, architecture_validated_on=date(2026, 2, 20))
CONTRACT = Contract(5, 1, date(2026, 3, 1), 12, signed_on=date(2026, 2, 25))


def payment(cents: int) -> Payment:
    return Payment(9, cents, PaymentMethod.CHEQUE, date(2026, 3, 2), "technician:1", NOW)


def sheet(**changes: object) -> texts.ContractSheet:
    return texts.ContractSheet(
        **{
            "client": CLIENT,
            "contract": CONTRACT,
            "period": nth_period(CONTRACT.starts_on, 1),
            "price_cents": 33_000,
            "payments": (payment(33_000),),
            "balance": Balance(12, 5),
            "last_notice_on": date(2026, 12, 1),
            "next_start_on": date(2027, 3, 1),
        }
        | changes
    )


def shown(**changes: object) -> str:
    return read(texts.sheet(sheet(**changes), today=TODAY))


def test_a_contract_in_order() -> None:
    assert shown() == (
        "Cabinet des Tilleuls · cabinet de groupe\n"
        "Contrat depuis le 01/03/2026, signé le 25/02/2026\n"
        "Période 1 : du 01/03/2026 au 28/02/2027\n"
        "330,00 € : payé (chèque du 02/03/2026)\n"
        "Forfait : 12 unités, il en reste 7\n"
        "Se renouvelle le 01/03/2027, dernier jour pour un préavis : 01/12/2026\n"
        "Architecture validée le 20/02/2026\n"
        "[Préavis] [Avenant] [Résilier]\n"
        "[Contrat en PDF]"
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"payments": ()}, "330,00 € : ⚠️ reste 330,00 €\n", id="unpaid"),
        pytest.param(
            {"payments": (payment(30_000),)}, "330,00 € : ⚠️ reste 30,00 € (chèque du 02/03/2026)", id="paid in part"
        ),
        pytest.param(
            {"payments": (payment(35_000), payment(-1_000))},
            "330,00 € : payé (chèque du 02/03/2026), trop-perçu de 10,00 €",
            id="paid too much",
        ),
        pytest.param({"price_cents": 0, "payments": ()}, "0,00 € : payé\n", id="for nothing"),
        pytest.param({"balance": None}, "Jamais compté (C11)", id="never counted"),
        pytest.param({"balance": Balance(12, 14)}, "12 unités, il en reste 0, hors forfait de 2", id="beyond"),
        pytest.param(
            {"last_notice_on": date(2026, 11, 22)}, "le dernier jour pour un préavis était le 22/11/2026", id="too late"
        ),
        pytest.param({"last_notice_on": TODAY}, "dernier jour pour un préavis : 23/11/2026", id="the last day"),
        pytest.param(
            {"contract": Contract(5, 1, date(2026, 12, 1), 12)}, "Contrat à venir, du 01/12/2026\n", id="to come"
        ),
        pytest.param(
            {"contract": Contract(5, 1, date(2026, 3, 1), 12, date(2027, 2, 28))},
            "Prend fin le 28/02/2027\n",
            id="ends",
        ),
        pytest.param(
            {"contract": Contract(5, 1, date(2026, 3, 1), 12, date(2026, 11, 22), ending=Ending.TERMINATION)},
            "A pris fin le 22/11/2026 (résiliation)",
            id="terminated",
        ),
        pytest.param(
            {
                "contract": Contract(
                    5, 1, date(2026, 3, 1), 12, TODAY, ending=Ending.NOTICE, notice_received_on=date(2025, 11, 3)
                )
            },
            "Prend fin le 23/11/2026 (préavis reçu le 03/11/2025)",
            id="notice was given",
        ),
    ],
)
def test_a_line_of_the_sheet(changes: dict[str, object], expected: str) -> None:
    assert expected in shown(**changes)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"payments": ()}, "[Payé] [Préavis] [Avenant]\n[Résilier] [Contrat en PDF]", id="unpaid"),
        pytest.param(
            {"contract": Contract(5, 1, date(2026, 3, 1), 12, TODAY)},
            "[Signer] [Annuler la fin] [Avenant]\n[Résilier] [Contrat en PDF]",
            id="its last day",
        ),
        pytest.param(
            {"contract": Contract(5, 1, date(2025, 3, 1), 12, YESTERDAY)}, "[Signer] [Contrat en PDF]", id="over"
        ),
        pytest.param({"contract": None}, "[Signer]", id="none"),
        pytest.param(
            {"contract": None, "client": Client(1, "X", ClientKind.INDIVIDUAL)}, "[Architecture validée…] [Signer]",
            id="nothing at all",
        ),
    ],
)  # fmt: skip
def test_what_can_be_done(changes: dict[str, object], expected: str) -> None:
    assert shown(**changes).endswith("\n" + expected)


def test_the_last_amendments_are_shown() -> None:
    changes = tuple(
        TermChange(5, Term.ALLOWANCE, str(nth), date(2026, 6, nth), "technician:1", NOW) for nth in range(1, 11)
    )
    lines = shown(changes=changes).split("Avenants\n")[1].split("\n")
    assert lines[0] == "dès le 03/06/2026 : forfait 3 unités"
    assert lines[7] == "dès le 10/06/2026 : forfait 10 unités"


@pytest.mark.parametrize(
    ("term", "value", "label", "typed"),
    [
        (Term.ALLOWANCE, "1", "1 unité", "1"),
        (Term.PRICE, "35005", "350,05 €", "350,05"),
        (Term.COUNTED, "yes", "oui", "oui"),
        (Term.COUNTED, "no", "non", "non"),
        (Term.ROUNDING, "sitting", "à chaque séance", "séance"),
        (Term.ROUNDING, "ticket", "une fois par ticket", "ticket"),
        (Term.GUARANTEE, "2", "2 mois", "2"),
        (Term.NOTICE, "1", "1 mois", "1"),
    ],
)
def test_a_term_in_words_and_as_it_is_typed(term: Term, value: str, label: str, typed: str) -> None:
    assert terms_texts.value_label(term, value) == label
    assert terms_texts.typed_value(term, value) == typed


def test_what_holds_of_each_term() -> None:
    usual, other = Terms(12, 33_000), Terms(20, 40_000, True, Rounding.SITTING, 2, 1)
    assert [terms_texts.held_label(term, usual) for term in Term] == [
        "12 unités", "330,00 €", "selon le type de client", "une fois par ticket", "1 mois", "3 mois",
    ]  # fmt: skip
    assert [terms_texts.held_label(term, other) for term in Term] == [
        "20 unités", "400,00 €", "oui", "à chaque séance", "2 mois", "1 mois",
    ]  # fmt: skip
    assert terms_texts.held_label(Term.COUNTED, Terms(12, 0, False)) == "non"


def test_every_button_of_a_client_with_a_long_number_fits() -> None:
    client = Client(999_999_999, "X" * 200, ClientKind.GROUP_PRACTICE)
    period = CoveragePeriod(999_999_999, 5, 1, TODAY, TODAY, 12)
    change = TermChange(5, Term.PRICE, "10000000", TODAY, "technician:1", NOW)
    posts = [
        texts.sheet(sheet(client=client, payments=()), today=TODAY),
        texts.ask_start(client, today=TODAY, first_of_next=TODAY, price_cents=1, allowance=1),
        texts.confirm_signature(client, period=nth_period(TODAY, 1), price_cents=1, allowance=1, people=1),
        texts.ask_payment(client, period, due_cents=1),
        texts.ask_notice(client, today=TODAY),
        texts.confirm_notice(client, received_on=TODAY, last_on=TODAY, missed_on=None, ends_on=TODAY),
        texts.confirm_termination(client, ends_on=TODAY, reason="x" * 500),
        terms_texts.ask_term(client, Terms(12, 1)),
        terms_texts.ask_value(client, Term.ROUNDING, Terms(12, 1)),
        terms_texts.ask_from(client, Term.PRICE, "10000000", first_on=TODAY, next_on=TODAY),
        terms_texts.confirm_change(client, change, before=Terms(12, 1)),
        notices.notice(notices.arrears(client.id, client.name, since_on=TODAY, due_cents=1, period_id=period.id)),
    ]
    sizes = [len(each.data.encode()) for post in posts for row in post.buttons for each in row]
    assert len(sizes) > 25
    assert max(sizes) <= MAX_BYTES


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (-1, "X : 330,00 € reçus (chèque, 02/03/2026), période du 23/11/2026. ⚠️ Trop-perçu de 0,01 €."),
        (0, "X : 330,00 € reçus (chèque, 02/03/2026), période du 23/11/2026. Période payée."),
        (1, "X : 330,00 € reçus (chèque, 02/03/2026), période du 23/11/2026. Reste 0,01 €."),
    ],
)
def test_a_payment_in_words(due: int, expected: str) -> None:
    client, period = Client(1, "X", ClientKind.INDIVIDUAL), CoveragePeriod(9, 5, 1, TODAY, TODAY, 12)
    assert texts.paid(client, period, payment=payment(33_000), due_cents=due) == expected


def test_many_notices_are_one_with_a_button_for_each_client() -> None:
    told = [notices.ended(nth, f"Cabinet {nth}", ends_on=TODAY) for nth in range(1, 23)]
    text = read(notices.digest(told))
    assert text.startswith("📄 Contrats : 22 choses à savoir\n\n🏁 Cabinet 1 : le contrat a pris fin le 23/11/2026.")
    assert "Cabinet 20 : " in text
    assert "Cabinet 21 : " not in text
    assert "… et 2 de plus : /rapport" in text
    assert text.endswith("[Cabinet 7] [Cabinet 8]")
    assert "de plus" not in read(notices.digest(told[:20]))


def test_units_that_are_lost_where_nobody_could_be_told_or_one_is_left() -> None:
    told = notices.lost(1, "X", balance=Balance(12, 11), last_on=TODAY, untold=["Léa"], told=0)
    assert read(notices.notice(told)) == (
        "⏳ X : 1 unité sur 12 à utiliser jusqu’au 23/11/2026.\nCe qui n’est pas utilisé ne se reporte pas (C10).\n"
        "À prévenir vous-même : Léa.\n[Contrat]"
    )


@pytest.mark.parametrize(
    ("lost_units", "line"),
    [
        pytest.param(0, "Nouveau forfait : 12 unités.\nÀ régler", id="none"),
        pytest.param(1, "1 unité perdue de la période précédente (C10).\nÀ régler", id="one"),
        pytest.param(2, "2 unités perdues de la période précédente (C10).\nÀ régler", id="two"),
    ],
)
def test_what_a_new_period_begins_with(lost_units: int, line: str) -> None:
    told = notices.opened(
        1, "X", starts_on=TODAY, ends_on=TODAY, allowance=12, lost_units=lost_units, price_cents=33_000, period_id=2
    )
    assert line in read(notices.notice(told))


@pytest.mark.parametrize(
    ("today", "said"),
    [
        pytest.param(date(2026, 12, 1), "jusqu’au 1er décembre 2026 compris est dans les délais", id="the last day"),
        pytest.param(date(2026, 12, 2), "est passé : c’était le 1er décembre 2026", id="the day after"),
    ],
)
def test_until_when_a_notice_is_in_time(today: date, said: str) -> None:
    told = notices.renewal(
        1, "X", renews_on=date(2027, 3, 1), last_on=date(2026, 12, 1), price_cents=33_000, today=today
    )
    assert said in read(notices.notice(told))


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0,00 €"), (5, "0,05 €"), (33_000, "330,00 €"), (132_050, "1 320,50 €"), (-500, "−5,00 €")]
)
def test_an_amount_in_words(cents: int, text: str) -> None:
    assert euros(cents).replace("\u00a0", " ").replace("\u202f", " ") == text


@pytest.mark.parametrize(
    ("week", "text"),
    [
        pytest.param(dict.fromkeys(range(5), CONTRACT_DAY), "du lundi au vendredi de 8h00 à 18h30", id="C14"),
        pytest.param(
            {0: LUNCH_DAY, 1: LUNCH_DAY, 5: ((time(9), time(12)),)},
            "du lundi au mardi de 8h00 à 12h30 et de 13h30 à 18h30, le samedi de 9h00 à 12h00",
            id="two windows, and a Saturday",
        ),
        pytest.param({6: WHOLE_DAY}, "le dimanche de 0h00 à minuit", id="to midnight"),
        pytest.param(dict.fromkeys(range(7), CONTRACT_DAY), "du lundi au dimanche de 8h00 à 18h30", id="every day"),
    ],
)
def test_office_hours_in_words(week: dict[int, tuple[tuple[time, time], ...]], text: str) -> None:
    assert office_hours(BusinessHours(week, zone=PARIS)) == text


class TestWelcome:
    def test_the_numbers_the_hours_and_how_to_be_urgent(self) -> None:
        text = ClientTexts().welcome(
            sms_number="+33639980000",
            whatsapp_number="+33639980001",
            hours=office_hours(contract_hours()),
            shop="Atelier Mac & Moi",
        )
        assert text == (
            "Atelier Mac & Moi : votre contrat d'accompagnement est signé. Pour nous joindre : SMS +33 6 39 98 00 00, "
            "WhatsApp +33 6 39 98 00 01. Nous répondons du lundi au vendredi de 8h00 à 18h30. Si c'est urgent, "
            "commencez votre message par Urgent."
        )
        assert is_gsm7(text)
        assert parts(text) == 2

    @pytest.mark.parametrize(
        ("sms", "whatsapp", "said"),
        [
            ("+33639980000", "", "Pour nous joindre : SMS +33 6 39 98 00 00."),
            ("", "+33639980001", "Pour nous joindre : WhatsApp +33 6 39 98 00 01."),
            ("+33639980000", "+33639980000", "Pour nous joindre : SMS ou WhatsApp +33 6 39 98 00 00."),
        ],
    )
    def test_one_number(self, sms: str, whatsapp: str, said: str) -> None:
        assert said in ClientTexts().welcome(sms_number=sms, whatsapp_number=whatsapp)

    @pytest.mark.parametrize(
        ("shop", "hours"),
        [
            pytest.param("Atelier " * 12, "du lundi au vendredi de 8h00 à 18h30", id="a long name"),
            pytest.param("Atelier", "le lundi de 8h00 à 12h00 et de 14h00 à 18h00, " * 4, id="long hours"),
            pytest.param("Atelier " * 12, "le lundi de 8h00 à 12h00, " * 5, id="both"),
        ],
    )
    def test_never_more_than_two_sms(self, shop: str, hours: str) -> None:
        text = ClientTexts().welcome(sms_number="+33639980000", whatsapp_number="+33639980001", hours=hours, shop=shop)
        assert parts(text) <= 2
        assert "+33 6 39 98 00 00" in text
        assert "Urgent" in text

    def test_a_shop_s_own_welcome_that_is_too_long_is_refused_at_the_start(self) -> None:
        with pytest.raises(SettingsError) as caught:
            load_overrides({"welcome": "Bienvenue à tous. " * 20 + "{numbers}"})
        assert caught.value.problems == ("la bienvenue dépasse deux SMS avec ces phrases ; les raccourcir.",)
        assert load_overrides({"welcome": "Bienvenue. {numbers}"}) == {"welcome": "Bienvenue. {numbers}"}

    def test_elsewhere_it_is_as_it_was_written(self) -> None:
        text = ClientTexts().welcome(sms_number="+33639980000", shop="Atelier", channel=Channel.WHATSAPP)
        assert text.startswith("Atelier : votre contrat d’accompagnement est signé.")


def test_units_that_are_lost_are_told_in_one_sms() -> None:
    text = ClientTexts().lost(left=1, allowance=12, ends_on=date(2027, 2, 28), shop="Atelier")
    assert text == (
        "Atelier : il vous reste 1 unité sur 12 à utiliser jusqu'au dimanche 28 février 2027 ; "
        "ce qui reste ensuite est perdu."
    )
    assert parts(text) == 1
