"""What an intervention counts, and the lines it leaves in the ledger (C7-C13, decision 8)."""

from datetime import date

import pytest

from bot.domain.clients import ClientKind
from bot.domain.contracts import Term, TermChange
from bot.domain.desk import Verb
from bot.domain.interventions import Intervention
from bot.domain.tickets import Outcome
from bot.rules.quota import Rounding
from tests.factories import ANNE, HELENE, LUC, MONDAY, NOBODY, paris

PRACTICE, ALONE = 1, 2


async def work(shop, number=1, typed="9h30 9h52"):
    """Write down a stretch of work, by remote control."""
    await shop.orders(Verb.TIMES, number, typed)
    await shop.presses(Verb.REMOTE, number, "oui")


async def close(shop, number=1, outcome=Outcome.RESOLVED) -> str:
    """Close it, answering whatever is asked; the answer to the confirmation."""
    await shop.presses(Verb.OUTCOME, number, outcome)
    await shop.presses(Verb.DOCTOR, number, "Dr Vasseur")
    asked = await shop.presses(Verb.REASON, number, "Licence")
    if any("même problème" in text for text in asked):
        await shop.presses(Verb.GUARANTEE, number, "non")
    preview = (await shop.rows())[-1]
    words = preview.payload["buttons"][0][0]["data"]
    assert words.startswith(f"{Verb.CONFIRM}:{number}:"), preview.text
    return (await shop.presses(Verb.CONFIRM, number, words.split(":", 2)[2]))[-1]


async def balance(shop, period_id=1) -> int:
    return await shop.read(lambda uow: uow.contracts.used(period_id))


async def test_twenty_two_minutes_of_a_group_practice_count_two(shop):
    await shop.receives(HELENE)
    await work(shop)
    assert await close(shop) == "n° 1 : clos (résolu), compté 2. Il reste 10."
    assert await shop.ledger() == [(PRACTICE, 1, 2, "counted")]
    intervention = await shop.intervention()
    assert intervention == Intervention(
        1,
        1,
        PRACTICE,
        doctor="Dr Vasseur",
        reason="Licence",
        outcome=Outcome.RESOLVED,
        decision="counted",
        rule="C7",
        units=2,
        sittings=intervention.sittings,
    )


@pytest.mark.parametrize(
    ("rounding", "units"),
    [pytest.param(Rounding.TICKET, 1, id="rounded once"), pytest.param(Rounding.SITTING, 2, id="each sitting rounded")],
)
async def test_sittings_are_added_up(shop, rounding, units):
    shop.with_policy(rounding=rounding)
    await shop.receives(HELENE)
    await work(shop, typed="9h30 9h35")
    await work(shop, typed="9h40 9h45")
    await close(shop)
    assert [line[2] for line in await shop.ledger()] == [units]


async def test_an_individual_is_traced_and_never_counted(shop):
    await shop.receives(ANNE)
    await work(shop)
    assert await close(shop) == "n° 1 : clos (résolu), non compté."
    assert await shop.ledger() == [(ALONE, 1, 0, "individual_contract")]


async def test_what_failed_is_traced_and_not_counted(shop):
    await shop.receives(HELENE)
    await work(shop)
    await close(shop, outcome=Outcome.FAILED)
    assert await shop.ledger() == [(PRACTICE, 1, 0, "failed")]


async def test_what_was_agreed_for_one_contract_goes_before_the_shops_rule(shop):
    change = TermChange(1, Term.ROUNDING, "sitting", date(2026, 6, 1), "technician:1", MONDAY)
    await shop.write(lambda uow: uow.contracts.add_term(change))
    await shop.receives(HELENE)
    await work(shop, typed="9h30 9h35")
    await work(shop, typed="9h40 9h45")
    await close(shop)
    assert [line[2] for line in await shop.ledger()] == [2]


@pytest.mark.parametrize(
    ("sender", "value", "line"),
    [
        pytest.param(ANNE, "yes", (ALONE, 1, 2, "counted"), id="one's own contract, counted by agreement"),
        pytest.param(HELENE, "no", (PRACTICE, 1, 0, "uncounted_contract"), id="a practice's, never counted"),
    ],
)
async def test_who_is_counted_may_be_agreed_otherwise(shop, sender, value, line):
    contract_id = line[0]
    change = TermChange(contract_id, Term.COUNTED, value, date(2026, 3, 1), "technician:1", MONDAY)
    await shop.write(lambda uow: uow.contracts.add_term(change))
    await shop.receives(sender)
    await work(shop)
    await close(shop)
    assert await shop.ledger() == [line]


class TestWhy:
    """`/pourquoi` tells how minutes became units, by the terms of the client's contract on that day (C7)."""

    async def told(self, shop) -> str:
        (said,) = await shop.orders(Verb.WHY, 1)
        return said

    async def test_the_sittings_are_rounded_once(self, shop):
        await shop.receives(HELENE)
        await work(shop, typed="9h30 9h35")
        await work(shop, typed="9h40 9h45")
        await close(shop)
        assert "En tout 10 min : 10 minutes commencées, 1 quart d’heure commencé (C7)." in await self.told(shop)

    async def test_each_where_that_was_agreed(self, shop):
        change = TermChange(1, Term.ROUNDING, "sitting", date(2026, 6, 1), "technician:1", MONDAY)
        await shop.write(lambda uow: uow.contracts.add_term(change))
        await shop.receives(HELENE)
        await work(shop, typed="9h30 9h35")
        await work(shop, typed="9h40 9h45")
        await close(shop)
        assert "2 quarts d’heure commencés (chaque séance arrondie) (C7)." in await self.told(shop)

    async def test_by_the_shops_own_rule_outside_any_contract(self, shop):
        shop.with_policy(rounding=Rounding.SITTING)
        await shop.receives(HELENE)
        await work(shop, typed="20/02/2026 9h 9h05")
        await work(shop, typed="20/02/2026 10h 10h05")
        await close(shop)
        assert "2 quarts d’heure commencés (chaque séance arrondie) (C7)." in await self.told(shop)

    async def test_and_for_somebody_nobody_knows(self, shop):
        await shop.receives(NOBODY)
        await work(shop)
        assert "22 minutes commencées, 2 quarts d’heure commencés (C7)." in await self.told(shop)


class TestThresholds:
    """Both sides are told at 3, 1, 0 and beyond (C12): the desk, and the practice's doctors."""

    async def spend(self, shop, number: int, typed: str) -> None:
        await shop.receives(HELENE, f"Demande {number}")
        await work(shop, number, typed)
        await close(shop, number)

    async def told(self, shop) -> tuple[list[str], list[str]]:
        desk = [text.replace("\u00a0", " ") for text in await shop.notices() if text.startswith("📊")]
        texts = [text for text in await shop.texts_to(HELENE) if "solde" in text or "forfait" in text]
        return desk, texts

    async def test_at_three(self, shop):
        await self.spend(shop, 1, "6h 8h")
        assert await self.told(shop) == ([], [])
        await self.spend(shop, 2, "8h 8h15")
        assert await self.told(shop) == (
            [
                (
                    "📊 Cabinet des Tilleuls : il reste 3 unités sur 12, jusqu’au 28/02/2027. "
                    "Le client est prévenu. L’aide continue (C12)."
                )
            ],
            ["Atelier : solde de vos interventions : 3 sur 12, jusqu'au dimanche 28 février."],
        )

    async def test_of_a_practice_without_contacts_nobody_is_said_to_be_told(self, shop):
        async def gone(uow):
            for contact in await uow.directory.contacts_of(PRACTICE):
                await uow.directory.move_contact(contact.id, ALONE)

        await shop.orders(Verb.CALL, None, "Cabinet des Tilleuls plus de réseau")
        await shop.write(gone)
        await work(shop, 1, "6h 8h15")
        await close(shop, 1)
        desk, texts = await self.told(shop)
        assert ["Le client n’a pas de contact à prévenir." in text for text in desk] == [True]
        assert texts == []

    async def test_of_several_crossed_at_once_the_lowest_alone(self, shop):
        await self.spend(shop, 1, "6h 9h20")
        desk, texts = await self.told(shop)
        assert ["dépassé de 2 unités (hors forfait)" in text for text in desk] == [True]
        assert len(texts) == 1

    async def test_once_a_period_however_often_it_is_crossed(self, shop):
        await self.spend(shop, 1, "6h 9h")
        await shop.orders(Verb.REOPEN, 1)
        await close(shop, 1, Outcome.FAILED)
        await shop.orders(Verb.REOPEN, 1)
        await close(shop, 1)
        desk, texts = await self.told(shop)
        assert (len(desk), len(texts)) == (1, 1)

    async def test_again_in_the_next_period(self, shop):
        await self.spend(shop, 1, "6h 9h")
        shop.clock.move_to(paris("2027-03-02 10:00"))
        await self.spend(shop, 2, "6h 9h")
        desk, _ = await self.told(shop)
        assert len(desk) == 2

    async def test_not_of_a_period_that_is_over(self, shop):
        shop.clock.move_to(paris("2027-03-02 10:00"))
        await self.spend(shop, 1, "28/02/2027 6h 9h")
        assert await self.told(shop) == ([], [])

    async def test_the_desk_reads_who_could_not_be_told(self, shop):
        shop.with_policy(sms_automatic="off")
        await shop.write(lambda uow: uow.directory.mute_address(2, MONDAY))  # her WhatsApp
        await self.spend(shop, 1, "6h 9h")
        desk, texts = await self.told(shop)
        assert ["À prévenir vous-même : Dr Hélène Vasseur." in text for text in desk] == [True]
        assert texts == []

    async def test_everybody_where_no_role_is_a_doctors(self, shop):
        for contact_id, name in ((1, "Hélène Vasseur"), (2, "Luc Garnier")):
            await shop.write(
                lambda uow, contact_id=contact_id, name=name: uow.directory.rename_contact(
                    contact_id, name=name, role=""
                )
            )
        await self.spend(shop, 1, "6h 9h")
        assert [text for text in await shop.texts_to(LUC) if "solde" in text] != []


async def test_outside_any_contract_nothing_is_counted(shop):
    await shop.receives(HELENE)
    await work(shop, typed="20/02/2026 9h 9h20")
    await close(shop)
    assert await shop.ledger() == [(PRACTICE, None, 0, "not_covered")]


async def test_a_unit_is_taken_from_the_period_in_which_the_work_began(shop):
    shop.clock.move_to(paris("2027-03-01 10:00"))
    await shop.receives(HELENE)
    await work(shop, typed="28/02 9h 9h20")
    await close(shop)
    period = await shop.read(lambda uow: uow.contracts.period_by_id(1))
    assert (period.nth, period.starts_on, period.ends_on) == (1, date(2026, 3, 1), date(2027, 2, 28))


async def test_past_the_allowance_help_goes_on_and_is_counted(shop):
    await shop.receives(HELENE)
    await work(shop, typed="6h 9h20")
    assert "hors forfait de 2" in (await close(shop)).lower()
    assert await balance(shop) == 14


class TestCorrections:
    async def test_closed_again_with_the_same_result_adds_no_line(self, shop):
        await shop.receives(HELENE)
        await work(shop)
        await close(shop)
        await shop.orders(Verb.REOPEN, 1)
        assert await balance(shop) == 2
        await close(shop)
        assert await shop.ledger() == [(PRACTICE, 1, 2, "counted")]

    async def test_more_work_adds_the_difference(self, shop):
        await shop.receives(HELENE)
        await work(shop)
        await close(shop)
        await shop.orders(Verb.REOPEN, 1)
        await work(shop, typed="8h 8h30")
        assert await close(shop) == "n° 1 : clos (résolu), compté 4. Il reste 8."
        assert await shop.ledger() == [(PRACTICE, 1, 2, "counted"), (PRACTICE, 1, 2, "correction")]

    async def test_a_failure_after_all_is_given_back(self, shop):
        await shop.receives(HELENE)
        await work(shop)
        await close(shop)
        await shop.orders(Verb.REOPEN, 1)
        await close(shop, outcome=Outcome.FAILED)
        assert await shop.ledger() == [(PRACTICE, 1, 2, "counted"), (PRACTICE, 1, -2, "correction")]

    async def test_work_that_began_in_an_earlier_period_moves_the_units_there(self, shop):
        shop.clock.move_to(paris("2027-03-01 10:00"))
        await shop.receives(HELENE)
        await work(shop, typed="9h 9h20")
        await close(shop)
        await shop.orders(Verb.REOPEN, 1)
        await work(shop, typed="28/02 9h 9h10")
        await close(shop)
        assert await shop.ledger() == [
            (PRACTICE, 1, 2, "counted"),
            (PRACTICE, 1, -2, "correction"),
            (PRACTICE, 2, 2, "counted"),
        ]
        assert [await balance(shop, 1), await balance(shop, 2)] == [0, 2]


class TestAnotherClient:
    async def test_a_stranger_is_counted_when_they_are_attached(self, shop):
        await shop.receives(NOBODY)
        await work(shop)
        assert await close(shop) == "n° 1 : clos (résolu), non compté."
        assert await shop.ledger() == []
        await shop.orders(Verb.ATTACH, 1, "tilleuls")
        assert await shop.ledger() == [(PRACTICE, 1, 2, "counted")]
        assert ((await shop.intervention()).units, (await shop.ticket()).client_id) == (2, PRACTICE)

    async def test_a_closed_ticket_that_was_somebody_elses_is_given_back_on_their_account(self, shop):
        async def second_practice(uow):
            client = await uow.directory.add_client("MSP du Parc", kind=ClientKind.GROUP_PRACTICE, now=MONDAY)
            await uow.contracts.add_contract(
                client.id, starts_on=date(2026, 1, 1), allowance_units=12, ends_on=None, now=MONDAY
            )

        await shop.write(second_practice)
        await shop.receives(HELENE)
        await work(shop)
        await close(shop)
        await shop.orders(Verb.ATTACH, 1, "parc")
        assert await shop.ledger() == [
            (PRACTICE, 1, 2, "counted"),
            (PRACTICE, 1, -2, "correction"),
            (3, 2, 2, "counted"),
        ]
        assert [await balance(shop, 1), await balance(shop, 2)] == [0, 2]

    async def test_between_two_that_are_not_counted_the_trace_follows(self, shop):
        await shop.receives(HELENE)
        await work(shop, typed="20/02/2026 9h 9h20")
        await close(shop)
        await shop.orders(Verb.ATTACH, 1, "morel")
        assert await shop.ledger() == [(PRACTICE, None, 0, "not_covered"), (ALONE, None, 0, "not_covered")]

    async def test_one_that_was_reopened_is_counted_where_it_belongs_when_it_is_closed(self, shop):
        await shop.receives(HELENE)
        await work(shop)
        await close(shop)
        await shop.orders(Verb.REOPEN, 1)
        await shop.orders(Verb.ATTACH, 1, "morel")
        assert await balance(shop) == 2
        await close(shop)
        assert await shop.ledger() == [
            (PRACTICE, 1, 2, "counted"),
            (PRACTICE, 1, -2, "correction"),
            (ALONE, 2, 0, "individual_contract"),
        ]


async def test_the_preview_says_what_will_be_left_and_counts_nothing(shop):
    await shop.receives(HELENE)
    await work(shop)
    await close(shop)
    await shop.orders(Verb.REOPEN, 1)
    await shop.orders(Verb.CLOSE, 1, "résolu")
    assert "Comptera 2, il restera 10" in (await shop.rows())[-1].text
    assert await balance(shop) == 2
