"""The shop's report: thirteen months against tables made by hand, and how contracts stand (C7-C15, C19-C24)."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.addresses import Channel
from bot.domain.contracts import Ending, Payment, PaymentMethod, Term, TermChange
from bot.domain.desk import Verb
from bot.domain.interventions import LedgerLine
from bot.domain.outbox import Kind
from bot.domain.tickets import Outcome, Priority, Ticket, TicketState
from bot.errors import PaperError
from bot.paper.cabinet import PaperCabinet
from bot.paper.typesetter import TypstTypesetter
from bot.rules.quota import Reason
from bot.services.context import Printing
from bot.services.report import report_view
from bot.texts.letterhead import Letterhead
from bot.texts.report import Anniversary, Beyond, ClientUnits, Ends, MonthFigures, Unpaid
from tests.factories import DAY, HOUR, MINUTE, paris
from tests.services.traced import trace

PRACTICE, ALONE = 1, 2
TILLEULS, ANNE = "Cabinet des Tilleuls", "Dr Anne Morel"
NOVEMBER = date(2026, 11, 1)


async def view_of(shop, month=NOVEMBER):
    return await shop.read(lambda uow: report_view(uow, month, policy=shop.context.policy, now=shop.clock.now()))


async def asks(
    shop,
    opened: str,
    *,
    after: timedelta | None = None,
    closed: timedelta | None = None,
    outcome: Outcome | None = None,
    is_urgent: bool = False,
) -> None:
    """A request that came then, due 24 hours later; `after` so long somebody recontacted, `closed` so long it ended."""
    opened_at = paris(opened)
    ticket = Ticket(
        number=0,
        subject="MediStory",
        state=TicketState.CLOSED if closed else TicketState.OPEN,
        priority=Priority.URGENT if is_urgent else Priority.NORMAL,
        channel=Channel.SMS,
        opened_at=opened_at,
        last_activity_at=opened_at,
        recontact_due_at=opened_at + DAY,
        client_id=PRACTICE,
        outcome=outcome,
        recontacted_at=opened_at + after if after is not None else None,
        closed_at=opened_at + closed if closed else None,
    )
    await shop.write(lambda uow: uow.tickets.open(ticket))


async def opens_period(shop, client=PRACTICE):
    async def work(uow):
        (contract,) = await uow.contracts.contracts_of(client)
        return await uow.contracts.period(contract, nth=1, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))

    return await shop.write(work)


async def ends(shop, on, ending, client=PRACTICE):
    await shop.write(lambda uow: uow.contracts.end_contract(client, ends_on=on, ending=ending))


async def pays(shop, cents, period_id=1):
    payment = Payment(period_id, cents, PaymentMethod.TRANSFER, date(2026, 3, 2), "technician:1", shop.clock.now())
    await shop.write(lambda uow: uow.contracts.add_payment(payment))


async def agrees(shop, term, value, contract_id=PRACTICE):
    change = TermChange(contract_id, term, value, date(2026, 3, 1), "technician:1", shop.clock.now())
    await shop.write(lambda uow: uow.contracts.add_term(change))


# The months


async def test_a_shop_without_a_ticket_has_thirteen_months_of_nothing(shop):
    view = await view_of(shop)
    assert [each.month for each in view.months] == [
        date(2025, 11, 1), date(2025, 12, 1), *(date(2026, nth, 1) for nth in range(1, 12))
    ]  # fmt: skip
    assert view.months == tuple(MonthFigures(each.month) for each in view.months)
    assert (view.shop, view.made_on, view.clients) == ("Atelier", date(2026, 11, 23), ())


async def test_the_figures_of_a_month_against_a_table_made_by_hand(shop):
    await asks(shop, "2026-11-02 09:00", after=HOUR, is_urgent=True)  # kept, 1 h
    await asks(shop, "2026-11-03 09:00", after=DAY)  # kept at the very instant: 10 h 30 of business time
    await asks(shop, "2026-11-04 17:30", after=15 * HOUR)  # kept at 8:30 next morning: 1 h 30
    await asks(shop, "2026-11-05 09:00", after=DAY + MINUTE)  # missed by a minute: 10 h 31
    await asks(shop, "2026-11-06 09:00")  # missed: nobody yet
    await asks(shop, "2026-11-23 09:00", is_urgent=True)  # it still runs
    await asks(shop, "2026-11-09 09:00", closed=HOUR, outcome=Outcome.COMMERCIAL)  # closed in time: undecided
    await asks(shop, "2026-11-10 09:00", closed=HOUR, outcome=Outcome.DUPLICATE)  # was none
    await asks(shop, "2026-11-11 09:00", after=HOUR, closed=HOUR, outcome=Outcome.NOT_A_REQUEST)  # was none
    view = await view_of(shop)
    assert view.figures == MonthFigures(
        NOVEMBER, requests=7, urgent=2, kept=3, decided=5, waited=6 * HOUR, units=0
    )  # between 1 h 30 and 10 h 30
    assert view.figures.share == 60


@pytest.mark.parametrize(
    ("opened", "month"),
    [
        pytest.param("2025-10-31 23:59", None, id="the evening before the thirteen months"),
        pytest.param("2025-11-01 00:00", date(2025, 11, 1), id="their first minute in Paris, still October in UTC"),
        pytest.param("2026-06-30 23:59", date(2026, 6, 1), id="June's last minute"),
        pytest.param("2026-07-01 00:30", date(2026, 7, 1), id="July in Paris, June in UTC"),
        pytest.param("2026-11-23 09:59", date(2026, 11, 1), id="this morning"),
        pytest.param("2026-12-01 00:00", None, id="after the month"),
    ],
)
async def test_a_request_is_of_the_month_in_which_it_came_in_the_office_zone(shop, opened, month):
    await asks(shop, opened)
    view = await view_of(shop)
    assert [each.month for each in view.months if each.requests] == ([month] if month else [])


async def test_any_day_of_a_month_means_the_month(shop):
    await asks(shop, "2026-03-31 12:00")
    assert (await view_of(shop, date(2026, 3, 15))).figures.requests == 1


# Units


async def test_units_are_of_the_month_of_the_first_sitting(shop):
    await trace(shop, ("2026-10-31 23:50", "2026-11-01 00:12"), ("2026-11-02 09:00", "2026-11-02 09:20"))  # 42 min
    await trace(shop, ("2026-11-03 14:10", "2026-11-03 14:32"))
    view = await view_of(shop)
    assert {each.month: each.units for each in view.months if each.units} == {date(2026, 10, 1): 3, NOVEMBER: 2}
    assert view.clients == (ClientUnits(TILLEULS, 2),)


@pytest.mark.parametrize(
    ("began", "month"),
    [
        pytest.param("2025-10-31 23:59", None, id="before the thirteen months"),
        pytest.param("2025-11-01 00:00", date(2025, 11, 1), id="at their first instant"),
        pytest.param("2026-11-01 00:30", NOVEMBER, id="in November, asked for in October"),
        pytest.param("2026-11-30 23:59", NOVEMBER, id="at the last minute"),
        pytest.param("2026-12-01 00:00", None, id="after the month"),
    ],
)
async def test_units_are_of_the_month_in_the_office_zone(shop, began, month):
    ended = (paris(began) + 10 * MINUTE).strftime("%Y-%m-%d %H:%M")
    await trace(shop, ("2026-03-02 09:00", "2026-03-02 09:10"))
    await trace(shop, (began, ended))
    # no contract covers the earliest ones, which count nothing by themselves
    line = LedgerLine(PRACTICE, 2, 2, 1, 5, "correction", "C7", "technician:1", shop.clock.now())
    await shop.write(lambda uow: uow.contracts.add_line(line))
    found = {each.month: each.units for each in (await view_of(shop)).months if each.units}
    assert sorted(found) == sorted({date(2026, 3, 1), month} - {None})


async def test_work_without_a_sitting_is_of_the_month_in_which_it_was_asked_for(shop):
    number = await trace(shop, ("2026-10-05 14:10", "2026-10-05 14:32"))
    intervention = await shop.intervention(number)
    await shop.write(lambda uow: uow.interventions.drop_sittings([each.id for each in intervention.sittings]))
    assert {each.month: each.units for each in (await view_of(shop)).months if each.units} == {date(2026, 10, 1): 2}


async def test_a_correction_counts_where_the_work_was(shop):
    await trace(shop, ("2026-10-05 14:10", "2026-10-05 14:32"))
    line = LedgerLine(PRACTICE, 1, 1, 1, -1, "correction", "C7", "technician:1", shop.clock.now())
    await shop.write(lambda uow: uow.contracts.add_line(line))
    assert {each.month: each.units for each in (await view_of(shop)).months if each.units} == {date(2026, 10, 1): 1}


async def test_clients_are_listed_with_what_was_not_counted_and_why_the_most_units_first(shop):
    await trace(shop, ("2026-11-03 09:00", "2026-11-03 09:10"), client=ALONE)
    first = await trace(shop, ("2026-11-04 09:00", "2026-11-04 09:20"))
    intervention = await shop.intervention(first)
    await trace(shop, ("2026-11-05 09:00", "2026-11-05 09:20"), guarantee_of=intervention.id)
    await trace(shop, ("2026-11-06 09:00", "2026-11-06 09:20"), guarantee_of=intervention.id)
    await trace(shop, ("2026-11-09 09:00", "2026-11-09 09:20"), outcome=Outcome.FAILED)
    await trace(shop, ("2026-11-10 09:00", "2026-11-10 09:20"), outcome=Outcome.DUPLICATE)
    await trace(shop, ("2026-10-06 09:00", "2026-10-06 11:00"))
    assert (await view_of(shop)).clients == (
        ClientUnits(TILLEULS, 2, ((Reason.UNDER_GUARANTEE, 2), (Reason.FAILED, 1))),
        ClientUnits(ANNE, 0, ((Reason.INDIVIDUAL_CONTRACT, 1),)),
    )


async def test_a_client_of_whom_nothing_is_left_but_a_duplicate_is_not_listed(shop):
    await trace(shop, ("2026-11-10 09:00", "2026-11-10 09:20"), outcome=Outcome.DUPLICATE)
    assert (await view_of(shop)).clients == ()


async def test_work_taken_from_one_client_to_another_is_listed_with_the_other_alone(shop):
    await trace(shop, ("2026-11-10 09:00", "2026-11-10 09:20"))

    async def move(uow):
        intervention = await uow.interventions.of_ticket(1)
        now = shop.clock.now()
        await uow.contracts.add_line(LedgerLine(PRACTICE, 1, 1, 1, -2, "correction", "C7", "technician:1", now))
        await uow.contracts.add_line(
            LedgerLine(ALONE, 1, 1, None, 0, Reason.INDIVIDUAL_CONTRACT, "C11", "technician:1", now)
        )
        await uow.interventions.save(replace(intervention, client_id=ALONE, decision=Reason.INDIVIDUAL_CONTRACT))

    await shop.write(move)
    assert (await view_of(shop)).clients == (ClientUnits(ANNE, 0, ((Reason.INDIVIDUAL_CONTRACT, 1),)),)


# How contracts stand, on 23 November 2026; both began on 1 March


async def test_anniversaries_are_shown_four_months_ahead_with_the_last_day_for_a_notice(shop):
    await agrees(shop, Term.NOTICE, "2")
    assert (await view_of(shop)).anniversaries == (
        Anniversary(TILLEULS, date(2027, 3, 1), date(2027, 1, 1)),
        Anniversary(ANNE, date(2027, 3, 1), date(2026, 12, 1)),
    )


@pytest.mark.parametrize(
    ("now", "shown"),
    [
        pytest.param("2026-10-31 10:00", 0, id="four months and a day before"),
        pytest.param("2026-11-01 10:00", 2, id="four months before"),
        pytest.param("2027-02-28 10:00", 2, id="the day before"),
        pytest.param("2027-03-01 10:00", 0, id="on the day, when the next one is a year away"),
        pytest.param("2026-02-28 10:00", 0, id="before they begin"),
    ],
)
async def test_an_anniversary_appears_four_months_before(shop, now, shown):
    shop.clock.move_to(paris(now))
    assert len((await view_of(shop, shop.clock.now().date())).anniversaries) == shown


@pytest.mark.parametrize(
    ("on", "renewed"),
    [
        pytest.param(date(2027, 2, 28), [ANNE], id="that ends at the anniversary"),
        pytest.param(date(2027, 3, 1), [TILLEULS, ANNE], id="that ends the day after"),
        pytest.param(date(2028, 2, 28), [TILLEULS, ANNE], id="a late notice: it renews itself once more"),
    ],
)
async def test_a_contract_that_ends_is_not_renewed(shop, on, renewed):
    await ends(shop, on, Ending.NOTICE)
    assert sorted(each.client for each in (await view_of(shop)).anniversaries) == sorted(renewed)


@pytest.mark.parametrize(
    ("on", "is_shown"),
    [
        pytest.param(date(2026, 10, 31), False, id="the day before the report's month"),
        pytest.param(date(2026, 11, 1), True, id="its first day"),
        pytest.param(date(2027, 12, 23), True, id="in thirteen months"),
        pytest.param(date(2027, 12, 24), False, id="a day later"),
    ],
)
async def test_contracts_that_end_are_shown_thirteen_months_ahead(shop, on, is_shown):
    await ends(shop, on, Ending.TERMINATION)
    assert (await view_of(shop)).ends == ((Ends(TILLEULS, on, Ending.TERMINATION),) if is_shown else ())


async def test_ends_are_listed_by_day(shop):
    await ends(shop, date(2027, 2, 28), Ending.NOTICE)
    await ends(shop, date(2026, 12, 31), None, client=ALONE)
    assert (await view_of(shop)).ends == (
        Ends(ANNE, date(2026, 12, 31), None),
        Ends(TILLEULS, date(2027, 2, 28), Ending.NOTICE),
    )


@pytest.mark.parametrize(
    ("paid", "price", "due"),
    [
        pytest.param((), None, 33_000, id="nothing paid"),
        pytest.param((10_000, 22_999), None, 1, id="a cent short"),
        pytest.param((10_000, 23_000), None, 0, id="paid in two parts"),
        pytest.param((34_000,), None, 0, id="more than the price"),
        pytest.param((33_000,), "35000", 2_000, id="another price was agreed"),
    ],
)
async def test_periods_that_are_not_paid_whole_are_shown(shop, paid, price, due):
    await opens_period(shop)
    for cents in paid:
        await pays(shop, cents)
    if price:
        await agrees(shop, Term.PRICE, price)
    expected = (Unpaid(TILLEULS, date(2026, 3, 1), due, is_late=True),) if due else ()
    assert (await view_of(shop)).unpaid == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-02-28 10:00", (), id="before it begins"),
        pytest.param("2026-03-01 10:00", (False,), id="on its first day"),
        pytest.param("2026-03-31 10:00", (False,), id="thirty days later"),
        pytest.param("2026-04-01 10:00", (True,), id="thirty-one days later"),
    ],
)
async def test_an_unpaid_period_is_late_after_thirty_days(shop, now, expected):
    await opens_period(shop)
    shop.clock.move_to(paris(now))
    view = await view_of(shop, shop.clock.now().date())
    assert tuple(each.is_late for each in view.unpaid) == expected


async def test_a_period_after_the_contracts_end_is_not_due(shop):
    await opens_period(shop)
    await ends(shop, date(2026, 2, 28), Ending.TERMINATION)
    assert (await view_of(shop)).unpaid == ()


async def uses(shop, units):
    await trace(shop, ("2026-06-05 14:10", "2026-06-05 14:20"))
    line = LedgerLine(PRACTICE, 1, 1, 1, units - 1, "correction", "C7", "technician:1", shop.clock.now())
    await shop.write(lambda uow: uow.contracts.add_line(line))


@pytest.mark.parametrize(
    ("units", "beyond"),
    [pytest.param(12, (), id="all of it"), pytest.param(14, (Beyond(TILLEULS, 2, 12),), id="two more")],
)
async def test_clients_past_their_package_are_shown(shop, units, beyond):
    await uses(shop, units)
    await opens_period(shop, ALONE)
    assert (await view_of(shop)).beyond == beyond


async def test_nobody_is_past_a_package_that_was_raised_or_is_not_counted(shop):
    await uses(shop, 14)
    await agrees(shop, Term.ALLOWANCE, "14")
    assert (await view_of(shop)).beyond == ()
    await agrees(shop, Term.ALLOWANCE, "10")
    assert (await view_of(shop)).beyond == (Beyond(TILLEULS, 4, 10),)
    await agrees(shop, Term.COUNTED, "no")
    assert (await view_of(shop)).beyond == ()


async def test_a_package_that_is_over_is_not_shown(shop):
    await uses(shop, 14)
    shop.clock.move_to(paris("2027-03-01 10:00"))
    assert (await view_of(shop, date(2027, 3, 1))).beyond == ()


async def test_a_package_of_a_contract_that_ended_is_not_shown(shop):
    await uses(shop, 14)
    await ends(shop, date(2026, 11, 22), Ending.TERMINATION)
    assert (await view_of(shop)).beyond == ()
    await ends(shop, date(2026, 11, 23), Ending.TERMINATION)
    assert len((await view_of(shop)).beyond) == 1


# At the desk


@pytest.fixture
def cabinet(tmp_path) -> Path:
    return tmp_path / "papers"


def equip(shop, typesetter, cabinet):
    printing = Printing(typesetter, PaperCabinet(cabinet), Letterhead("Atelier"), (), lambda: "token")
    shop.context = replace(shop.context, printing=printing)


@pytest.fixture
def office(shop, cabinet):
    equip(shop, TypstTypesetter(), cabinet)
    return shop


async def files(shop):
    return [row for row in await shop.rows() if row.kind is Kind.FILE]


def kept_file(row) -> tuple[Path, bytes]:
    path = Path(row.payload["path"])
    return path, path.read_bytes()


async def test_the_report_is_a_text_and_the_picture_below_it(office, cabinet):
    await asks(office, "2026-11-02 09:00", after=HOUR)
    (said,) = await office.orders(Verb.REPORT)
    assert said.startswith("Novembre 2026 (en cours, au 23/11/2026)\n1 demande ; un an plus tôt : aucune demande\n")
    *_, text, picture = await office.rows()
    assert text.payload["buttons"] == [[{"text": "CSV", "data": "rapport::2026-11 csv"}]]
    assert (picture.kind, picture.payload["content_type"]) == (Kind.FILE, "image/png")
    assert picture.text.replace("\u00a0", " ") == "En novembre : 1 demande, recontactée à temps."
    path, content = kept_file(picture)
    assert path.is_relative_to(cabinet)
    assert (path.name, content[:8]) == ("rapport-2026-11.png", b"\x89PNG\r\n\x1a\n")
    document = await office.read(lambda uow: uow.documents.get(1))
    assert (document.client_id, document.kind, document.content_type) == (None, "report", "image/png")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        pytest.param("octobre", "Octobre 2026", id="a name"),
        pytest.param("11/2025", "Novembre 2025", id="a number and a year"),
        pytest.param("2026-02", "Février 2026", id="as computers write it"),
    ],
)
async def test_the_month_can_be_typed(office, words, title):
    (said,) = await office.orders(Verb.REPORT, words=words)
    assert said.splitlines()[0] == title


async def test_a_month_begins_with_its_first_day(office):
    office.clock.move_to(paris("2026-12-01 08:00"))
    (said,) = await office.orders(Verb.REPORT)
    assert said.startswith("Décembre 2026 (en cours, au 01/12/2026)\nAucune demande")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param("brumaire", "Je ne comprends pas le mois « brumaire ».", id="no month"),
        pytest.param("13/2026", "Je ne comprends pas le mois « 13/2026 ».", id="a thirteenth"),
        pytest.param("12/2026", "Le mois demandé (décembre 2026) n’a pas commencé.", id="to come"),
        pytest.param("mars avril csv", "Je ne comprends pas le mois « mars avril ».", id="two, as a table"),
    ],
)
async def test_a_month_that_cannot_be_shown_is_refused(office, words, answer):
    (said,) = await office.orders(Verb.REPORT, words=words)
    assert said.startswith(answer)
    assert await files(office) == []


async def test_the_button_posts_the_table(office):
    await trace(office, ("2026-11-03 14:10", "2026-11-03 14:32"))
    assert await office.presses(Verb.REPORT, words="2026-11 csv") == ["rapport-2026-11.csv arrive."]
    (posted,) = await files(office)
    assert posted.payload["content_type"] == "text/csv"
    _, content = kept_file(posted)
    assert content.startswith(b"\xef\xbb\xbfligne;mois;")
    assert b"\r\nclient;11/2026;Cabinet des Tilleuls;;;;;;;2;0;;;\r\n" in content


async def test_csv_alone_is_this_months(office):
    assert await office.orders(Verb.REPORT, words="CSV") == ["rapport-2026-11.csv arrive."]


class BrokenPress(TypstTypesetter):
    def chart(self, view):
        raise PaperError("no ink")


async def test_without_its_picture_the_text_stands_alone(shop, cabinet):
    equip(shop, BrokenPress(), cabinet)
    (said,) = await shop.orders(Verb.REPORT)
    assert said.startswith("Novembre 2026")
    assert await files(shop) == []


def in_a_file(folder: Path) -> Path:
    """Where no folder can be."""
    (folder / "papers").write_text("not a folder")
    return folder / "papers" / "reports"


async def test_a_table_that_cannot_be_kept_is_said(shop, tmp_path):
    equip(shop, TypstTypesetter(), in_a_file(tmp_path))
    (said,) = await shop.orders(Verb.REPORT, words="csv")
    assert said.startswith("Le tableau n’a pas pu être fait.")
