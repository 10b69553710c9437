"""A client's message: whose it is, which ticket it goes to, what it raises, what the desk is told."""

import asyncio

import pytest

from bot.domain.addresses import Channel
from bot.domain.buttons import decode
from bot.domain.clients import ClientKind
from bot.domain.desk import Verb
from bot.domain.inbox import Noise, OptOut, Source
from bot.domain.outbox import Rank
from bot.domain.tickets import Direction, Outcome, Priority, TicketState
from bot.errors import StorageUnavailable, Unreadable
from bot.services import intake
from bot.services.intake import take_in
from tests.factories import (
    DAY,
    HELENE,
    HOUR,
    LUC,
    MINUTE,
    MONDAY,
    NOBODY,
    client_message,
    paris,
    picture,
    sms,
    whatsapp,
)


async def close(shop, number=1):
    """Close a ticket on which nobody worked."""
    await shop.orders(Verb.CLOSE, number, "sans objet")
    await shop.presses(Verb.CONFIRM, number, "not_a_request.0.not_a_request")
    assert (await shop.ticket(number)).outcome is Outcome.NOT_A_REQUEST


def buttons(row) -> list[tuple[Verb, int | None, str]]:
    return [decode(button["data"]) for line in row.payload["buttons"] for button in line]


async def test_a_first_message_opens_a_ticket(shop):
    await shop.receives(HELENE, "Bonjour, Word ne s'ouvre plus")
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.product, ticket.threading) == (
        "Bonjour, Word ne s'ouvre plus",
        "Microsoft Word",
        "first",
    )
    assert (ticket.state, ticket.priority, ticket.channel) == (TicketState.OPEN, Priority.NORMAL, Channel.SMS)
    assert (ticket.client_id, ticket.contact_id) == (1, 1)
    assert (ticket.opened_at, ticket.recontact_due_at) == (MONDAY, paris("2026-11-27 16:00"))
    assert await shop.events() == ["opened", "acknowledged"]
    assert await shop.milestones() == {"50": "pending", "75": "pending", "90": "pending", "breach": "pending"}
    assert [(row.to, row.state) for row in await shop.rows()] == [
        (f"sms:{HELENE}", "queued"),
        ("telegram:-1001", "queued"),
    ]


async def test_a_new_card_says_what_one_read_from_the_database_says(shop):
    await shop.receives(LUC, "Bonjour, mon collègue vous a écrit ?")
    await shop.receives(HELENE, "Word plante")
    shown = await shop.card(2)
    assert "Un collègue du même cabinet a déjà le n°\u00a01 ouvert" in shown.text
    await shop.orders(Verb.SHOW, 2)
    again = await shop.card(2)
    assert (again.text, buttons(again)) == (shown.text, buttons(shown))


async def test_the_clock_starts_at_the_providers_own_time(shop):
    """A message that was reconciled an hour late is due an hour earlier (C15)."""
    await shop.receives(HELENE, occurred_at=MONDAY - HOUR)
    ticket = await shop.ticket()
    assert (ticket.opened_at, ticket.recontact_due_at) == (MONDAY - HOUR, paris("2026-11-27 15:00"))


async def test_a_time_in_the_future_is_now(shop):
    await shop.receives(HELENE, occurred_at=MONDAY + HOUR)
    assert (await shop.ticket()).opened_at == MONDAY


async def test_a_burst_is_one_ticket_and_one_alert(shop):
    for text in ("Bonjour", "j'ai un souci", "avec Word"):
        await shop.receives(HELENE, text)
        shop.clock.advance(MINUTE / 3)
    assert len(await shop.tickets()) == 1
    assert [message.body for message in await shop.messages() if message.direction is Direction.IN] == [
        "Bonjour",
        "j'ai un souci",
        "avec Word",
    ]
    assert await shop.notices() == []
    assert "avec Word" in (await shop.card()).text
    assert [row.kind for row in await shop.rows() if row.ticket_id == 1 and row.to.startswith("telegram")] == ["say"]


async def test_a_later_message_is_announced_below_the_card(shop):
    await shop.receives(HELENE)
    await shop.deliver()
    shop.clock.advance(10 * MINUTE)
    await shop.receives(HELENE, "Et Excel non plus")
    assert len(await shop.tickets()) == 1
    (notice,) = await shop.notices()
    assert "le client a de nouveau écrit" in notice
    row = next(row for row in await shop.rows() if row.text == notice)
    assert (row.payload["reply_to"], row.payload["silent"], row.rank) == (101, False, Rank.CARD)


async def test_a_later_message_on_an_urgent_ticket_goes_before_others(shop):
    await shop.receives(HELENE, "Urgent, plus rien")
    shop.clock.advance(10 * MINUTE)
    await shop.receives(HELENE, "Toujours rien")
    notice = (await shop.rows())[-1]
    assert ("de nouveau écrit" in notice.text, notice.rank) == (True, Rank.URGENT)


async def test_a_colleagues_open_ticket_is_offered_to_join(shop):
    await shop.receives(LUC, "Le serveur est tombé")
    await shop.receives(HELENE, "Plus de serveur")
    assert (await shop.ticket(2)).threading == "first"
    assert (Verb.MERGE, 2, "1") in buttons(await shop.card(2))


async def test_colleagues_are_not_asked_for_where_the_sender_has_an_open_ticket(shop):
    await shop.receives(HELENE, "Word plante")
    await shop.receives(LUC, "Excel plante")
    await shop.receives(HELENE, "Toujours pas")
    assert [(ticket.number, ticket.contact_id) for ticket in await shop.tickets()] == [(1, 1), (2, 2)]


async def test_thanks_after_a_closing_neither_reopen_nor_open(shop):
    await shop.receives(HELENE)
    await close(shop)
    shop.clock.advance(DAY)
    before = await shop.notices()
    await shop.receives(HELENE, "Merci beaucoup !")
    assert [(ticket.number, ticket.state) for ticket in await shop.tickets()] == [(1, TicketState.CLOSED)]
    assert await shop.notices() == before
    assert (await shop.messages())[-1].body == "Merci beaucoup !"


async def test_a_picture_below_thanks_asks_for_something(shop):
    await shop.receives(HELENE)
    await close(shop)
    await shop.receives(whatsapp(HELENE), "Merci", media=(picture(),))
    assert (await shop.ticket(2)).state is TicketState.OPEN


async def test_another_request_after_a_closing_opens_another_ticket(shop):
    await shop.receives(HELENE)
    await close(shop)
    await shop.receives(HELENE, "Excel plante")
    assert (await shop.ticket(2)).threading == "after_closed"


async def test_a_picture_without_words_is_a_request(shop):
    await shop.receives(whatsapp(HELENE), "", media=(picture("ME1"), picture("ME2")))
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.channel) == ("2 photos sans texte", Channel.WHATSAPP)
    assert {(Verb.MEDIA, 1, "1"), (Verb.MEDIA, 1, "2")} <= set(buttons(await shop.card()))


async def test_an_empty_message_is_a_ticket_all_the_same(shop):
    await shop.receives(HELENE, "  ")
    assert (await shop.ticket()).subject == "Message vide"


async def test_a_long_text_is_kept_whole_and_its_subject_cut(shop):
    text = "Bonjour \x00 \u202e🙂 " * 4000
    await shop.receives(HELENE, text)
    assert (await shop.messages())[0].body == text
    assert len((await shop.ticket()).subject) == 80
    assert (await shop.ticket()).subject.endswith("…")


async def test_an_urgent_message_rings_at_any_hour(shop):
    shop.clock.move_to(paris("2026-11-22 23:00"))
    await shop.receives(HELENE, "URGENT : plus de lecteur Vitale")
    ticket = await shop.ticket()
    assert (ticket.priority, ticket.subject) == (Priority.URGENT, "plus de lecteur Vitale")
    card = await shop.card()
    assert (card.rank, card.payload["silent"]) == (Rank.URGENT, False)
    assert (await shop.milestones())["urgent:2"] == "pending"


async def test_a_normal_card_makes_no_sound_outside_office_hours(shop):
    shop.clock.move_to(paris("2026-11-22 23:00"))
    await shop.receives(HELENE)
    assert (await shop.card()).payload["silent"] is True


async def test_urgent_on_a_later_message_raises_the_ticket_in_place(shop):
    await shop.receives(HELENE)
    await shop.receives(HELENE, "Urgent : patient en salle d'attente")
    assert (await shop.ticket()).priority is Priority.URGENT
    assert await shop.events() == ["opened", "acknowledged", "message", "urgent"]
    card = await shop.card()
    assert (card.rank, card.payload["silent"], "URGENT" in card.text) == (Rank.URGENT, False, True)
    assert ["à prendre tout de suite" in text for text in await shop.notices()] == [True]
    assert (await shop.milestones())["urgent:2"] == "pending"


async def test_urgent_on_a_ticket_that_somebody_has_is_said_once(shop):
    await shop.receives(HELENE)
    await shop.orders(Verb.TAKE, 1)
    await shop.receives(HELENE, "Urgent !")
    assert "urgent:2" not in await shop.milestones()
    assert sum("URGENT" in text for text in await shop.notices()) == 1


async def test_an_unknown_sender_gets_a_ticket_that_is_nobodys(shop):
    await shop.receives(whatsapp(NOBODY), "Mon nouveau numéro", profile_name="Dr Blanc")
    ticket = await shop.ticket()
    assert (ticket.client_id, ticket.contact_id) == (None, None)
    text = (await shop.card()).text
    assert "expéditeur inconnu" in text
    assert "Dr Blanc" in text
    await shop.receives(whatsapp(NOBODY), "Suite")
    assert len(await shop.tickets()) == 1


async def test_a_contact_without_a_client_has_tickets_of_their_own(shop):
    async def meet(uow):
        contact = await uow.directory.add_contact("Dr Sans Cabinet", client_id=None, role="", now=MONDAY)
        await uow.directory.add_address(sms(NOBODY), contact_id=contact.id, profile_name=None, now=MONDAY)

    await shop.write(meet)
    await shop.receives(NOBODY)
    assert ((await shop.ticket()).contact_id, (await shop.ticket()).client_id) == (4, None)


async def test_a_blocked_sender_opens_nothing_and_is_kept(shop):
    known = await shop.address(sms(HELENE))
    await shop.write(lambda uow: uow.directory.block_address(known.id, MONDAY))
    await shop.receives(HELENE, "Gagnez un iPhone")
    assert await shop.tickets() == []
    assert await shop.rows() == []
    entry = await shop.read(lambda uow: uow.inbox.get(1))
    assert entry is not None
    assert await shop.read(lambda uow: uow.inbox.pending(9)) == []


class TestStopAndStart:
    async def test_stop_with_nothing_open_mutes_and_opens_nothing(self, shop):
        await shop.receives(HELENE, "STOP", opt_out=OptOut.STOP)
        assert await shop.tickets() == []
        assert (await shop.address(sms(HELENE))).opted_out_at == MONDAY

    async def test_stop_on_an_open_ticket_is_shown(self, shop):
        await shop.receives(HELENE)
        await shop.receives(HELENE, "STOP", opt_out=OptOut.STOP)
        assert (await shop.messages())[-1].body == "STOP"
        assert ["a répondu STOP" in text for text in await shop.notices()] == [True]

    async def test_a_muted_person_gets_no_acknowledgement_until_start(self, shop):
        await shop.receives(HELENE, "STOP", opt_out=OptOut.STOP)
        await shop.receives(HELENE, "Word plante")
        assert await shop.texts_to(HELENE) == []
        assert "a répondu STOP" in (await shop.card()).text
        await shop.receives(HELENE, "START", opt_out=OptOut.START)
        assert (await shop.address(sms(HELENE))).opted_out_at is None

    async def test_start_with_nothing_open_is_a_message_like_another(self, shop):
        await shop.receives(HELENE, "START", opt_out=OptOut.START)
        assert await shop.events() == ["opened", "acknowledged"]

    async def test_a_stop_that_was_reconciled_late_does_not_undo_a_start(self, shop):
        await shop.receives(HELENE, "START", opt_out=OptOut.START)
        await shop.receives(HELENE, "STOP", opt_out=OptOut.STOP, occurred_at=MONDAY - HOUR)
        assert (await shop.address(sms(HELENE))).opted_out_at is None

    async def test_help_asks_for_help(self, shop):
        await shop.receives(HELENE, "HELP", opt_out=OptOut.HELP)
        assert (await shop.ticket()).state is TicketState.OPEN


class TestFlood:
    async def test_many_messages_of_one_number_are_one_ticket_and_few_answers(self, shop):
        """S6 at a twentieth of its size: the counts do not depend on it."""
        for nth in range(500):
            await shop.arrives(client_message(sms(NOBODY), f"Message {nth}", provider_id=f"SM{nth}"))
            if nth % 50 == 49:
                shop.clock.advance(5 * MINUTE)
                await shop.take_in()
        assert len(await shop.tickets()) == 1
        assert len(await shop.messages()) == 501
        assert 1 <= len(await shop.texts_to(NOBODY)) <= 3
        assert 1 <= len(await shop.notices()) <= 3

    async def test_many_tickets_of_one_number_get_few_acknowledgements(self, shop):
        for nth in range(1, 8):
            await shop.receives(NOBODY, f"Panne {nth}")
            await close(shop, nth)
            shop.clock.advance(6 * MINUTE)
        assert len(await shop.tickets()) == 7
        assert len(await shop.texts_to(NOBODY)) == 3


class TestIntake:
    async def test_an_entry_that_was_read_twice_is_handled_once(self, shop):
        """The loop and a tick read the same pending entries at one moment."""
        await shop.arrives(client_message(sms(HELENE), "Word plante"))
        await shop.arrives(Unreadable("no JSON"))
        await asyncio.gather(take_in(shop.context), take_in(shop.context))
        assert [(ticket.number, ticket.unreadable) for ticket in await shop.tickets()] == [(1, False), (2, True)]
        assert len([m for m in await shop.messages() if m.direction is Direction.IN]) == 1

    async def test_what_nobody_can_read_is_quarantined_and_shown(self, shop):
        await shop.arrives(Unreadable("no Body"))
        await shop.take_in()
        ticket = await shop.ticket()
        assert (ticket.unreadable, ticket.subject, ticket.channel) == (
            True,
            "Message illisible (entrée 1)",
            Channel.SMS,
        )
        assert "Message illisible" in (await shop.card()).text
        ((entry, problem),) = await shop.read(lambda uow: uow.inbox.quarantined())
        assert (entry.id, problem) == (1, "no Body")
        assert (await shop.milestones())["breach"] == "pending"

    async def test_what_a_bug_keeps_from_being_handled_is_quarantined_without_its_words(self, shop):
        await shop.arrives(RuntimeError("a client's words"), source=Source.TELEGRAM)
        await shop.take_in()
        ((_, problem),) = await shop.read(lambda uow: uow.inbox.quarantined())
        assert problem == "RuntimeError"
        assert (await shop.ticket()).channel is Channel.TELEGRAM

    async def test_a_bug_in_one_message_does_not_keep_the_others_out(self, shop):
        await shop.arrives(RuntimeError())
        await shop.receives(HELENE)
        assert [ticket.unreadable for ticket in await shop.tickets()] == [True, False]

    async def test_noise_is_handled_and_nothing_more(self, shop):
        await shop.arrives(Noise("an edited message"), source=Source.TELEGRAM)
        await shop.take_in()
        assert await shop.tickets() == []
        assert await shop.read(lambda uow: uow.inbox.pending(9)) == []

    async def test_without_a_database_an_entry_stays_for_the_next_time(self, shop, monkeypatch):
        await shop.arrives(client_message(sms(HELENE)))

        async def unwritable(context, entry, reading):
            raise StorageUnavailable("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(intake, "_route", unwritable)
            with pytest.raises(StorageUnavailable):
                await take_in(shop.context)
        assert len(await shop.read(lambda uow: uow.inbox.pending(9))) == 1
        await shop.take_in()
        assert (await shop.ticket()).unreadable is False


async def test_an_individual_is_shown_no_balance(shop):
    async def become_individual(uow):
        await uow.directory.change_client(1, name="Dr Hélène Vasseur", kind=ClientKind.INDIVIDUAL)

    await shop.write(become_individual)
    await shop.receives(HELENE)
    text = (await shop.card()).text
    assert "jamais compté" in text
    assert "Solde" not in text


async def test_a_client_without_a_contract_is_marked(shop):
    shop.clock.move_to(paris("2026-02-02 10:00"))
    await shop.receives(HELENE)
    assert "aucun contrat en cours" in (await shop.card()).text


async def test_a_lost_message_brings_its_clock_to_the_ticket_it_joins(shop):
    shop.clock.advance(DAY)
    await shop.receives(HELENE, "Toujours en panne")
    await shop.receives(HELENE, "Le serveur est en panne", occurred_at=MONDAY)
    ticket = await shop.ticket()
    assert (len(await shop.tickets()), ticket.opened_at) == (1, MONDAY)
    assert ticket.recontact_due_at == paris("2026-11-27 16:00")


async def test_one_that_was_answered_meanwhile_has_its_true_age_and_no_clock(shop):
    shop.clock.advance(DAY)
    await shop.receives(HELENE, "Toujours en panne")
    await shop.orders(Verb.ANSWER, 1, "J'arrive")
    await shop.deliver()
    await shop.receives(HELENE, "Le serveur est en panne", occurred_at=MONDAY)
    assert ((await shop.ticket()).opened_at, "pending" in (await shop.milestones()).values()) == (MONDAY, False)
