"""The life of contracts as time passes: renewals, lost units, arrears, ends; each told once (C10, C13, C19-C22)."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest

from bot.domain.clients import ClientKind
from bot.domain.contracts import Ending, Payment, PaymentMethod, Term, TermChange
from bot.domain.interventions import LedgerLine
from bot.errors import StorageUnavailable
from bot.services.contract_plan import plan_contract, plan_contracts
from bot.services.contract_watch import watch_contracts
from bot.services.desk import Desk
from tests.factories import HELENE, LUC, paris

PRACTICE, ALONE = 1, 2
ANNIVERSARY = paris("2027-03-01 00:00")


async def milestones(shop, contract_id=PRACTICE) -> dict[str, str]:
    found = await shop.read(lambda uow: uow.contract_milestones.of_contract(contract_id))
    return {name: state for name, _, state in found}


async def planned_at(shop, contract_id=PRACTICE) -> dict[str, str]:
    found = await shop.read(lambda uow: uow.contract_milestones.of_contract(contract_id))
    return {name: f"{at.astimezone(shop.context.policy.zone):%Y-%m-%d %H:%M}" for name, at, _ in found}


async def periods(shop, client_id=PRACTICE) -> list[tuple[int, date, date, int]]:
    found = await shop.read(lambda uow: uow.contracts.periods_of(client_id))
    return [(each.nth, each.starts_on, each.ends_on, each.allowance_units) for each in found]


async def watch_at(shop, text) -> list[str]:
    """What the desk is told at this moment."""
    shop.clock.move_to(paris(text))
    before = len(await shop.notices())
    await watch_contracts(shop.context)
    return [told.replace("\u00a0", " ") for told in (await shop.notices())[before:]]


async def plan(shop, contract_id=PRACTICE) -> None:
    async def work(uow):
        desk = Desk(uow, shop.context, shop.clock.now())
        await plan_contract(desk, await uow.contracts.contract(contract_id))

    await shop.write(work)


async def ends(shop, on, ending=Ending.NOTICE, contract_id=PRACTICE) -> None:
    async def work(uow):
        await uow.contracts.end_contract(contract_id, ends_on=on, ending=ending)

    await shop.write(work)
    await plan(shop, contract_id)


async def pays(shop, cents, period_id=1) -> None:
    payment = Payment(period_id, cents, PaymentMethod.TRANSFER, date(2026, 11, 1), "technician:1", shop.clock.now())
    await shop.write(lambda uow: uow.contracts.add_payment(payment))


async def uses(shop, units, period_id=1, client_id=PRACTICE) -> None:
    async def work(uow):
        intervention = await uow.interventions.of_ticket(1)
        line = LedgerLine(client_id, intervention.id, 1, period_id, units, "counted", "C7", "technician:1",
                          shop.clock.now())  # fmt: skip
        await uow.contracts.add_line(line)

    await shop.write(work)


@pytest.fixture
async def quiet(shop):
    """Everything of the practice's first period is planned; it is paid, and the other contract is not watched."""
    await plan(shop)
    await pays(shop, 33_000)
    await watch_contracts(shop.context)
    assert await shop.notices() != []  # the first reminder is due already: the shop opened late in the year
    return shop


async def test_a_contract_is_planned_from_its_anniversary_back(shop):
    assert await plan_contracts(shop.context) == 2
    assert await planned_at(shop) == {
        "arrears:1": "2026-04-01 08:00",
        "renewal:1:4m": "2026-11-02 08:00",
        "renewal:1:3m1w": "2026-11-24 08:00",
        "lost:1": "2027-01-29 08:00",
        "period:2": "2027-03-01 00:00",
    }
    assert await periods(shop) == [(1, date(2026, 3, 1), date(2027, 2, 28), 12)]


async def test_planning_again_changes_nothing(shop):
    await plan_contracts(shop.context)
    commits = shop.store._writer.commits
    assert await plan_contracts(shop.context) == 0
    assert shop.store._writer.commits == commits


async def test_with_nothing_due_nothing_is_written(quiet):
    commits = quiet.store._writer.commits
    assert await watch_contracts(quiet.context) == 0
    assert quiet.store._writer.commits == commits


async def test_a_new_period_opens_at_midnight_with_a_fresh_package_and_not_before(quiet):
    """C20: the first moment of the anniversary."""
    await watch_at(quiet, "2027-02-28 23:00")
    assert await watch_at(quiet, "2027-02-28 23:59") == []
    assert await periods(quiet) == [(1, date(2026, 3, 1), date(2027, 2, 28), 12)]
    assert await watch_at(quiet, "2027-03-01 00:00") == [
        (
            "🔁 Cabinet des Tilleuls : nouvelle période du 01/03/2027 au 29/02/2028, par tacite reconduction.\n"
            "Nouveau forfait : 12 unités.\n"
            "12 unités perdues de la période précédente (C10).\n"
            "À régler : 330,00 € (C24)."
        )
    ]
    assert (await periods(quiet))[1:] == [(2, date(2027, 3, 1), date(2028, 2, 29), 12)]
    assert (await quiet.rows())[-1].payload["silent"] is True
    events = await quiet.read(lambda uow: uow.client_files.client_events(PRACTICE))
    assert [(each.kind, each.actor, each.data) for each in events] == [
        ("period opened", "bot", {"contract": 1, "nth": 2, "lost": 12})
    ]
    assert {name for name, state in (await milestones(quiet)).items() if state == "pending" and ":1" not in name} == {
        "arrears:2", "renewal:2:4m", "renewal:2:3m1w", "lost:2", "period:3"
    }  # fmt: skip


async def test_the_new_package_is_that_of_the_terms_in_force(quiet):
    change = TermChange(1, Term.ALLOWANCE, "20", date(2027, 3, 1), "technician:1", quiet.clock.now())
    price = replace(change, term=Term.PRICE, value="40000")
    for each in (change, price):
        await quiet.write(lambda uow, each=each: uow.contracts.add_term(each))
    (told,) = (await watch_at(quiet, "2027-03-01 00:00"))[-1:]
    assert "Nouveau forfait : 20 unités." in told
    assert "À régler : 400,00 €" in told


async def test_what_was_used_is_not_lost(quiet):
    await quiet.receives(HELENE)
    await quiet.write(lambda uow: uow.interventions.open(1, client_id=PRACTICE, now=quiet.clock.now()))
    await uses(quiet, 12)
    (told,) = (await watch_at(quiet, "2027-03-01 00:00"))[-1:]
    assert "perdue" not in told


async def test_the_renewal_is_announced_twice_before_the_last_day_for_a_notice(shop):
    """C20, C21: 4 months, and 3 months and a week before; at the opening of the day."""
    await plan(shop)
    await pays(shop, 33_000)
    shop.clock.move_to(paris("2026-11-02 08:00"))
    assert await watch_at(shop, "2026-11-02 08:00") == [
        (
            "📅 Cabinet des Tilleuls : le contrat se renouvelle le 01/03/2027, 330,00 € la période.\n"
            "Un préavis reçu jusqu’au 1er décembre 2026 compris est dans les délais (C21)."
        )
    ]
    assert await watch_at(shop, "2026-11-23 18:00") == []
    assert len(await watch_at(shop, "2026-11-24 08:00")) == 1
    assert await watch_at(shop, "2026-12-15 08:00") == []
    states = await milestones(shop)
    assert (states["renewal:1:4m"], states["renewal:1:3m1w"]) == ("sent", "sent")


async def test_after_an_outage_only_the_latest_reminder_is_told(shop):
    await plan(shop)
    await pays(shop, 33_000)
    (told,) = await watch_at(shop, "2026-12-02 10:00")
    assert "Le dernier jour pour un préavis est passé : c’était le 1er décembre 2026 (C21)." in told
    states = await milestones(shop)
    assert (states["renewal:1:4m"], states["renewal:1:3m1w"]) == ("superseded", "sent")
    await plan(shop)
    assert await watch_at(shop, "2026-12-03 10:00") == []


async def test_nothing_is_said_of_a_renewal_once_the_end_is_known(shop):
    await ends(shop, date(2027, 2, 28))
    await pays(shop, 33_000)
    assert "renewal:1:4m" not in await milestones(shop)
    assert await watch_at(shop, "2026-12-02 10:00") == []


async def test_an_end_that_is_taken_back_lets_the_renewal_be_announced(shop):
    await plan(shop)
    await pays(shop, 33_000)
    await ends(shop, date(2027, 2, 28))
    await watch_contracts(shop.context)
    assert (await milestones(shop))["renewal:1:4m"] == "cancelled"
    assert (await milestones(shop))["renewal:1:3m1w"] == "cancelled"
    assert "ended" in await milestones(shop)
    await ends(shop, None, None)
    assert len(await watch_at(shop, "2026-11-24 10:00")) == 1
    assert (await milestones(shop))["ended"] == "cancelled"


async def test_people_are_reminded_in_office_hours_whenever_the_program_comes_back(shop):
    await plan(shop)
    await pays(shop, 33_000)
    assert await watch_at(shop, "2026-11-24 23:00") == []
    assert await watch_at(shop, "2026-11-25 07:59") == []
    assert len(await watch_at(shop, "2026-11-25 08:00")) == 1


async def test_a_notice_in_time_ends_the_contract_and_no_period_opens(shop):
    await ends(shop, date(2027, 2, 28))
    await pays(shop, 33_000)
    assert await watch_at(shop, "2027-02-28 23:59") == []
    assert await watch_at(shop, "2027-03-01 00:00") == [
        (
            "🏁 Cabinet des Tilleuls : le contrat a pris fin le 28/02/2027.\n"
            "Les demandes restent acceptées, marquées « non couvert » : rien n’est plus décompté (C13)."
        )
    ]
    assert len(await periods(shop)) == 1
    assert await watch_at(shop, "2027-03-02 10:00") == []
    await shop.receives(HELENE)
    assert "contrat" in (await shop.card()).text.lower()


async def test_an_end_that_was_put_off_is_not_told_on_its_first_day(shop):
    await ends(shop, date(2027, 2, 28))
    await pays(shop, 33_000)

    async def work(uow):
        await uow.contracts.end_contract(PRACTICE, ends_on=date(2028, 2, 29), ending=Ending.NOTICE)

    await shop.write(work)
    assert await watch_at(shop, "2027-03-01 00:00") == []
    assert (await milestones(shop))["ended"] == "cancelled"


async def test_a_period_that_will_not_come_any_more_is_not_opened(quiet):
    async def work(uow):
        await uow.contracts.end_contract(PRACTICE, ends_on=date(2027, 2, 28), ending=Ending.NOTICE)

    await quiet.write(work)
    await watch_at(quiet, "2027-03-01 00:00")
    assert len(await periods(quiet)) == 1
    assert (await milestones(quiet))["period:2"] == "cancelled"


async def test_an_outage_of_eight_months_opens_what_was_missed_in_order(shop):
    """From July to March: the reminders that lie behind an anniversary are not told any more, arrears are."""
    shop.clock.move_to(paris("2026-07-01 10:00"))
    await plan(shop)
    await pays(shop, 33_000)
    told = await watch_at(shop, "2028-05-02 10:00")
    assert [line.split("\n")[0] for line in told] == [
        "🔁 Cabinet des Tilleuls : nouvelle période du 01/03/2027 au 29/02/2028, par tacite reconduction.",
        "💶 Cabinet des Tilleuls : période du 01/03/2027 impayée depuis plus de 30 jours, reste 330,00 €.",
        "🔁 Cabinet des Tilleuls : nouvelle période du 01/03/2028 au 28/02/2029, par tacite reconduction.",
        "💶 Cabinet des Tilleuls : période du 01/03/2028 impayée depuis plus de 30 jours, reste 330,00 €.",
    ]
    assert [nth for nth, *_ in await periods(shop)] == [1, 2, 3]
    assert {name for name, state in (await milestones(shop)).items() if state == "pending"} == {
        "renewal:3:4m", "renewal:3:3m1w", "lost:3", "period:4"
    }  # fmt: skip


async def test_arrears_are_told_once_on_the_thirty_first_day(shop):
    """C22: of 1 March, on 1 April; and the buttons say what can be done."""
    shop.clock.move_to(paris("2026-03-02 10:00"))
    await plan(shop)
    await pays(shop, 30_000)
    assert await watch_at(shop, "2026-03-31 18:00") == []
    assert await watch_at(shop, "2026-04-01 07:59") == []
    assert await watch_at(shop, "2026-04-01 08:00") == [
        (
            "💶 Cabinet des Tilleuls : période du 01/03/2026 impayée depuis plus de 30 jours, reste 30,00 €.\n"
            "Le contrat peut être résilié (C22). Rien ne se fait tout seul."
        )
    ]
    buttons = [each["data"] for row in (await shop.rows())[-1].payload["buttons"] for each in row]
    assert buttons == ["paye::=1 #1", "resilier::=1", "contrat::=1"]
    await plan(shop)
    assert await watch_at(shop, "2026-04-02 08:00") == []


async def test_nothing_is_said_of_arrears_after_the_payment(shop):
    shop.clock.move_to(paris("2026-03-02 10:00"))
    await plan(shop)
    await pays(shop, 33_000)
    assert await watch_at(shop, "2026-04-01 08:00") == []
    assert (await milestones(shop))["arrears:1"] == "cancelled"


async def test_both_sides_are_told_of_units_that_are_about_to_be_lost(quiet):
    """C10: thirty days before the period's end."""
    await watch_at(quiet, "2026-11-24 08:00")
    assert await watch_at(quiet, "2027-01-29 08:00") == [
        (
            "⏳ Cabinet des Tilleuls : 12 unités sur 12 à utiliser jusqu’au 28/02/2027.\n"
            "Ce qui n’est pas utilisé ne se reporte pas (C10).\n"
            "Le client est prévenu."
        )
    ]
    assert await quiet.texts_to(HELENE) == [
        (
            "Atelier : il vous reste 12 unités sur 12 à utiliser jusqu'au dimanche 28 février 2027 ; "
            "ce qui reste ensuite est perdu."
        )
    ]
    assert await quiet.texts_to(LUC) == []  # the package is the doctors' business


async def test_those_who_cannot_be_told_are_named(quiet):
    quiet.with_policy(sms_automatic="off")
    await watch_at(quiet, "2026-11-24 08:00")
    (told,) = await watch_at(quiet, "2027-01-29 08:00")
    assert told.endswith("À prévenir vous-même : Dr Hélène Vasseur.")


async def test_nobody_is_told_of_units_when_none_are_left(quiet):
    await watch_at(quiet, "2026-11-24 08:00")
    await quiet.receives(HELENE)
    await quiet.write(lambda uow: uow.interventions.open(1, client_id=PRACTICE, now=quiet.clock.now()))
    await uses(quiet, 13)
    assert await watch_at(quiet, "2027-01-29 08:00") == []
    assert (await milestones(quiet))["lost:1"] == "superseded"


async def test_an_individual_contract_is_never_told_of_units(shop):
    """C11: its period opens, its price is due, and not a word of units."""
    await plan(shop, 2)
    await pays(shop, 33_000)
    told = []
    for moment in ("2026-12-02 10:00", "2027-01-29 08:00", "2027-03-01 00:00", "2027-04-01 08:00"):
        told += await watch_at(shop, moment)
    assert len(told) == 3
    assert "unité" not in " ".join(told)
    assert (await milestones(shop, ALONE))["lost:1"] == "superseded"
    assert await shop.rows()
    assert not [row for row in await shop.rows() if row.kind == "text"]


async def test_a_contract_that_starts_on_29_february(shop):
    """C19: every anniversary is computed from the first start."""

    async def work(uow):
        contract = await uow.contracts.add_contract(
            ALONE, starts_on=date(2028, 2, 29), allowance_units=12, ends_on=None, now=shop.clock.now()
        )
        await plan_contract(Desk(uow, shop.context, shop.clock.now()), contract)
        return contract.id

    await ends(shop, date(2028, 2, 28), contract_id=2)
    contract_id = await shop.write(work)
    await watch_at(shop, "2032-03-05 10:00")
    found = await shop.read(lambda uow: uow.contracts.periods_of(ALONE))
    assert [(each.starts_on, each.ends_on) for each in found if each.contract_id == contract_id] == [
        (date(2028, 2, 29), date(2029, 2, 28)),
        (date(2029, 3, 1), date(2030, 2, 28)),
        (date(2030, 3, 1), date(2031, 2, 28)),
        (date(2031, 3, 1), date(2032, 2, 28)),
        (date(2032, 2, 29), date(2033, 2, 28)),
    ]


async def test_two_runs_at_once_tell_it_once(quiet):
    quiet.clock.move_to(ANNIVERSARY)
    before = len(await quiet.notices())
    handled = await asyncio.gather(*(watch_contracts(quiet.context) for _ in range(2)))
    assert len(await quiet.notices()) == before + 1
    assert sum(handled) > 0


@pytest.mark.parametrize(
    ("clients", "messages"), [pytest.param(5, 5, id="five are five"), pytest.param(6, 1, id="more are one message")]
)
async def test_many_at_once_are_one_message(shop, clients, messages):
    shop.clock.move_to(paris("2026-03-02 10:00"))

    async def work(uow):
        kind, now = ClientKind.GROUP_PRACTICE, shop.clock.now()
        for nth in range(clients):
            client = await uow.directory.add_client(f"Cabinet {nth}", kind=kind, now=now)
            contract = await uow.contracts.add_contract(
                client.id, starts_on=date(2026, 3, 1), allowance_units=12, ends_on=None, now=now
            )
            await plan_contract(Desk(uow, shop.context, now), contract)

    await shop.write(work)
    told = await watch_at(shop, "2026-04-01 08:00")
    assert len(told) == messages
    assert "💶 Cabinet 0 : période du 01/03/2026 impayée depuis plus de 30 jours, reste 330,00 €." in told[0]
    assert told[0].startswith("📄 Contrats : 6 choses à savoir") is (messages == 1)


async def test_a_contract_that_was_over_before_we_knew_of_it_is_told_of_to_nobody(shop):
    async def work(uow):
        await uow.contracts.add_contract(
            ALONE, starts_on=date(2020, 3, 1), allowance_units=12, ends_on=date(2021, 2, 28), now=shop.clock.now()
        )

    await shop.write(work)
    assert await plan_contracts(shop.context) == 3
    assert await milestones(shop, 3) == {"ended": "sent"}
    assert await plan_contracts(shop.context) == 0


async def test_another_term_of_notice_moves_the_reminders(shop):
    await plan(shop)
    change = TermChange(1, Term.NOTICE, "2", date(2026, 3, 1), "technician:1", shop.clock.now())
    await shop.write(lambda uow: uow.contracts.add_term(change))
    shop.clock.move_to(paris("2026-06-01 10:00"))
    await plan(shop)
    states = await milestones(shop)
    assert {name: state for name, state in states.items() if name.startswith("renewal")} == {
        "renewal:1:4m": "cancelled",
        "renewal:1:3m1w": "cancelled",
        "renewal:1:3m": "pending",
        "renewal:1:2m1w": "pending",
    }


async def test_a_term_told_of_before_the_contract_was_planned_does_not_hide_it(shop):
    await shop.write(lambda uow: uow.contract_milestones.tell_once(1, "threshold:1:3", shop.clock.now()))
    assert await plan_contracts(shop.context) == 2


async def test_what_was_put_off_to_the_morning_outlives_the_anniversary(shop):
    """Back at 23:00 on the last evening: the arrears wait for the morning, the new period does not."""
    await plan(shop)
    assert await watch_at(shop, "2027-02-28 23:00") == []
    assert len(await watch_at(shop, "2027-03-01 00:00")) == 1
    told = await watch_at(shop, "2027-03-01 08:00")
    assert [each.split(" :")[0] for each in told] == ["💶 Cabinet des Tilleuls"]


async def test_a_run_that_is_cut_short_says_it_the_next_time(quiet, monkeypatch):
    """The period is opened and the row settled in the commit that queues the message, or none of it is."""
    quiet.clock.move_to(ANNIVERSARY)
    before = len(await quiet.notices())

    async def fail(*_args, **_how):
        raise StorageUnavailable("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(Desk, "say", fail)
        with pytest.raises(StorageUnavailable):
            await watch_contracts(quiet.context)
    assert len(await periods(quiet)) == 1
    assert (await milestones(quiet))["period:2"] == "pending"
    await watch_contracts(quiet.context)
    assert len(await quiet.notices()) == before + 1
    assert len(await periods(quiet)) == 2


async def test_a_term_of_notice_agreed_for_later_holds_for_the_end_of_the_period(quiet):
    change = TermChange(1, Term.NOTICE, "1", date(2027, 1, 1), "technician:1", quiet.clock.now())
    await quiet.write(lambda uow: uow.contracts.add_term(change))
    await plan(quiet)
    assert (await planned_at(quiet))["renewal:1:1m1w"] == "2027-01-25 08:00"
    (told,) = await watch_at(quiet, "2027-01-25 08:00")
    assert "reçu jusqu’au 1er février 2027 compris" in told


async def test_a_period_is_announced_though_somebody_changed_the_contract_first(quiet):
    """At midnight, before the tick, an order at the desk plans the contract anew."""
    quiet.clock.move_to(ANNIVERSARY)
    await plan(quiet)
    before = len(await quiet.notices())
    await watch_contracts(quiet.context)
    assert len(await quiet.notices()) == before + 1
    assert (await milestones(quiet))["period:2"] == "sent"


async def test_a_contract_that_ends_on_a_period_s_first_day_has_that_period(shop):
    await ends(shop, date(2027, 3, 1), Ending.TERMINATION)
    await pays(shop, 33_000)
    (told,) = await watch_at(shop, "2027-03-01 00:00")
    assert "nouvelle période du 01/03/2027" in told
    (told,) = await watch_at(shop, "2027-03-02 00:00")
    assert "a pris fin le 01/03/2027" in told
