"""Every verb of the desk: done, already done, refused; by whom, where, and once."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.domain.desk import DeskMessage, Verb
from bot.domain.inbox import Source
from bot.domain.outbox import Kind
from bot.domain.tickets import DeliveryState, Direction, Outcome, Priority, Recontact, TicketState
from bot.services.handling.dispatch import HANDLERS
from bot.services.intake import take_in
from tests.factories import (
    ANNE,
    CLAIRE,
    DAY,
    DESK,
    HELENE,
    HOUR,
    LUC,
    MARC,
    MINUTE,
    MONDAY,
    NOBODY,
    STRANGER,
    order,
    paris,
    picture,
    sms,
    whatsapp,
)

NOT_A_REQUEST = "not_a_request.0.not_a_request"


@pytest.fixture
async def ticket(shop) -> int:
    """An open ticket of Dr Vasseur's, its card posted as message 101."""
    await shop.receives(HELENE, "Word ne s'ouvre plus")
    await shop.deliver()
    return 1


async def close(shop, number=1):
    await shop.orders(Verb.CLOSE, number, "sans objet")
    await shop.presses(Verb.CONFIRM, number, NOT_A_REQUEST)


def test_every_verb_has_a_handler():
    assert set(HANDLERS) == set(Verb)


class TestWho:
    async def test_a_stranger_is_turned_away_once_and_told_nothing(self, shop, ticket):
        assert await shop.orders(Verb.SHOW, 1, by=STRANGER, chat_id=STRANGER) == [
            "Bonjour. Ce compte n’est pas ouvert au public : je ne peux rien faire pour vous ici."
        ]
        assert await shop.orders(Verb.TAKE, 1, by=STRANGER, chat_id=STRANGER) == []
        assert (await shop.ticket()).assigned_to is None

    async def test_a_strangers_press_is_answered_and_does_nothing(self, shop, ticket):
        (toast,) = await shop.presses(Verb.TAKE, 1, by=STRANGER)
        assert "pas ouvert au public" in toast
        assert (await shop.ticket()).assigned_to is None

    async def test_a_technician_in_a_foreign_group_is_a_stranger(self, shop, ticket):
        await shop.orders(Verb.TAKE, 1, chat_id=-5)
        assert (await shop.ticket()).assigned_to is None

    async def test_a_technician_who_was_retired_is_a_stranger(self, shop, ticket):
        await shop.write(lambda uow: uow.directory.retire_technicians([MARC]))
        await shop.orders(Verb.TAKE, 1)
        assert (await shop.ticket()).assigned_to is None

    async def test_in_a_private_chat_everything_works_and_alerts_can_come(self, shop, ticket):
        (hello,) = await shop.orders(Verb.HELLO, chat_id=CLAIRE)
        assert "Claire" in hello
        await shop.orders(Verb.TAKE, 1, chat_id=CLAIRE)
        technician = await shop.read(lambda uow: uow.directory.technician(CLAIRE))
        assert (technician.has_private_chat, (await shop.ticket()).assigned_to) == (True, technician.id)


class TestOnce:
    async def test_an_update_that_is_handled_twice_at_one_moment_is_carried_out_once(self, shop, ticket):
        await shop.arrives(order(Verb.NOTE, 1, "vu"), source=Source.TELEGRAM)
        await shop.arrives(order(Verb.NOTE, 99, "vu"), source=Source.TELEGRAM)
        await asyncio.gather(take_in(shop.context), take_in(shop.context))
        assert [m.body for m in await shop.messages() if m.direction is Direction.NOTE] == ["vu"]
        assert sum("Il n’y a pas de ticket" in text for text in await shop.notices()) == 1

    async def test_a_refusal_changes_nothing_but_that_it_is_said(self, shop, ticket):
        before = await shop.events()
        await shop.orders(Verb.CLOSE, 1, "fini quoi")
        assert await shop.events() == before
        assert await shop.intervention() is None
        assert await shop.read(lambda uow: uow.inbox.pending(9)) == []


@pytest.mark.parametrize(
    ("verb", "number", "words", "said"),
    [
        pytest.param(Verb.TAKE, None, "", "Quel ticket ?", id="no number"),
        pytest.param(Verb.TAKE, 99, "", "Il n’y a pas de ticket n° 99", id="no such ticket"),
        pytest.param(Verb.TAKE, 10**15, "", "Il n’y a pas de ticket", id="a number no ticket has"),
        pytest.param(Verb.NOTE, 1, "", "Il manque le texte", id="a note without a text"),
        pytest.param(Verb.NORMAL, 1, "", "Déjà fait", id="normal already"),
        pytest.param(Verb.REOPEN, 1, "", "Déjà fait", id="open already"),
        pytest.param(Verb.END, 1, "", "Personne n’a commencé", id="an end without a start"),
        pytest.param(Verb.START, 1, "un jour", "Je ne comprends pas le moment", id="a start at no time"),
        pytest.param(Verb.APPOINTMENT, 1, "hier 9h", "qui est passé", id="an appointment behind us"),
        pytest.param(Verb.APPOINTMENT, 1, "", "Il manque le moment", id="an appointment at no time"),
        pytest.param(Verb.TIMES, 1, "14h10", "Je ne comprends pas", id="half a stretch"),
        pytest.param(Verb.CLOSE, 1, "fini quoi", "Je ne connais pas l’issue", id="no such outcome"),
        pytest.param(Verb.DOCTOR, 1, "", "Il manque le texte", id="a doctor without a name"),
        pytest.param(Verb.REASON, 1, " \n ", "Il manque le texte", id="a reason without words"),
        pytest.param(Verb.ATTACH, 1, "platanes", "Aucun client pour", id="no such client"),
        pytest.param(Verb.ATTACH, 1, "=999999999999999999999", "Aucun client pour", id="a client no row can have"),
        pytest.param(Verb.ATTACH, 1, "dr", "Plusieurs clients", id="several clients"),
        pytest.param(Verb.ATTACH, 1, "tilleuls", "Déjà fait", id="attached already"),
        pytest.param(Verb.MERGE, 1, "", "à quel ticket ?", id="joined to nothing"),
        pytest.param(Verb.MERGE, 1, "9", "Il n’y a pas de ticket n° 9", id="joined to no such ticket"),
        pytest.param(Verb.MERGE, 1, "1", "On ne peut rien joindre", id="joined to itself"),
        pytest.param(Verb.BLOCK, 1, "non", "n’est pas bloqué", id="unblocked without being blocked"),
        pytest.param(Verb.CALL, None, "", "Écrivez /appel", id="a call of nobody"),
        pytest.param(Verb.CALL, None, "platanes panne", "Aucun client pour", id="a call of an unknown client"),
        pytest.param(Verb.CALL, None, "tilleuls", "Il manque le motif", id="a call about nothing"),
        pytest.param(Verb.CALL, None, "dr panne", "Plusieurs clients", id="a call of several clients"),
        pytest.param(Verb.CLIENT, None, "", "Quel client ?", id="no client's file"),
        pytest.param(Verb.CLIENT, None, "platanes", "Aucun client pour", id="an unknown client's file"),
        pytest.param(Verb.QUOTA, None, "dr", "Plusieurs clients", id="several clients' balance"),
        pytest.param(Verb.LIST, None, "bleus", "Je ne connais pas la liste", id="no such list"),
        pytest.param(Verb.SEARCH, None, "", "Il manque les mots", id="a search for nothing"),
        pytest.param(Verb.MEDIA, 1, "7", "n’est pas sur le n° 1", id="no such picture"),
        pytest.param(Verb.MEDIA, 1, "x", "n’est pas sur le n° 1", id="no picture at all"),
        pytest.param(Verb.MEDIA, 1, "9" * 30, "n’est pas sur le n° 1", id="a picture no row can have"),
        pytest.param(Verb.REPLY, None, "bonjour", "Je ne sais pas à quel ticket", id="an answer to nothing"),
    ],
)
async def test_what_cannot_be_done_is_answered_helpfully(shop, ticket, verb, number, words, said):
    (answer,) = await shop.orders(verb, number, words)
    assert said in answer


class TestLooking:
    async def test_help(self, shop):
        (said,) = await shop.orders(Verb.HELP)
        assert "/tickets" in said

    async def test_an_unknown_command_is_answered_with_the_closest(self, shop):
        (said,) = await shop.orders(Verb.UNKNOWN, typed="/tiket")
        assert "/ticket" in said

    async def test_a_picture_in_a_private_chat_cannot_be_relayed(self, shop):
        (said,) = await shop.orders(Verb.UNKNOWN, typed="media", chat_id=CLAIRE)
        assert "Seul un texte" in said

    @pytest.mark.parametrize(
        ("words", "numbers"),
        [
            pytest.param("", [2, 1, 3], id="all, urgent first"),
            pytest.param("urgents", [2], id="urgent"),
            pytest.param("retard", [], id="late"),
            pytest.param("moi", [3], id="mine"),
        ],
    )
    async def test_lists(self, shop, words, numbers):
        await shop.receives(HELENE)
        await shop.receives(LUC, "Urgent !")
        await shop.receives(ANNE)
        await shop.orders(Verb.TAKE, 3)
        (said,) = await shop.orders(Verb.LIST, words=words)
        found = sorted((said.find(f"n° {number} "), number) for number in (1, 2, 3) if f"n° {number} " in said)
        assert [number for _, number in found] == numbers

    async def test_late_ones_are_those_past_the_deadline(self, shop, ticket):
        shop.clock.advance(7 * DAY)
        assert "n° 1" in (await shop.orders(Verb.LIST, words="retard"))[0]

    async def test_a_card_is_shown_anew_where_it_was_asked_for(self, shop, ticket):
        await shop.orders(Verb.SHOW, 1, chat_id=CLAIRE)
        row = (await shop.rows())[-1]
        assert (row.to, row.payload["ref"], row.payload["silent"]) == (f"telegram:{CLAIRE}", "card", True)

    async def test_a_search_finds_words_whatever_their_accents(self, shop, ticket):
        assert "n° 1" in (await shop.orders(Verb.SEARCH, words="WÔRD helene"))[0]

    @pytest.mark.parametrize(
        ("how", "verb"),
        [
            pytest.param({"words": "tilleuls"}, Verb.QUOTA, id="by name"),
            pytest.param({"words": "hélène"}, Verb.CLIENT, id="by a contact's name"),
            pytest.param({"words": "1"}, Verb.QUOTA, id="by the ticket's number"),
            pytest.param({"number": 1}, Verb.QUOTA, id="by a button of the ticket"),
            pytest.param({"reply_to": 101}, Verb.CLIENT, id="by an answer to the card"),
        ],
    )
    async def test_a_clients_file_and_balance(self, shop, ticket, how, verb):
        number = how.pop("number", None)
        (said,) = await shop.orders(verb, number, how.pop("words", ""), **how)
        assert "Cabinet des Tilleuls" in said

    @pytest.mark.parametrize("how", [pytest.param((1, ""), id="a button"), pytest.param((None, "1"), id="typed")])
    async def test_a_ticket_that_is_nobodys_has_no_balance(self, shop, how):
        await shop.receives(NOBODY)
        (said,) = await shop.orders(Verb.QUOTA, *how)
        assert "n’est rattaché à aucun client" in said

    async def test_a_client_without_a_contract_has_a_file_all_the_same(self, shop):
        shop.clock.move_to(paris("2026-02-02 10:00"))
        (said,) = await shop.orders(Verb.CLIENT, words="tilleuls")
        assert "Cabinet des Tilleuls" in said

    async def test_why_explains_deadline_and_count(self, shop, ticket):
        (said,) = await shop.orders(Verb.WHY, 1)
        assert "48" in said
        assert "C15" in said

    async def test_the_whole_text_comes_in_as_many_messages_as_it_takes(self, shop):
        await shop.receives(HELENE, "Un mot. " * 1000)
        said = await shop.presses(Verb.WHOLE, 1)
        assert said[-1] == "n° 1 : le texte entier arrive (2 messages)."
        assert sum(row.payload.get("ref") == "text" for row in await shop.rows()) == 2

    async def test_the_text_that_is_named_is_shown(self, shop, ticket):
        await shop.receives(HELENE, "court")
        message = (await shop.messages())[-1]
        await shop.presses(Verb.WHOLE, 1, str(message.id))
        shown = [row.text for row in await shop.rows() if row.payload.get("ref") == "text"]
        assert ["court" in text for text in shown] == [True]

    async def test_a_ticket_without_a_text_says_so(self, shop):
        await shop.receives(HELENE)
        await shop.receives(LUC)
        await shop.orders(Verb.MERGE, 1, "2")
        assert "Il n’y a pas de texte" in (await shop.presses(Verb.WHOLE, 1))[0]

    @pytest.mark.parametrize("verb", [Verb.MEDIA, Verb.WHOLE])
    async def test_with_bodies_kept_out_of_telegram_none_is_shown(self, shop, verb):
        shop.with_policy(bodies_in_telegram=False)
        await shop.receives(whatsapp(HELENE), "secret", media=(picture(),))
        assert "restent hors de Telegram" in (await shop.presses(verb, 1, "1"))[0]
        assert "secret" not in "".join(row.text for row in await shop.rows())


class TestTaking:
    async def test_taken_it_is_ones_own_and_the_clock_goes_on(self, shop, ticket):
        assert await shop.presses(Verb.TAKE, 1) == ["n° 1 : vous l’avez pris."]
        found = await shop.ticket()
        assert (found.assigned_to, found.awaits_recontact) == (1, True)
        assert "Pris par Claire" in (await shop.card()).text

    async def test_a_second_tap_is_told_it_is_done(self, shop, ticket):
        await shop.presses(Verb.TAKE, 1)
        assert "Déjà fait" in (await shop.presses(Verb.TAKE, 1))[0]
        assert "Claire a pris" in (await shop.presses(Verb.TAKE, 1, by=MARC))[0]
        assert (await shop.events()).count("taken") == 1

    async def test_typed_it_takes_over(self, shop, ticket):
        await shop.orders(Verb.TAKE, 1)
        assert await shop.orders(Verb.TAKE, 1, by=MARC) == ["n° 1 : repris à Claire."]

    async def test_made_urgent_and_normal_again(self, shop, ticket):
        await shop.orders(Verb.URGENT, 1)
        assert (await shop.ticket()).priority is Priority.URGENT
        assert "Déjà fait" in (await shop.orders(Verb.URGENT, 1))[0]
        await shop.orders(Verb.NORMAL, 1)
        assert (await shop.ticket()).priority is Priority.NORMAL
        assert (await shop.milestones())["urgent:2"] == "cancelled"

    async def test_a_closed_ticket_is_not_taken(self, shop, ticket):
        await close(shop)
        assert "/rouvrir 1" in (await shop.orders(Verb.TAKE, 1))[0]

    async def test_an_urgent_ticket_that_nobody_has_rings_again_when_it_is_reopened(self, shop):
        await shop.receives(NOBODY, "Urgent !")
        await shop.orders(Verb.BLOCK, 1)
        await shop.orders(Verb.REOPEN, 1)
        assert await shop.passes(3 * MINUTE) == 1

    async def test_an_appointment_stands_on_the_card(self, shop, ticket):
        (said,) = await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
        assert "jeudi 26 novembre à 14h00" in said
        assert "Rendez-vous jeudi 26 novembre à 14h00" in (await shop.card()).text
        assert ((await shop.ticket()).assigned_to, (await shop.ticket()).recontacted_by) == (1, Recontact.APPOINTMENT)

    async def test_another_appointment_replaces_it_on_the_card(self, shop, ticket):
        await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
        await shop.orders(Verb.APPOINTMENT, 1, "vendredi 9h")
        assert "Rendez-vous vendredi 27 novembre à 9h00" in (await shop.card()).text
        assert (await shop.events()).count("recontacted") == 1


class TestAnswering:
    async def test_an_answer_to_the_card_goes_to_the_client(self, shop, ticket):
        assert await shop.orders(Verb.REPLY, words="Je regarde", reply_to=101) == ["n° 1 : votre réponse part par SMS."]
        assert (await shop.texts_to(HELENE))[-1] == "Je regarde"
        assert (await shop.ticket()).assigned_to == 1

    async def test_the_button_asks_for_the_text(self, shop, ticket):
        said = await shop.presses(Verb.ANSWER, 1)
        assert any("répondez à CE message" in text for text in said)
        await shop.deliver()
        question = await shop.posted(1, "answer?")
        await shop.orders(Verb.REPLY, words="Bien sûr", reply_to=question)
        assert (await shop.texts_to(HELENE))[-1] == "Bien sûr"

    async def test_an_answer_to_the_whole_text_goes_to_the_client(self, shop, ticket):
        await shop.presses(Verb.WHOLE, 1)
        await shop.deliver()
        await shop.orders(Verb.REPLY, words="Lu", reply_to=await shop.posted(1, "text"))
        assert (await shop.texts_to(HELENE))[-1] == "Lu"

    async def test_a_long_answer_is_cut_into_pieces(self, shop, ticket):
        await shop.orders(Verb.ANSWER, 1, "mot " * 600)
        assert [text[:6] for text in (await shop.texts_to(HELENE))[1:]] == ["(1/2) ", "(2/2) "]

    async def test_what_is_somebody_elses_number_by_now_is_not_written_to(self, shop, ticket):
        number = await shop.address(sms(HELENE))
        await shop.presses(Verb.CONTACT, None, f"@3 prendre {number.id}")  # Anne's, of another practice
        (said,) = await shop.orders(Verb.ANSWER, 1, "Mme Durand, c'est réparé")
        assert said == (
            "Rien n’est parti : aucun moyen d’écrire à ce client (l’adresse d’où venait la demande n’est plus la "
            "sienne). Appelez-le, puis /note 1."
        )
        assert "Mme Durand" not in " ".join(await shop.texts_to(HELENE))

    async def test_who_left_the_practice_is_told_nothing_of_its_tickets(self, shop, ticket):
        await shop.orders(Verb.CONTACT, None, "@1 ajouter helene@example.org")
        await shop.presses(Verb.CONTACT, None, "@1 cabinet =2 sans 1")
        (said,) = await shop.orders(Verb.ANSWER, 1, "Mme Durand, c'est réparé")
        assert said.startswith("Rien n’est parti")
        assert not any("Mme Durand" in row.text for row in await shop.rows() if row.kind is Kind.TEXT)

    async def test_the_answer_goes_to_the_address_that_is_still_theirs(self, shop, ticket):
        number = await shop.address(sms(HELENE))
        await shop.orders(Verb.CONTACT, None, "@1 ajouter 06 39 98 01 77")
        await shop.presses(Verb.CONTACT, None, f"@1 retirer {number.id}")
        await shop.orders(Verb.ANSWER, 1, "C'est réparé")
        assert (await shop.texts_to("+33639980177"))[-1] == "C'est réparé"

    async def test_a_colleagues_address_is_of_the_same_practice(self, shop, ticket):
        number = await shop.address(sms(HELENE))
        await shop.presses(Verb.CONTACT, None, f"@2 prendre {number.id}")  # Luc's, of the same practice
        assert await shop.orders(Verb.ANSWER, 1, "C'est réparé") == ["n° 1 : votre réponse part par SMS."]

    async def test_an_empty_answer_is_refused(self, shop, ticket):
        assert "Il manque le texte" in (await shop.orders(Verb.REPLY, words=" ", reply_to=101))[0]

    async def test_a_picture_is_refused_and_not_lost_in_silence(self, shop, ticket):
        (said,) = await shop.orders(Verb.REPLY, reply_to=101, typed="media")
        assert "rien n’a été envoyé" in said

    async def test_an_answer_to_a_mere_confirmation_goes_nowhere(self, shop, ticket):
        await shop.orders(Verb.ATTACH, 1)
        await shop.orders(Verb.NOTE, 1, "vu")
        await shop.deliver()
        said = [row for row in shop.desk.sent if row.kind is Kind.SAY]
        below = 101 + next(nth for nth, row in enumerate(said) if "note gardée" in str(row.payload["text"]))
        assert "à quel ticket" in (await shop.orders(Verb.REPLY, words="et ça ?", reply_to=below))[0]

    async def test_an_answer_to_something_that_takes_none_goes_nowhere(self, shop, ticket):
        question = DeskMessage(DESK, 300, 1, "remote?")
        await shop.write(lambda uow: uow.desk_messages.remember(question, MONDAY))
        assert "à quel ticket" in (await shop.orders(Verb.REPLY, words="oui", reply_to=300))[0]

    async def test_a_muted_client_is_answered_by_their_other_channel(self, shop):
        await shop.receives(whatsapp(HELENE), "Bonjour")
        await shop.receives(HELENE, "par SMS")
        known = await shop.address(sms(HELENE))
        await shop.write(lambda uow: uow.directory.mute_address(known.id, MONDAY))
        (said,) = await shop.orders(Verb.ANSWER, 1, "Bien reçu")
        assert "WhatsApp, faute de mieux" in said

    @pytest.mark.parametrize(
        ("sender", "after", "why"),
        [
            pytest.param(whatsapp(NOBODY), DAY, "plus de 24 h", id="outside the window, unknown"),
            pytest.param(sms(NOBODY), None, "a répondu STOP", id="muted, unknown"),
        ],
    )
    async def test_where_nothing_can_go_it_says_why(self, shop, sender, after, why):
        await shop.receives(sender)
        known = await shop.address(sender)
        if after is None:
            await shop.write(lambda uow: uow.directory.mute_address(known.id, MONDAY))
        else:
            shop.clock.advance(after)
        (said,) = await shop.orders(Verb.ANSWER, 1, "Bonjour")
        assert "Rien n’est parti" in said
        assert why in said

    async def test_a_note_is_kept_and_not_sent(self, shop, ticket):
        await shop.orders(Verb.NOTE, 1, "rappeler demain")
        assert (await shop.messages())[-1].direction is Direction.NOTE
        assert len(await shop.texts_to(HELENE)) == 1
        assert "rappeler demain" in (await shop.card()).text

    async def test_a_note_may_stand_on_a_closed_ticket(self, shop, ticket):
        await close(shop)
        assert "note gardée" in (await shop.orders(Verb.NOTE, 1, "pour mémoire"))[0]


class TestTracing:
    async def test_begun_and_ended(self, shop, ticket):
        await shop.presses(Verb.START, 1)
        assert (await shop.ticket()).state is TicketState.IN_PROGRESS
        shop.clock.advance(22 * MINUTE)
        (said,) = await shop.presses(Verb.END, 1)
        assert "durée : 22 min" in said
        assert (await shop.ticket()).state is TicketState.RECONTACTED

    async def test_a_second_tap_is_told_it_is_done(self, shop, ticket):
        await shop.presses(Verb.START, 1)
        assert "Déjà fait" in (await shop.presses(Verb.START, 1))[0]
        await shop.presses(Verb.END, 1)
        assert "Déjà fait" in (await shop.presses(Verb.END, 1))[0]
        assert len((await shop.intervention()).sittings) == 1

    async def test_typed_times_are_understood_in_the_office_zone(self, shop, ticket):
        await shop.orders(Verb.START, 1, "9h10")
        (said,) = await shop.orders(Verb.END, 1, "9h32")
        assert "aujourd’hui à 9h32, durée : 22 min" in said

    async def test_a_clock_a_little_ahead_of_ours_means_now(self, shop, ticket):
        await shop.orders(Verb.START, 1, "10h02")
        assert (await shop.intervention()).running.started_at == MONDAY

    async def test_an_end_before_the_start_is_refused(self, shop, ticket):
        await shop.orders(Verb.START, 1, "9h30")
        assert "serait avant le début" in (await shop.orders(Verb.END, 1, "9h10"))[0]
        assert (await shop.intervention()).running is not None

    async def test_two_sittings_cannot_overlap(self, shop, ticket):
        await shop.orders(Verb.TIMES, 1, "9h10 9h32")
        assert "Une autre séance" in (await shop.orders(Verb.TIMES, 1, "9h30 9h40"))[0]

    async def test_times_written_down_beside_a_sitting_that_runs_are_their_own(self, shop, ticket):
        await shop.orders(Verb.START, 1, "9h50")
        await shop.orders(Verb.TIMES, 1, "9h10 9h32")
        first, second = (await shop.intervention()).sittings
        assert ((first.ended_at - first.started_at) / MINUTE, second.ended_at) == (22, None)

    async def test_a_sitting_forgotten_overnight_is_ended_with_its_time(self, shop, ticket):
        await shop.orders(Verb.START, 1)
        shop.clock.advance(2 * DAY)
        assert "trop long" in (await shop.orders(Verb.CLOSE, 1, "résolu"))[0]
        assert "durée : 1 h" in (await shop.orders(Verb.END, 1, "lundi 11h"))[0]


class TestClosing:
    async def test_it_asks_for_what_is_missing_and_counts_when_confirmed(self, shop, ticket):
        asked = await shop.presses(Verb.CLOSE, 1)
        assert "Comment se termine-t-il" in asked[-1]
        assert "pour quel médecin" in (await shop.presses(Verb.OUTCOME, 1, "resolved"))[-1]
        await shop.deliver()
        said = await shop.orders(Verb.REPLY, words="Dr  Vasseur", reply_to=await shop.posted(1, "doctor?"))
        assert "quel motif" in said[-1]
        await shop.deliver()
        said = await shop.orders(Verb.REPLY, words="Licence", reply_to=await shop.posted(1, "reason?"))
        assert "de quand à quand" in said[-1]
        await shop.deliver()
        said = await shop.orders(Verb.REPLY, words="9h10 9h32", reply_to=await shop.posted(1, "times?"))
        assert "à distance" in said[-1]
        said = await shop.presses(Verb.REMOTE, 1, "non")
        assert "Comptera 2, il restera 10" in said[-1]
        assert "Prise en main à distance : non" in said[-1]
        assert await shop.presses(Verb.CONFIRM, 1, "resolved.2.counted") == [
            "n° 1 : clos (résolu), compté 2. Il reste 10."
        ]
        assert ((await shop.intervention()).doctor, (await shop.ticket()).outcome) == ("Dr Vasseur", Outcome.RESOLVED)

    async def test_pressed_twice_it_is_done_once(self, shop, ticket):
        await close(shop)
        assert "Déjà fait" in (await shop.presses(Verb.CONFIRM, 1, NOT_A_REQUEST))[0]
        assert (await shop.events()).count("closed") == 1

    async def test_a_running_sitting_ends_with_the_closing(self, shop, ticket):
        await shop.orders(Verb.START, 1)
        shop.clock.advance(10 * MINUTE)
        await shop.orders(Verb.CLOSE, 1, "résolu")
        assert (await shop.intervention()).worked == 10 * MINUTE

    async def test_a_confirmation_of_something_else_is_shown_again(self, shop, ticket):
        """The work was corrected after the preview: what is counted is what was seen."""
        await shop.orders(Verb.CLOSE, 1, "sans objet")
        said = await shop.presses(Verb.CONFIRM, 1, "resolved.2.counted")
        assert "à confirmer" in said[-1]
        assert (await shop.ticket()).is_open

    async def test_a_confirmation_with_something_missing_asks_for_it(self, shop, ticket):
        await shop.orders(Verb.CLOSE, 1, "résolu")
        assert "pour quel médecin" in (await shop.presses(Verb.CONFIRM, 1, "resolved.2.counted"))[-1]

    async def test_given_up_it_stays_open_and_keeps_the_answers(self, shop, ticket):
        await shop.orders(Verb.CLOSE, 1, "résolu")
        await shop.presses(Verb.DOCTOR, 1, "Dr Vasseur")
        assert "pas clos" in (await shop.presses(Verb.CANCEL, 1))[0]
        intervention = await shop.intervention()
        assert (intervention.pending_outcome, intervention.doctor) == (None, "Dr Vasseur")
        assert "Comment se termine-t-il" in (await shop.presses(Verb.REASON, 1, "Licence"))[-1]

    async def test_giving_up_what_was_not_begun_opens_no_intervention(self, shop, ticket):
        await shop.presses(Verb.CANCEL, 1)
        assert await shop.intervention() is None

    async def test_an_unknown_senders_closing_says_so(self, shop):
        await shop.receives(NOBODY)
        said = await shop.orders(Verb.CLOSE, 1, "sans objet")
        assert "Expéditeur inconnu" in said[-1]

    async def test_an_unknown_sender_has_no_doctors_to_choose_from(self, shop):
        await shop.receives(NOBODY)
        await shop.orders(Verb.CLOSE, 1, "résolu")
        assert len((await shop.rows())[-1].payload["buttons"]) == 1

    async def test_with_bodies_kept_out_of_telegram_the_subject_is_no_button(self, shop):
        shop.with_policy(bodies_in_telegram=False)
        await shop.receives(HELENE, "secret de Word")
        await shop.orders(Verb.CLOSE, 1, "résolu")
        await shop.presses(Verb.DOCTOR, 1, "Dr Vasseur")
        assert "secret" not in str([row.payload for row in await shop.rows() if row.to.startswith("telegram")])

    @pytest.mark.parametrize("channel", [Channel.SMS, Channel.WHATSAPP])
    async def test_out_of_scope_is_said_to_the_client(self, shop, channel):
        await shop.receives(replace(sms(HELENE), channel=channel))
        await shop.orders(Verb.CLOSE, 1, "hors périmètre")
        await shop.presses(Verb.CONFIRM, 1, "out_of_scope.0.out_of_scope")
        assert "sort du contrat" in (await shop.texts_to(HELENE))[-1]
        assert await shop.ledger() == [(1, 1, 0, "out_of_scope")]

    async def test_out_of_scope_is_not_said_where_nothing_may_go(self, shop):
        shop.with_policy(sms_automatic="off")
        await shop.receives(HELENE)
        await shop.orders(Verb.CLOSE, 1, "hors périmètre")
        await shop.presses(Verb.CONFIRM, 1, "out_of_scope.0.out_of_scope")
        assert await shop.texts_to(HELENE) == []
        assert (await shop.events())[-1] == "not told"

    async def test_out_of_scope_of_a_call_is_said_on_the_phone(self, shop):
        await shop.orders(Verb.CALL, words="tilleuls déménagement")
        await shop.orders(Verb.CLOSE, 1, "hors périmètre")
        await shop.presses(Verb.CONFIRM, 1, "out_of_scope.0.out_of_scope")
        assert (await shop.ticket()).outcome is Outcome.OUT_OF_SCOPE


class TestCalls:
    async def test_a_call_opens_a_ticket_whose_clock_runs_from_now(self, shop):
        (said,) = await shop.orders(Verb.CALL, words="Tilleuls : écran noir")
        assert "Cabinet des Tilleuls" in said
        found = await shop.ticket()
        assert (found.channel, found.subject, found.client_id, found.contact_id, found.opened_at) == (
            Channel.PHONE,
            "écran noir",
            1,
            None,
            MONDAY,
        )

    async def test_a_caller_who_is_named_can_be_answered(self, shop):
        await shop.orders(Verb.CALL, words="Hélène Vasseur urgent plus rien")
        assert ((await shop.ticket()).contact_id, (await shop.ticket()).is_urgent) == (1, True)
        assert "SMS" in (await shop.orders(Verb.ANSWER, 1, "J'arrive"))[0]

    async def test_small_words_of_the_reason_are_not_taken_for_the_name(self, shop):
        await shop.orders(Verb.CALL, words="Morel ne démarre plus")
        assert (await shop.ticket()).subject == "ne démarre plus"

    @pytest.mark.parametrize(
        ("words", "contact_id", "body"),
        [
            pytest.param("Tilleuls Vasseur imprimante", 1, "imprimante", id="client and person"),
            pytest.param("Cabinet des Tilleuls Luc Garnier : scanner", 2, "scanner", id="both whole"),
            pytest.param("Tilleuls Vasseur Garnier scanner", None, "Vasseur Garnier : scanner", id="two persons"),
            pytest.param("Morel imprimante", 3, "imprimante", id="a practice of one"),
        ],
    )
    async def test_who_called_is_kept_beside_the_client(self, shop, words, contact_id, body):
        await shop.orders(Verb.CALL, words=words)
        assert ((await shop.ticket()).contact_id, (await shop.messages())[0].body) == (contact_id, body)

    async def test_in_a_practice_of_one_who_called_need_not_be_said(self, shop):
        async def found(uow):
            client = await uow.directory.add_client("Maison de santé", kind=ClientKind.INDIVIDUAL, now=MONDAY)
            return await uow.directory.add_contact("Nora Diaz", client_id=client.id, role="", now=MONDAY)

        nora = await shop.write(found)
        await shop.orders(Verb.CALL, words="Maison de santé : scanner")
        assert (await shop.ticket()).contact_id == nora.id

    async def test_a_person_whose_name_stands_within_a_word_of_the_clients_is_one(self, shop):
        async def found(uow):
            client = await uow.directory.add_client("Cabinet Jeanne", kind=ClientKind.INDIVIDUAL, now=MONDAY)
            await uow.directory.add_contact("Paul Roy", client_id=client.id, role="", now=MONDAY)
            return await uow.directory.add_contact("Anne Petit", client_id=client.id, role="", now=MONDAY)

        anne = await shop.write(found)
        await shop.orders(Verb.CALL, words="Cabinet Jeanne Anne : scanner")
        assert (await shop.ticket()).contact_id == anne.id

    async def test_a_call_of_nobody_in_particular_asks_who_it_was(self, shop):
        (said,) = await shop.orders(Verb.CALL, words="Tilleuls : écran noir")
        assert "Qui a appelé ? /rattacher 1 et son nom" in said
        await shop.orders(Verb.ATTACH, 1, "luc garnier")
        assert (await shop.ticket()).contact_id == 2


class TestTypedWhileAway:
    """The program comes back at one: what was typed since ten happened when it was typed."""

    async def test_work_is_counted_from_when_it_was_typed(self, shop, ticket):
        shop.clock.advance(3 * HOUR)
        await shop.orders(Verb.START, 1, typed_at=MONDAY + 10 * MINUTE)
        (said,) = await shop.orders(Verb.END, 1, typed_at=MONDAY + 50 * MINUTE)
        assert "40 min" in said
        (sitting,) = (await shop.intervention()).sittings
        assert (sitting.started_at, sitting.ended_at) == (MONDAY + 10 * MINUTE, MONDAY + 50 * MINUTE)
        assert (await shop.ticket()).recontacted_at == MONDAY + 10 * MINUTE

    async def test_a_press_has_no_time_of_its_own(self, shop, ticket):
        shop.clock.advance(3 * HOUR)
        await shop.presses(Verb.START, 1, typed_at=MONDAY + 10 * MINUTE)
        assert (await shop.ticket()).recontacted_at == MONDAY + 3 * HOUR

    async def test_what_came_within_a_minute_came_now(self, shop, ticket):
        shop.clock.advance(MINUTE)
        await shop.orders(Verb.START, 1, typed_at=MONDAY)
        assert (await shop.ticket()).recontacted_at == MONDAY + MINUTE

    async def test_an_end_typed_after_a_press_that_is_handled_later_ends_it(self, shop, ticket):
        shop.clock.advance(3 * HOUR)
        await shop.presses(Verb.START, 1)
        (said,) = await shop.orders(Verb.END, 1, typed_at=MONDAY + 2 * HOUR)
        assert "moins d’une minute" in said
        assert (await shop.intervention()).running is None

    async def test_a_closing_ends_what_runs_too(self, shop, ticket):
        shop.clock.advance(3 * HOUR)
        await shop.orders(Verb.START, 1, typed_at=MONDAY + HOUR)
        await shop.orders(Verb.CLOSE, 1, "résolu", typed_at=MONDAY + 2 * HOUR)
        (sitting,) = (await shop.intervention()).sittings
        assert sitting.ended_at == MONDAY + 2 * HOUR

    async def test_an_attempt_long_before_the_last_one_is_told(self, shop, ticket):
        shop.clock.advance(3 * HOUR)
        await shop.presses(Verb.ATTEMPT, 1)
        (said,) = await shop.orders(Verb.ATTEMPT, 1, typed_at=MONDAY + HOUR)
        assert "déjà" not in said
        assert "11h00" in (await shop.texts_to(HELENE))[-1]

    async def test_a_note_stands_where_it_was_written(self, shop, ticket):
        shop.clock.advance(3 * HOUR)
        await shop.orders(Verb.NOTE, 1, "vu sur place", typed_at=MONDAY + HOUR)
        assert (await shop.messages())[-1].at == MONDAY + HOUR

    async def test_an_appointment_counts_from_then_also_when_the_answer_before_it_did_not_arrive(self, shop, ticket):
        await shop.orders(Verb.ANSWER, 1, "J'arrive")
        await shop.deliver()
        shop.clock.advance(3 * HOUR)
        await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h", typed_at=MONDAY + HOUR)
        await shop.reports(f"SM-sent-{len(shop.twilio.sent)}", DeliveryState.UNDELIVERED, "30003")
        found = await shop.ticket()
        assert (found.recontacted_at, found.recontacted_by) == (MONDAY + HOUR, Recontact.APPOINTMENT)

    async def test_a_call_runs_from_when_it_was_noted(self, shop):
        shop.clock.advance(3 * HOUR)
        await shop.orders(Verb.CALL, words="Tilleuls : écran noir", typed_at=MONDAY)
        assert (await shop.ticket()).opened_at == MONDAY

    async def test_a_client_is_told_when_we_rang(self, shop, ticket):
        shop.clock.advance(3 * HOUR)
        await shop.orders(Verb.ATTEMPT, 1, typed_at=MONDAY + HOUR)
        assert "11h00" in (await shop.texts_to(HELENE))[-1]
        assert "Appelé sans réponse lundi 23 novembre à 11h00" in (await shop.card()).text.replace("\u00a0", " ")

    async def test_tomorrow_is_the_day_after_it_was_typed(self, shop, ticket):
        shop.clock.advance(DAY)
        (said,) = await shop.orders(Verb.APPOINTMENT, 1, "demain 14h", typed_at=MONDAY)
        assert "mardi 24 novembre à 14h00" in said


class TestIdentifying:
    async def test_a_stranger_is_attached_with_all_their_tickets(self, shop):
        await shop.receives(NOBODY)
        await close(shop)
        await shop.receives(NOBODY, "Autre chose")
        (said,) = await shop.orders(Verb.ATTACH, 2, "tilleuls")
        assert "Suivent aussi" in said
        assert [found.client_id for found in await shop.tickets()] == [1, 1]
        await shop.receives(NOBODY, "Encore")
        assert len(await shop.tickets()) == 2

    async def test_the_button_asks_which_client(self, shop):
        await shop.receives(NOBODY)
        assert "à quel client" in (await shop.presses(Verb.ATTACH, 1))[-1]
        assert "rattaché" in (await shop.presses(Verb.ATTACH, 1, "=2"))[0]
        assert (await shop.ticket()).client_id == 2

    async def test_a_contact_who_is_named_gets_the_address(self, shop):
        await shop.receives(NOBODY)
        await shop.orders(Verb.ATTACH, 1, "luc garnier")
        assert ((await shop.address(sms(NOBODY))).contact_id, (await shop.ticket()).contact_id) == (2, 2)

    async def test_a_new_contact_is_named_as_whatsapp_names_them(self, shop):
        await shop.receives(whatsapp(NOBODY), profile_name="Dr Blanc")
        await shop.orders(Verb.ATTACH, 1, "tilleuls")
        assert (await shop.contact(4)).name == "Dr Blanc"

    async def test_the_whole_name_tells_two_clients_apart(self, shop):
        async def namesake(uow):
            await uow.directory.add_client("Cabinet des Tilleuls 2", kind=ClientKind.INDIVIDUAL, now=MONDAY)

        await shop.write(namesake)
        await shop.receives(NOBODY)
        await shop.orders(Verb.ATTACH, 1, "cabinet des tilleuls")
        assert (await shop.ticket()).client_id == 1

    async def test_attached_elsewhere_the_person_moves_with_what_is_open(self, shop):
        await shop.receives(HELENE)
        await close(shop)
        await shop.receives(HELENE, "Autre chose")
        await shop.presses(Verb.ATTACH, 2, "=2")
        assert [found.client_id for found in await shop.tickets()] == [1, 2]
        assert (await shop.contact(1)).client_id == 2
        assert "Dr Anne Morel" in (await shop.card(2)).text

    async def test_a_call_without_a_caller_is_attached_alone(self, shop):
        await shop.orders(Verb.CALL, words="tilleuls panne")
        (said,) = await shop.orders(Verb.ATTACH, 1, "morel")
        assert ((await shop.ticket()).client_id, "rattaché à Dr Anne Morel" in said) == (2, True)

    async def test_a_call_can_be_given_its_caller(self, shop):
        await shop.orders(Verb.CALL, words="tilleuls panne")
        await shop.orders(Verb.ATTACH, 1, "luc garnier")
        assert (await shop.ticket()).contact_id == 2

    async def test_an_unreadable_entrys_ticket_can_be_attached(self, shop):
        await shop.arrives(RuntimeError())
        await shop.take_in()
        await shop.orders(Verb.ATTACH, 1, "tilleuls")
        assert (await shop.ticket()).client_id == 1

    async def test_blocked_and_unblocked(self, shop):
        await shop.receives(NOBODY)
        assert "bloquer" in (await shop.presses(Verb.BLOCK, 1))[-1]
        assert (await shop.address(sms(NOBODY))).blocked_at is None
        assert "expéditeur bloqué" in (await shop.presses(Verb.BLOCK, 1, "oui"))[0]
        assert ((await shop.ticket()).outcome, (await shop.address(sms(NOBODY))).blocked_at) == (
            Outcome.NOT_A_REQUEST,
            MONDAY,
        )
        assert "Déjà fait" in (await shop.orders(Verb.BLOCK, 1))[0]
        assert "débloqué" in (await shop.orders(Verb.BLOCK, 1, "non"))[0]
        assert (await shop.address(sms(NOBODY))).blocked_at is None

    async def test_blocking_keeps_a_ticket_open_that_was_worked_on(self, shop):
        await shop.receives(NOBODY)
        await shop.orders(Verb.START, 1)
        await shop.orders(Verb.BLOCK, 1)
        assert (await shop.ticket()).state is TicketState.IN_PROGRESS

    async def test_blocking_from_a_closed_ticket(self, shop):
        await shop.receives(NOBODY)
        await close(shop)
        await shop.orders(Verb.BLOCK, 1)
        assert (await shop.events()).count("closed") == 1

    async def test_a_call_has_nobody_to_block(self, shop):
        await shop.orders(Verb.CALL, words="tilleuls panne")
        assert "n’a pas d’expéditeur" in (await shop.orders(Verb.BLOCK, 1))[0]


class TestMerging:
    async def two(self, shop, first="Le serveur est tombé", second="Plus de serveur"):
        await shop.receives(LUC, first)
        shop.clock.advance(HOUR)
        await shop.receives(HELENE, second)

    async def test_messages_go_along_and_the_other_is_a_duplicate(self, shop):
        await self.two(shop)
        assert "joint au n° 1" in (await shop.presses(Verb.MERGE, 2, "1"))[0]
        assert ((await shop.ticket(2)).outcome, (await shop.ticket(2)).state) == (Outcome.DUPLICATE, TicketState.CLOSED)
        assert "Plus de serveur" in [message.body for message in await shop.messages(1)]
        assert await shop.messages(2) == []
        assert "Plus de serveur" in (await shop.card(1)).text

    async def test_a_second_tap_changes_nothing(self, shop):
        await self.two(shop)
        await shop.presses(Verb.MERGE, 2, "1")
        assert "est clos" in (await shop.presses(Verb.MERGE, 2, "1"))[0]
        assert (await shop.events(1)).count("merged") == 1

    async def test_the_earlier_deadline_stays_with_its_reminders(self, shop):
        await self.two(shop)
        due = (await shop.ticket(1)).recontact_due_at
        half = {name: at for name, at, _ in await shop.read(lambda uow: uow.milestones.of_ticket(1))}["50"]
        await shop.orders(Verb.MERGE, 1, "n° 2")
        assert ((await shop.ticket(2)).opened_at, (await shop.ticket(2)).recontact_due_at) == (MONDAY, due)
        shop.clock.move_to(half)
        assert await shop.remind() == 1

    async def test_what_stopped_the_others_clock_stops_this_one(self, shop):
        await self.two(shop)
        shop.clock.advance(HOUR)
        await shop.orders(Verb.APPOINTMENT, 2, "jeudi 14h")
        await shop.orders(Verb.MERGE, 2, "1")
        ticket = await shop.ticket(1)
        assert (ticket.recontacted_at, ticket.recontacted_by) == (MONDAY + 2 * HOUR, Recontact.APPOINTMENT)
        assert (ticket.opened_at, "pending" in (await shop.milestones(1)).values()) == (MONDAY, False)
        assert "jeudi 26 novembre à 14h00" in (await shop.card(1)).text.replace("\u00a0", " ")

    async def test_what_was_answered_before_this_was_asked_answers_nothing_of_it(self, shop):
        await shop.receives(LUC, "Le serveur est tombé")
        await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
        shop.clock.advance(HOUR)
        await shop.receives(HELENE, "Plus de serveur")
        await shop.orders(Verb.MERGE, 1, "2")
        ticket = await shop.ticket(2)
        assert (ticket.recontacted_at, ticket.opened_at) == (None, MONDAY + HOUR)

    async def test_nor_does_it_once_the_answer_to_this_did_not_arrive(self, shop):
        await shop.receives(LUC, "Le serveur est tombé")
        await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
        await shop.deliver()
        shop.clock.advance(HOUR)
        await shop.receives(HELENE, "Plus de serveur")
        await shop.orders(Verb.MERGE, 1, "2")
        await shop.orders(Verb.ANSWER, 2, "J'arrive")
        await shop.deliver()
        assert (await shop.ticket(2)).recontacted_at == MONDAY + HOUR
        await shop.reports(f"SM-sent-{len(shop.twilio.sent)}", DeliveryState.UNDELIVERED, "30003")
        assert ((await shop.ticket(2)).state, (await shop.ticket(2)).recontacted_at) == (TicketState.OPEN, None)

    async def test_urgency_goes_along_and_rings(self, shop):
        await self.two(shop, second="Urgent : plus de serveur")
        await shop.orders(Verb.MERGE, 2, "1")
        assert (await shop.ticket(1)).is_urgent
        assert (await shop.milestones(1))["urgent:2"] == "pending"
        assert (await shop.milestones(2))["urgent:2"] == "cancelled"

    async def test_who_has_it_goes_along(self, shop):
        await self.two(shop, second="Urgent : plus de serveur")
        await shop.orders(Verb.TAKE, 2, by=MARC)
        await shop.orders(Verb.MERGE, 2, "1")
        assert ((await shop.ticket(1)).assigned_to, "urgent:2" in await shop.milestones(1)) == (2, False)

    async def test_the_client_goes_along(self, shop):
        await shop.receives(NOBODY, "Le serveur est tombé")
        await shop.receives(HELENE, "Plus de serveur")
        await shop.orders(Verb.MERGE, 2, "1")
        assert ((await shop.ticket(1)).client_id, (await shop.ticket(1)).contact_id) == (1, 1)

    async def test_tickets_of_two_clients_are_not_joined(self, shop):
        await shop.receives(HELENE)
        await shop.receives(ANNE)
        assert "d’un autre client" in (await shop.orders(Verb.MERGE, 2, "1"))[0]

    async def test_a_closed_ticket_is_not_joined_to(self, shop):
        await self.two(shop)
        await close(shop, 1)
        assert "On ne peut rien joindre" in (await shop.orders(Verb.MERGE, 2, "1"))[0]

    async def test_one_that_was_worked_on_is_not_joined(self, shop):
        await self.two(shop)
        await shop.orders(Verb.START, 2)
        assert "c’est l’autre qu’il faut" in (await shop.orders(Verb.MERGE, 2, "1"))[0]

    async def test_one_whose_closing_was_begun_is_joined(self, shop):
        await self.two(shop)
        await shop.orders(Verb.CLOSE, 2, "résolu")
        await shop.orders(Verb.MERGE, 2, "1")
        assert (await shop.ticket(2)).outcome is Outcome.DUPLICATE
