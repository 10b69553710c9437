"""What stops a ticket's clock (C16), and what sets it going again."""

from bot.domain.desk import Verb
from bot.domain.tickets import DeliveryState, Recontact, TicketState
from bot.errors import PermanentDeliveryError
from tests.factories import DAY, HELENE, HOUR, MINUTE, MONDAY, paris

ALL_PENDING = {"50": "pending", "75": "pending", "90": "pending", "breach": "pending"}


async def clock_of(shop, number=1):
    ticket = await shop.ticket(number)
    return ticket.state, ticket.recontacted_at, ticket.recontacted_by


STOPPED_BY_REPLY = (TicketState.RECONTACTED, MONDAY, Recontact.REPLY)
RUNNING = (TicketState.OPEN, None, None)


async def test_an_acknowledgement_does_not_stop_it(shop):
    await shop.receives(HELENE)
    await shop.deliver()
    assert await shop.texts_to(HELENE)
    assert await clock_of(shop) == RUNNING


async def test_an_answer_stops_it_when_a_provider_has_accepted_it_and_not_before(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.ANSWER, 1, "Je vous rappelle")
    assert await clock_of(shop) == RUNNING
    await shop.deliver()
    assert await clock_of(shop) == STOPPED_BY_REPLY
    assert set((await shop.milestones()).values()) == {"cancelled"}
    assert (await shop.history())[-1].data == {"by": "reply", "late": False}


async def test_a_note_does_not_stop_it(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.NOTE, 1, "vu avec elle")
    await shop.deliver()
    assert await clock_of(shop) == RUNNING


async def test_an_appointment_stops_it(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.APPOINTMENT, 1, "demain 14h")
    assert await clock_of(shop) == (TicketState.RECONTACTED, MONDAY, Recontact.APPOINTMENT)


async def test_an_intervention_stops_it_when_it_began(shop):
    await shop.receives(HELENE)
    shop.clock.advance(HOUR)
    await shop.orders(Verb.START, 1, "10h30")
    assert await clock_of(shop) == (TicketState.IN_PROGRESS, MONDAY + HOUR / 2, Recontact.INTERVENTION)


async def test_an_answer_after_the_deadline_is_late(shop):
    await shop.receives(HELENE)
    shop.clock.move_to(paris("2026-11-27 16:01"))
    await shop.orders(Verb.ANSWER, 1, "Pardon")
    await shop.deliver()
    assert (await shop.history())[-1].data == {"by": "reply", "late": True}


async def test_a_second_answer_changes_nothing(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.ANSWER, 1, "Je vous rappelle")
    await shop.deliver()
    shop.clock.advance(HOUR)
    await shop.orders(Verb.ANSWER, 1, "Encore moi")
    await shop.deliver()
    assert await clock_of(shop) == STOPPED_BY_REPLY


class TestAnAnswerThatDidNotArrive:
    async def answered(self, shop, text="Je vous rappelle"):
        """Ticket 1, answered and accepted; the acknowledgement was SM-sent-1."""
        await shop.receives(HELENE)
        await shop.deliver()
        await shop.orders(Verb.ANSWER, 1, text)
        await shop.deliver()
        assert (await clock_of(shop))[2] is Recontact.REPLY

    async def test_the_clock_goes_on_from_the_opening(self, shop):
        await self.answered(shop)
        shop.clock.advance(MINUTE)
        await shop.reports("SM-sent-2", DeliveryState.UNDELIVERED, "30003")
        assert await clock_of(shop) == RUNNING
        assert await shop.milestones() == ALL_PENDING
        assert (await shop.messages())[-1].state is DeliveryState.UNDELIVERED
        assert "N’EST PAS ARRIVÉE" in (await shop.notices())[-1]

    async def test_an_acknowledgement_that_did_not_arrive_leaves_it_stopped(self, shop):
        await self.answered(shop)
        await shop.reports("SM-sent-1", DeliveryState.UNDELIVERED, "30003")
        assert await clock_of(shop) == STOPPED_BY_REPLY

    async def test_another_answer_that_got_through_keeps_it_stopped(self, shop):
        await self.answered(shop)
        await shop.orders(Verb.ANSWER, 1, "Rappelez-moi")
        await shop.deliver()
        await shop.reports("SM-sent-2", DeliveryState.UNDELIVERED, "30003")
        assert await clock_of(shop) == STOPPED_BY_REPLY

    async def test_work_that_began_since_keeps_it_stopped(self, shop):
        await self.answered(shop)
        shop.clock.advance(MINUTE)
        await shop.orders(Verb.START, 1)
        await shop.reports("SM-sent-2", DeliveryState.UNDELIVERED, "30003")
        assert await clock_of(shop) == (TicketState.IN_PROGRESS, MONDAY + MINUTE, Recontact.INTERVENTION)
        assert set((await shop.milestones()).values()) == {"cancelled"}

    async def test_an_appointment_agreed_since_keeps_it_stopped(self, shop):
        await self.answered(shop)
        shop.clock.advance(MINUTE)
        await shop.orders(Verb.APPOINTMENT, 1, "demain 9h")
        await shop.reports("SM-sent-2", DeliveryState.UNDELIVERED, "30003")
        assert await clock_of(shop) == (TicketState.RECONTACTED, MONDAY + MINUTE, Recontact.APPOINTMENT)

    async def test_after_the_breach_the_morning_reminders_go_on(self, shop):
        await shop.receives(HELENE)
        await shop.deliver()
        shop.clock.move_to(paris("2026-11-27 16:00"))
        await shop.remind()
        await shop.orders(Verb.ANSWER, 1, "Pardon du retard")
        await shop.deliver()
        shop.clock.move_to(paris("2026-12-01 12:00"))
        await shop.reports("SM-sent-2", DeliveryState.FAILED, "30008")
        assert await shop.remind() == 0
        shop.clock.move_to(paris("2026-12-02 08:00"))
        assert await shop.remind() == 1
        assert "Toujours pas recontacté" in (await shop.notices())[-1]

    async def test_what_fell_due_meanwhile_is_said_at_once(self, shop):
        await self.answered(shop)
        shop.clock.move_to(paris("2026-11-26 16:00"))
        await shop.reports("SM-sent-2", DeliveryState.UNDELIVERED, "30003")
        assert await shop.remind() == 1
        assert (await shop.milestones())["75"] == "sent"

    async def test_refused_at_once_it_never_stopped_the_clock(self, shop):
        await shop.receives(HELENE)
        await shop.deliver()
        await shop.orders(Verb.ANSWER, 1, "Je vous rappelle")
        shop.twilio.next_problems.append(PermanentDeliveryError("no", code="21211"))
        await shop.deliver()
        assert await clock_of(shop) == RUNNING
        assert "clock restarted" not in await shop.events()


class TestAClosedTicket:
    async def closed_with_an_answer_under_way(self, shop):
        await shop.receives(HELENE)
        await shop.orders(Verb.ANSWER, 1, "Rien à faire de votre côté")
        await shop.orders(Verb.CLOSE, 1, "sans objet")
        await shop.presses(Verb.CONFIRM, 1, "not_a_request.0.not_a_request")
        assert (await shop.ticket()).state is TicketState.CLOSED

    async def test_an_answer_accepted_after_the_closing_counts(self, shop):
        await self.closed_with_an_answer_under_way(shop)
        await shop.deliver()
        assert await clock_of(shop) == (TicketState.CLOSED, MONDAY, Recontact.REPLY)
        await shop.orders(Verb.REOPEN, 1)
        assert await clock_of(shop) == STOPPED_BY_REPLY

    async def test_an_answer_that_failed_after_the_closing_does_not(self, shop):
        await self.closed_with_an_answer_under_way(shop)
        await shop.deliver()
        await shop.reports("SM-sent-2", DeliveryState.UNDELIVERED, "30003")
        assert await clock_of(shop) == (TicketState.CLOSED, None, None)
        assert set((await shop.milestones()).values()) == {"cancelled"}
        await shop.orders(Verb.REOPEN, 1)
        assert await shop.milestones() == ALL_PENDING

    async def test_reopened_after_the_breach_it_is_reminded_of_each_morning(self, shop):
        await shop.receives(HELENE)
        shop.clock.move_to(paris("2026-11-27 16:00"))
        await shop.remind()
        await shop.orders(Verb.CLOSE, 1, "sans objet")
        await shop.presses(Verb.CONFIRM, 1, "not_a_request.0.not_a_request")
        shop.clock.advance(5 * DAY)
        await shop.orders(Verb.REOPEN, 1)
        shop.clock.move_to(paris("2026-12-03 08:00"))
        assert await shop.remind() == 1
