"""Mails on their tickets: what they answer, who reads along, what machines write (S7, C9, C18)."""

import asyncio
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.domain.inbox import DeliveryReport, InboxEntry, Source
from bot.domain.mails import Attendance, Bounce, Flaw, Reported, Robot
from bot.domain.outbox import Kind
from bot.domain.tickets import DeliveryState, Media, Outcome, Priority, TicketState
from bot.errors import StorageUnavailable, TransientDeliveryError, Unreadable
from bot.rules.threading import Reason
from bot.services.desk import Desk
from bot.services.intake import take_in, take_in_mails
from bot.services.mail_robots import heed_robot
from bot.texts.calls import missed
from tests.factories import (
    ANNE,
    DAY,
    HELENE,
    HELENES_MAIL,
    LUC,
    LUCS_MAIL,
    OUR_ADDRESS,
    client_message,
    mail,
    mail_from,
    our_mail,
    sms,
)
from tests.services.shop import Shop

STRANGER = "quelquun@ailleurs.example"
OTHER = "anne@morel.example"


@pytest.fixture
async def shop(shop: Shop) -> Shop:
    """People have mailboxes too."""

    async def work(uow: Any) -> None:
        for number, address in ((HELENE, HELENES_MAIL), (LUC, LUCS_MAIL), (ANNE, OTHER)):
            known = await uow.directory.address(sms(number))
            await uow.directory.add_address(
                mail(address), contact_id=known.contact_id, profile_name=None, now=shop.clock.now()
            )

    await shop.write(work)
    return shop


def mails_to(shop: Shop, address: str) -> list[dict[str, Any]]:
    return [row.payload for row in shop.mail.sent if row.address == mail(address)]


async def shown(shop: Shop, number: int = 1) -> str:
    """The card's text, with plain spaces."""
    return (await shop.card(number)).text.replace("\u00a0", " ").replace("\u202f", " ")


async def close(shop: Shop, number: int = 1, outcome: Outcome = Outcome.NOT_A_REQUEST) -> None:
    """Ask to close it, and press what stands below the answer."""
    await shop.presses(Verb.OUTCOME, number, outcome)
    (data,) = {
        button["data"]
        for row in await shop.rows()
        for line in row.payload.get("buttons", [])
        for button in line
        if button["data"].startswith(f"{Verb.CONFIRM}:{number}:")
    }
    await shop.presses(Verb.CONFIRM, number, data.split(":", 2)[2])
    assert not (await shop.ticket(number)).is_open


# In


async def test_a_mail_opens_a_ticket_named_by_its_subject(shop):
    await shop.gets_mail(HELENES_MAIL, "Bonjour, rien ne sort.", subject="Imprimante du secrétariat")
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.client_id, ticket.threading) == ("Imprimante du secrétariat", 1, Reason.FIRST)
    assert "Imprimante du secrétariat\nBonjour, rien ne sort." in (await shop.card()).text


async def test_a_mail_is_acknowledged_as_one_writes_letters(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await shop.deliver()
    (sent,) = mails_to(shop, HELENES_MAIL)
    assert sent == {
        "body": "Bonjour,\n\nVotre demande 1 est bien arrivée. Nous vous répondons au plus tard vendredi 27 novembre à "
        "16h00. Faites d’abord une sauvegarde.\n\nCordialement,\nAtelier",
        "mail_id": "t1.m2.k2m4",
        "subject": "Re: Word [n° 1]",
        "in_reply_to": "<un@client.example>",
        "references": ["<un@client.example>"],
        "answers": True,
    }


@pytest.mark.parametrize(
    ("subject", "body", "priority"),
    [
        ("Urgent : plus rien ne marche", "Bonjour", Priority.URGENT),
        ("TR: Urgent", "Bonjour", Priority.URGENT),
        ("Imprimante", "URGENT\nelle fume", Priority.URGENT),
        ("Pas urgent", "Bonjour", Priority.NORMAL),
        ("", "Urgent svp", Priority.URGENT),
    ],
)
async def test_a_mail_is_urgent_by_its_subject_or_its_first_line(shop, subject, body, priority):
    await shop.gets_mail(HELENES_MAIL, body, subject=subject.removeprefix("TR: "))
    assert (await shop.ticket()).priority is priority


async def test_an_answer_that_bears_an_old_urgent_subject_does_not_raise_again_what_a_technician_lowered(shop):
    await shop.gets_mail(HELENES_MAIL, "elle fume", subject="Urgent imprimante")
    await shop.orders(Verb.NORMAL, 1)
    await shop.gets_mail(HELENES_MAIL, "encore un détail", subject="Urgent imprimante")
    assert (await shop.ticket()).priority is Priority.NORMAL
    await shop.gets_mail(HELENES_MAIL, "Urgent, vraiment", subject="Urgent imprimante")
    assert (await shop.ticket()).priority is Priority.URGENT


async def test_a_mail_without_a_sender_opens_a_ticket_that_nobody_is_answered_on(shop):
    await shop.gets_mail(None, "Au secours")
    ticket = await shop.ticket()
    assert (ticket.address_id, ticket.client_id) == (None, None)
    assert "Au secours" in (await shop.card()).text
    assert await shop.deliver()
    assert not shop.mail.sent


async def test_what_was_read_of_a_mail_is_shown_with_what_is_wrong_and_the_whole_behind_a_button(shop):
    files = (
        Media("mail:x#2", "application/pdf", size=340_000, name="Bilan.pdf"),
        Media("mail:x#3", "application/zip", name="gros.zip", flaw="too_large"),
    )
    await shop.gets_mail(
        HELENES_MAIL, "Voir le bilan.", media=files, whole="Voir le bilan.\n> cité", flaws=(Flaw.UNVERIFIED,)
    )
    card = await shop.card()
    assert "📎 Bilan.pdf, 340 ko\n📎 gros.zip : trop lourd, non gardé\n⚠️ Expéditeur non vérifié." in await shown(shop)
    labels = [button["text"] for row in card.payload["buttons"] for button in row]
    assert [each for each in labels if "📎" in each or "entier" in each] == ["📎 Bilan.pdf", "Mail entier"]
    await shop.presses(Verb.WHOLE, 1, "1")
    assert any("> cité" in row.text for row in await shop.rows() if row.payload.get("ref") == "text")


async def test_a_file_that_is_not_offered_is_refused_with_the_reason(shop):
    await shop.gets_mail(HELENES_MAIL, media=(Media("mail:x#2", "application/zip", name="a.zip", flaw="infected"),))
    assert await shop.presses(Verb.MEDIA, 1, "1") == ["Ce fichier du n° 1 n’est pas proposé : VIRUS, retiré."]


# Threads


async def test_an_answer_goes_to_the_ticket_it_answers_and_not_to_the_newest(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await shop.gets_mail(LUCS_MAIL, "Excel", subject="Excel", mail_id="<deux@client.example>")
    await shop.deliver()
    await shop.gets_mail(HELENES_MAIL, "toujours pas", answers=("<t1.m2.k2m4@atelier.example>",))
    assert [len(await shop.messages(number)) for number in (1, 2)] == [3, 2]
    assert (await shop.history(1))[-1].data["threading"] == Reason.ANSWER


@pytest.mark.parametrize(
    "how",
    [
        {"answers": ("<inconnu@x.example>", "<un@client.example>")},
        {"signed_ticket": 1},
        {"named_ticket": 1},
        {"attendance": ("rdv-1-20261123T090000Z@permanence", Attendance.ACCEPTED)},
    ],
    ids=["by the id of an inbound mail", "by its secret address", "by the number in its subject", "by its appointment"],
)
async def test_a_colleagues_answer_joins_the_ticket_and_both_are_written_to_from_then_on(shop, how):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await shop.gets_mail(LUCS_MAIL, "Je prends le relais", **how)
    assert [ticket.number for ticket in await shop.tickets()] == [1]
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    await shop.deliver()
    (sent,) = mails_to(shop, LUCS_MAIL)
    assert sent["cc"] == [HELENES_MAIL]
    assert sent["body"] == "C’est réparé.\n\nClaire\nAtelier"


async def test_of_those_in_copy_the_practices_own_read_along_and_strangers_are_never_written_to(shop):
    await shop.gets_mail(HELENES_MAIL, copies=(mail(LUCS_MAIL), mail(STRANGER), mail(OTHER)))
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    await shop.deliver()
    assert [sent.get("cc") for sent in mails_to(shop, HELENES_MAIL)] == [None, [LUCS_MAIL]]


async def test_a_strangers_answer_opens_a_ticket_of_its_own_that_offers_to_join(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await shop.gets_mail(STRANGER, "Je suis le neveu", answers=("<un@client.example>",))
    assert [len(await shop.messages(number)) for number in (1, 2)] == [2, 1]  # and no machine answers it (S7)
    ticket = await shop.ticket(2)
    assert (ticket.client_id, ticket.follows, ticket.threading) == (None, 1, Reason.STRANGER)
    card = await shop.card(2)
    assert "Répond au n° 1, depuis une adresse qui n’est pas de ce cabinet" in await shown(shop, 2)
    assert "collègue" not in card.text
    assert "Joindre au n° 1" in [button["text"] for row in card.payload["buttons"] for button in row]
    await shop.presses(Verb.MERGE, 2, "1")
    assert len(await shop.messages(1)) == 3


async def test_a_number_that_a_stranger_writes_into_a_subject_means_nothing(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.gets_mail(STRANGER, "Bonjour", named_ticket=1)
    assert (await shop.ticket(2)).follows is None


async def test_another_practice_that_answers_a_forwarded_mail_neither_joins_nor_is_told_of_it(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await shop.gets_mail(OTHER, "Pareil chez moi", answers=("<un@client.example>",))
    ticket = await shop.ticket(2)
    assert (ticket.client_id, ticket.follows) == (2, None)
    assert "n° 1" not in await shown(shop, 2)


async def test_an_answer_to_a_closed_ticket_opens_one_that_follows_it_within_the_guarantee(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await shop.orders(Verb.START, 1)
    shop.clock.advance(timedelta(minutes=10))
    await shop.orders(Verb.END, 1)
    await shop.orders(Verb.DOCTOR, 1, "Dr Hélène Vasseur")
    await shop.orders(Verb.REASON, 1, "Word")
    await shop.presses(Verb.REMOTE, 1, "oui")
    await close(shop, 1, Outcome.RESOLVED)
    shop.clock.advance(3 * DAY)
    await shop.gets_mail(HELENES_MAIL, "Cela recommence", answers=("<un@client.example>",))
    ticket = await shop.ticket(2)
    assert (ticket.follows, ticket.threading) == (1, Reason.FOLLOWS)
    assert "Suite du n° 1 ; sous garantie jusqu’au 23/12/2026" in await shown(shop, 2)


async def test_what_else_answers_a_closed_ticket_goes_to_the_one_that_follows_it(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await close(shop)
    again = {"answers": ("<un@client.example>",)}
    await shop.gets_mail(HELENES_MAIL, "Cela recommence", **again)
    await shop.gets_mail(HELENES_MAIL, "et voici la capture", **again)
    await shop.gets_mail(LUCS_MAIL, "chez moi aussi", **again)
    assert [ticket.number for ticket in await shop.tickets()] == [1, 2]
    assert len([each for each in await shop.messages(2) if not each.automatic]) == 3
    await close(shop, 2)
    await shop.gets_mail(HELENES_MAIL, "et de nouveau", **again)
    assert (await shop.ticket(3)).follows == 1


async def test_so_it_does_once_the_follower_was_joined_to_another(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await close(shop)
    await shop.gets_mail(LUCS_MAIL, "Autre chose")
    again = {"answers": ("<un@client.example>",)}
    await shop.gets_mail(HELENES_MAIL, "Cela recommence", **again)
    await shop.orders(Verb.MERGE, 3, "2")
    await shop.gets_mail(HELENES_MAIL, "et voici la capture", **again)
    assert [ticket.number for ticket in await shop.tickets()] == [1, 2, 3]
    assert "et voici la capture" in [each.body for each in await shop.messages(2)]


async def test_what_follows_nothing_takes_no_answer_to_another(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await close(shop)
    await shop.gets_mail(LUCS_MAIL, "Autre chose")
    await shop.gets_mail(STRANGER, "La même chose")
    await shop.orders(Verb.MERGE, 3, "2")
    await shop.gets_mail(HELENES_MAIL, "Cela recommence", answers=("<un@client.example>",))
    assert (await shop.ticket(4)).follows == 1


@pytest.mark.parametrize("is_known", [True, False], ids=["a person of no practice", "a stranger"])
async def test_so_it_does_for_who_is_of_no_practice(shop, is_known):
    await shop.gets_mail(STRANGER, mail_id="<un@x.example>")
    if is_known:
        known = await shop.address(mail(STRANGER))

        async def name(uow: Any) -> None:
            person = await uow.directory.add_contact("Zoé", client_id=None, role="", now=shop.clock.now())
            await uow.directory.link_address(known.id, person.id)
            await uow.tickets.save(replace(await uow.tickets.get(1), contact_id=person.id))

        await shop.write(name)
    await close(shop)
    for body in ("Cela recommence", "et voici la capture"):
        await shop.gets_mail(STRANGER, body, answers=("<un@x.example>",))
    assert [ticket.number for ticket in await shop.tickets()] == [1, 2]


async def test_thanks_for_a_closed_ticket_reopen_nothing(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await close(shop)
    await shop.gets_mail(HELENES_MAIL, "Merci beaucoup !", answers=("<un@client.example>",))
    assert [(ticket.number, ticket.state) for ticket in await shop.tickets()] == [(1, TicketState.CLOSED)]


async def test_one_ticket_begins_by_sms_and_goes_on_by_mail(shop):
    await shop.receives(HELENE, "Word ne s'ouvre plus")
    await shop.gets_mail(HELENES_MAIL, "Voici la capture", subject="Capture")
    assert [message.channel for message in await shop.messages() if not message.automatic] == ["sms", "mail"]
    await shop.orders(Verb.ANSWER, 1, "Merci, je regarde.")
    await shop.deliver()
    assert mails_to(shop, HELENES_MAIL)[-1]["subject"] == "Re: Capture [n° 1]"


async def test_what_began_with_a_missed_call_is_named_by_the_first_words_that_follow(shop):
    await shop.receives(HELENE, "x")

    async def was_a_call(uow: Any) -> None:
        await uow.tickets.save(replace(await uow.tickets.get(1), subject=missed(is_withheld=False), product=None))

    await shop.write(was_a_call)
    await shop.gets_mail(HELENES_MAIL, "MediStory 4 est figé", subject="Panne au secrétariat")
    ticket = await shop.ticket()
    assert (ticket.subject, ticket.product) == ("Panne au secrétariat", "MediStory 4")
    await shop.gets_mail(HELENES_MAIL, "et aussi", subject="Autre chose")
    assert (await shop.ticket()).subject == "Panne au secrétariat"


# Machines


@pytest.mark.parametrize("robot", [Robot.OUT_OF_OFFICE, Robot.AUTO_REPLY])
async def test_an_absence_is_a_note_on_the_ticket_and_stops_no_clock(shop, robot):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await shop.deliver()
    await shop.gets_mail(HELENES_MAIL, "Absente jusqu’à lundi", robot=robot, answers=("<t1.m2.k2m4@atelier.example>",))
    ticket = await shop.ticket()
    assert ticket.recontacted_at is None
    assert "Note interne" in await shown(shop)
    assert "Absente jusqu’à lundi" in await shown(shop)
    await shop.deliver()
    assert len(mails_to(shop, HELENES_MAIL)) == 1


@pytest.mark.parametrize("robot", [Robot.OWN, Robot.RECEIPT, Robot.OUT_OF_OFFICE])
async def test_a_machines_answer_to_nothing_of_ours_is_kept_and_opens_nothing(shop, robot):
    await shop.gets_mail(STRANGER, "…", robot=robot)
    assert await shop.tickets() == []
    assert await shop.rows() == []
    assert await problems(shop) == [f"robot:{robot}"]


@pytest.mark.parametrize("robot", [Robot.LIST, Robot.NO_REPLY, Robot.GENERATED])
async def test_a_newsletter_from_nobody_we_know_is_kept_and_opens_nothing(shop, robot):
    await shop.gets_mail(STRANGER, "Nos promotions", robot=robot)
    assert await shop.tickets() == []
    assert await problems(shop) == [f"robot:{robot}"]


@pytest.mark.parametrize(
    ("sender", "details", "why"),
    [
        (HELENES_MAIL, {"robot": Robot.GENERATED}, "un automate a écrit"),
        (STRANGER, {"robot": Robot.SUPPRESSED}, "un automate a écrit"),
        (HELENES_MAIL, {"is_forged": True, "flaws": (Flaw.UNVERIFIED,)}, "n’est pas celui qu’il dit"),
    ],
    ids=["the practice's own device", "who asks not to be answered by machines", "a forged sender"],
)
async def test_who_may_ask_for_something_is_shown_and_not_answered(shop, sender, details, why):
    await shop.gets_mail(sender, "Batterie faible", **details)
    await shop.deliver()
    assert shop.mail.sent == []
    assert why in (await shop.card()).text


@pytest.mark.parametrize("sender", [OUR_ADDRESS.identifier, "support+t7-k2m4x7aqpz3w@atelier.example"])
async def test_what_comes_from_our_own_address_is_a_ticket_and_is_not_answered(shop, sender):
    await shop.gets_mail(sender, "Vous avez gagné", size=30_000_000, flaws=(Flaw.TOO_LARGE,))
    await shop.gets_mail(sender, "Encore", size=30_000_000, flaws=(Flaw.TOO_LARGE,))
    await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
    await shop.deliver()
    assert shop.mail.sent == []
    assert "Accusé de réception : aucun (écrit depuis notre propre adresse)." in await shown(shop)
    assert len(await shop.messages()) == 2


async def test_a_forged_word_of_ours_is_a_message_like_another(shop):
    await shop.gets_mail(HELENES_MAIL, "SOLDE", is_forged=True)
    assert len(await shop.tickets()) == 1
    await shop.gets_mail(OTHER, "STATUT")
    assert len(await shop.tickets()) == 1


@pytest.mark.parametrize(
    "details", [{}, {"is_forged": True}, {"robot": Robot.GENERATED}, {"robot": Robot.LIST}, {"robot": Robot.SUPPRESSED}]
)
async def test_a_forgers_or_a_machines_question_about_macos_is_not_the_clients(shop, details):
    await shop.gets_mail(HELENES_MAIL, "Puis-je installer la mise à jour de macOS ?", **details)
    changes = await shop.read(lambda uow: uow.workstations.changes_of(1))
    asked = [kind for kind in await shop.events() if kind == "agreement asked"]
    assert (len(changes), len(asked)) == ((0, 0) if details else (1, 1))
    assert "macOS" in (await shop.card()).text


async def test_two_machines_stop_after_one_exchange(shop):
    await shop.gets_mail(STRANGER, "Merci de votre message, nous vous répondrons", mail_id="<a@x.example>")
    for nth in range(5):
        await shop.deliver()
        answered = f"<{shop.mail.sent[-1].payload['mail_id']}@atelier.example>"
        await shop.gets_mail(STRANGER, "Merci de votre message", mail_id=f"<{nth}@x.example>", answers=(answered,))
    await shop.deliver()
    assert len(shop.mail.sent) == 1
    assert len(await shop.tickets()) == 1


async def problems(shop: Shop) -> list[str | None]:
    async def work(uow: Any) -> list[str | None]:
        found = await uow.inbox._connection.exec_driver_sql("SELECT problem FROM inbox ORDER BY id")
        return [row[0] for row in found]

    return await shop.read(work)


# What did not arrive


async def bounces(shop: Shop, local: str, *recipients: str | None, codes: tuple[str, ...] = ()) -> None:
    """A report on a mail of ours that did not reach these, each for the reason at its place in `codes`."""
    reported = tuple(
        Reported(mail(each) if each else None, code)
        for each, code in zip(recipients, codes or ("5.1.1",) * len(recipients), strict=True)
    )
    report = DeliveryReport(local, DeliveryState.UNDELIVERED, "5.1.1", mails(), reported)
    await shop.arrives(report, source=Source.MAIL)
    await shop.take_in()


def mails() -> Any:
    return (OUR_ADDRESS.channel,)


async def test_a_bounce_restarts_the_clock_tries_another_way_and_tells_the_desk(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    await shop.deliver()
    assert (await shop.ticket()).recontacted_at is not None
    await bounces(shop, shop.mail.sent[-1].payload["mail_id"])
    ticket = await shop.ticket()
    assert ticket.recontacted_at is None
    assert any("LA RÉPONSE N’EST PAS ARRIVÉE (mail)" in notice for notice in await shop.notices())
    assert await shop.texts_to(HELENE) == ["C’est réparé."]


async def test_a_copy_that_bounces_leaves_the_answer_as_it_is(shop):
    await shop.gets_mail(HELENES_MAIL, copies=(mail(LUCS_MAIL),))
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    await shop.deliver()
    await bounces(shop, shop.mail.sent[-1].payload["mail_id"], LUCS_MAIL)
    assert (await shop.ticket()).recontacted_at is not None
    assert any("une copie de notre mail n’est pas arrivée" in notice for notice in await shop.notices())


@pytest.mark.parametrize(
    ("recipients", "codes"),
    [
        ((LUCS_MAIL, HELENES_MAIL), ("5.1.1", "5.2.2")),
        ((HELENES_MAIL, LUCS_MAIL), ("5.2.2", "5.1.1")),
        ((LUCS_MAIL, None), ("5.1.1", "5.2.2")),
        ((LUCS_MAIL, "boite@ailleurs.example"), ("5.1.1", "5.2.2")),
    ],
    ids=["the copy first", "the copy last", "one who is not named", "where the client's mails go on to"],
)
async def test_a_report_on_a_copy_and_the_client_is_one_on_the_answer(shop, recipients, codes):
    await shop.gets_mail(HELENES_MAIL, copies=(mail(LUCS_MAIL),))
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    await shop.deliver()
    await bounces(shop, shop.mail.sent[-1].payload["mail_id"], *recipients, codes=codes)
    answer = (await shop.messages())[2]
    assert (answer.state, answer.error_code) == (DeliveryState.UNDELIVERED, "5.2.2")
    assert (await shop.ticket()).recontacted_at is None
    assert any("LA RÉPONSE N’EST PAS ARRIVÉE (mail)" in notice for notice in await shop.notices())


async def test_a_copy_that_bounces_before_we_know_that_the_mail_was_taken_leaves_the_answer_as_it_is(shop):
    await shop.gets_mail(HELENES_MAIL, copies=(mail(LUCS_MAIL),))
    await shop.deliver()
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    shop.mail.next_problems.append(TransientDeliveryError("cut behind the dot", code="mail_down", ambiguous=True))
    await shop.deliver()
    (waiting,) = [row for row in await shop.rows("queued") if row.to == f"mail:{HELENES_MAIL}"]
    await bounces(shop, waiting.payload["mail_id"], LUCS_MAIL)
    assert (await shop.messages())[2].state is DeliveryState.QUEUED
    assert any("une copie de notre mail n’est pas arrivée" in notice for notice in await shop.notices())


async def test_a_copy_that_our_server_refuses_is_told_as_one_that_bounces(shop):
    await shop.gets_mail(HELENES_MAIL, copies=(mail(LUCS_MAIL),))
    shop.mail.on_send = lambda row: shop.delivery.note_refused_copies(row.id) if row.payload.get("cc") else None
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    await shop.deliver()
    await shop.orders(Verb.NOTE, 1, "vu")
    await shop.deliver()
    assert [text.replace("\u00a0", " ") for text in await shop.notices() if "copie" in text] == [
        "⚠️ n° 1 : une copie de notre mail n’est pas arrivée à une personne du cabinet."
    ]
    assert (await shop.messages())[2].state is DeliveryState.SENT


async def test_a_delay_is_told_on_the_ticket_and_changes_nothing(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.deliver()
    original = f"<{shop.mail.sent[-1].payload['mail_id']}@atelier.example>"
    late = Bounce("delayed", (Reported(None, "4.4.1"),), original)
    await shop.gets_mail("mailer-daemon@x.example", "Delayed", robot=Robot.BOUNCE, bounce=late)
    assert any("n’est pas encore arrivé" in notice for notice in await shop.notices())


async def test_reports_on_mails_that_are_not_ours_are_told_once_a_day(shop):
    stray = Bounce("failed", (Reported(None, "5.1.1"),), "<spam@x.example>")
    for _ in range(3):
        await shop.gets_mail("mailer-daemon@x.example", "Failed", robot=Robot.BOUNCE, bounce=stray)
    assert len([notice for notice in await shop.notices() if "rapport de non-remise" in notice]) == 1
    shop.clock.advance(DAY)
    await shop.gets_mail("mailer-daemon@x.example", "Failed", robot=Robot.BOUNCE, bounce=stray)
    assert len([notice for notice in await shop.notices() if "rapport de non-remise" in notice]) == 2


async def test_a_report_on_a_mail_that_somebody_sent_elsewhere_from_our_address_is_told(shop):
    await bounces(shop, "webmail.123")
    assert len([notice for notice in await shop.notices() if "rapport de non-remise" in notice]) == 1
    assert await problems(shop) == ["robot:bounce"]


async def test_a_bounce_of_what_was_told_outside_any_ticket_tries_the_next_channel(shop):
    await shop.gets_mail(HELENES_MAIL, "SOLDE")
    await shop.deliver()
    row = shop.mail.sent[-1]
    await bounces(shop, str(row.provider_id or shop.mail.id_of(row)))
    await bounces(shop, str(row.provider_id or shop.mail.id_of(row)))
    assert len([notice for notice in await shop.notices() if "n’a pas reçu la réponse à sa question" in notice]) == 1


async def test_a_bounce_that_comes_before_we_know_that_the_mail_was_taken_counts(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.deliver()
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    shop.mail.next_problems.append(TransientDeliveryError("cut behind the dot", code="mail_down", ambiguous=True))
    await shop.deliver()
    (waiting,) = [row for row in await shop.rows("queued") if row.to == f"mail:{HELENES_MAIL}"]
    await bounces(shop, waiting.payload["mail_id"])
    assert any("LA RÉPONSE N’EST PAS ARRIVÉE (mail)" in notice for notice in await shop.notices())
    shop.clock.advance(DAY)
    await shop.deliver()
    assert len(mails_to(shop, HELENES_MAIL)) == 1  # the acknowledgement alone
    assert (await shop.ticket()).recontacted_at is not None  # by SMS, which it went out on instead


# Out


async def test_a_mail_too_large_is_answered_politely_and_is_a_ticket(shop):
    await shop.gets_mail(HELENES_MAIL, "Voici l’export", size=30_000_000, flaws=(Flaw.TOO_LARGE,))
    await shop.deliver()
    assert "Votre mail (30 Mo) est trop lourd" in mails_to(shop, HELENES_MAIL)[0]["body"]
    await shop.gets_mail(HELENES_MAIL, "Encore", size=31_000_000, flaws=(Flaw.TOO_LARGE,))
    await shop.deliver()
    assert "Votre mail (31 Mo) est trop lourd" in mails_to(shop, HELENES_MAIL)[1]["body"]
    assert len(await shop.tickets()) == 1


async def test_an_appointment_goes_into_the_calendar_of_who_wrote_by_mail(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
    await shop.deliver()
    sent = mails_to(shop, HELENES_MAIL)[-1]
    assert "Votre rendez-vous est noté : jeudi 26 novembre à 14h00." in sent["body"]
    assert "UID:rdv-1-20261123T090000Z@permanence" in sent["ics"]
    await shop.gets_mail(HELENES_MAIL, "", attendance=("rdv-1-20261123T090000Z@permanence", Attendance.DECLINED))
    assert "Décline le rendez-vous." in (await shop.card()).text


@pytest.mark.parametrize(
    ("attendance", "is_told"),
    [
        pytest.param(Attendance.ACCEPTED, False, id="accepted"),
        pytest.param(Attendance.TENTATIVE, True, id="perhaps"),
        pytest.param(Attendance.DECLINED, True, id="declined"),
        pytest.param(Attendance.COUNTERED, True, id="another time"),
    ],
)
async def test_a_calendar_that_does_not_simply_accept_is_told_at_the_desk(shop, attendance, is_told):
    await shop.gets_mail(HELENES_MAIL)
    shop.clock.advance(DAY)
    await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
    seen = await shop.last_row()
    await shop.gets_mail(HELENES_MAIL, "", attendance=("rdv-1-20261123T090000Z@permanence", attendance))
    said = [
        row.text for row in await shop.rows() if row.id > seen and row.kind is Kind.SAY and "rendez-vous" in row.text
    ]
    assert (len(said) == 1, len(await shop.tickets())) == (is_told, 1)


async def test_after_a_closing_too(shop):
    await shop.gets_mail(HELENES_MAIL)
    await close(shop)
    await shop.gets_mail(HELENES_MAIL, "", attendance=("rdv-1-20261123T090000Z@permanence", Attendance.COUNTERED))
    assert (await shop.ticket(2)).follows == 1


@pytest.mark.parametrize("verb", [Verb.APPOINTMENT, Verb.ATTEMPT, Verb.BACKUP])
async def test_what_a_technician_has_the_machine_say_can_come_back(shop, verb):
    """Only what answers a mail at once has the null sender: of the rest the shop hears what did not arrive."""
    await shop.gets_mail(HELENES_MAIL)
    shop.clock.advance(DAY)
    await shop.orders(verb, 1, "jeudi 14h" if verb is Verb.APPOINTMENT else "")
    await shop.deliver()
    acknowledgement, said = shop.mail.sent
    assert (acknowledgement.payload.get("answers"), said.payload.get("answers"), said.automatic) == (True, None, True)
    await bounces(shop, said.payload["mail_id"], HELENES_MAIL)
    assert (await shop.messages())[2].state is DeliveryState.UNDELIVERED


async def test_a_disguised_machine_that_answers_all_of_that_is_not_answered_in_turn(shop):
    await shop.gets_mail(HELENES_MAIL)
    for verb, words in ((Verb.APPOINTMENT, "jeudi 14h"), (Verb.ATTEMPT, "")):
        shop.clock.advance(DAY)
        await shop.orders(verb, 1, words)
        await shop.deliver()
        ours = f"<{shop.mail.sent[-1].payload['mail_id']}@atelier.example>"
        await shop.gets_mail(HELENES_MAIL, "Merci de votre message", answers=(ours,))
        await shop.deliver()
    assert (len(shop.mail.sent), len(await shop.tickets())) == (3, 1)


async def test_a_refusal_of_files_answers_a_mail(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.gets_mail(HELENES_MAIL, "Voici", size=31_000_000, flaws=(Flaw.TOO_LARGE,))
    await shop.deliver()
    assert [sent["answers"] for sent in mails_to(shop, HELENES_MAIL)] == [True, True]


async def test_a_long_answer_is_one_mail(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.orders(Verb.ANSWER, 1, "mot " * 1000)
    await shop.deliver()
    assert len(mails_to(shop, HELENES_MAIL)) == 2


async def test_an_answer_to_a_plus_address_is_asked_for_where_the_server_has_them(shop):
    shop.context = replace(shop.context, mail=our_mail(has_plus_addresses=True))
    await shop.gets_mail(HELENES_MAIL)
    await shop.deliver()
    assert mails_to(shop, HELENES_MAIL)[0]["reply_to"] == "support+t1@atelier.example"


async def test_what_is_told_outside_any_ticket_has_a_subject_of_its_own(shop):
    await shop.gets_mail(HELENES_MAIL, "SOLDE")
    await shop.deliver()
    (sent,) = mails_to(shop, HELENES_MAIL)
    assert (sent["subject"], sent["body"].splitlines()[0]) == ("Votre question", "Bonjour,")
    assert await shop.tickets() == []


# At the edges


async def test_an_absence_without_a_thread_goes_to_the_senders_open_ticket(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.gets_mail(STRANGER)
    await shop.gets_mail(HELENES_MAIL, "Absente", robot=Robot.OUT_OF_OFFICE)
    await shop.gets_mail(STRANGER, "Absent aussi", robot=Robot.AUTO_REPLY)
    await shop.gets_mail("autre@ailleurs.example", "Absent", robot=Robot.OUT_OF_OFFICE)
    await shop.gets_mail(None, "Absent", robot=Robot.OUT_OF_OFFICE)
    assert [(await shop.messages(number))[-1].body for number in (1, 2)] == [
        "Réponse automatique de la messagerie :\nAbsente",
        "Réponse automatique de la messagerie :\nAbsent aussi",
    ]
    assert len(await shop.tickets()) == 2


async def test_an_entry_that_was_handled_is_not_handled_again(shop):
    reading = mail_from(STRANGER, "Absent", robot=Robot.OUT_OF_OFFICE)
    await shop.arrives(reading, source=Source.MAIL, external_id="x")
    (entry,) = await shop.read(lambda uow: uow.inbox.pending_mails(1))
    await shop.take_in()

    async def again(uow: Any) -> None:
        await heed_robot(Desk(uow, shop.context, shop.clock.now()), entry, reading)

    await shop.write(again)
    assert await problems(shop) == ["robot:out_of_office"]


async def test_a_report_of_success_is_kept_quietly(shop):
    arrived = Bounce("delivered", (Reported(None, "2.0.0"),), None)
    await shop.gets_mail("mailer-daemon@x.example", "", robot=Robot.BOUNCE, bounce=arrived)
    await shop.gets_mail("mailer-daemon@x.example", "", robot=Robot.BOUNCE)
    assert await shop.notices() == []


async def test_a_mail_is_queued_as_its_text_alone_where_mail_was_switched_off(shop):
    await shop.gets_mail(HELENES_MAIL)
    shop.context = replace(shop.context, mail=None)
    await shop.orders(Verb.ANSWER, 1, "Je regarde.")
    await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
    rows = [row for row in await shop.rows() if row.to == f"mail:{HELENES_MAIL}"]
    assert [sorted(row.payload) for row in rows[1:]] == [["body"]]


async def test_a_client_who_asked_for_silence_gets_no_invitation(shop):
    await shop.gets_mail(HELENES_MAIL)
    known = await shop.address(mail(HELENES_MAIL))
    await shop.write(lambda uow: uow.directory.mute_address(known.id, shop.clock.now()))
    await shop.orders(Verb.APPOINTMENT, 1, "jeudi 14h")
    assert len([row for row in await shop.rows() if row.to == f"mail:{HELENES_MAIL}"]) == 1


async def test_a_technicians_mail_on_a_ticket_that_no_mail_began_has_a_subject_of_ours(shop):
    await shop.receives(HELENE)
    await shop.write(lambda uow: uow.client_files.prefer_channel(1, Channel.MAIL))
    known = await shop.address(mail(HELENES_MAIL))

    async def from_now_on_by_mail(uow: Any) -> None:
        await uow.tickets.save(replace(await uow.tickets.get(1), address_id=known.id))

    await shop.write(from_now_on_by_mail)
    await shop.orders(Verb.ANSWER, 1, "Je regarde.")
    await shop.deliver()
    (sent,) = mails_to(shop, HELENES_MAIL)
    assert (sent["subject"], sent["references"], sent.get("in_reply_to")) == ("Re: votre demande [n° 1]", [], None)


async def test_who_left_the_practice_reads_nothing_along_any_more(shop):
    await shop.gets_mail(HELENES_MAIL, copies=(mail(LUCS_MAIL),))
    await shop.write(lambda uow: uow.directory.move_contact(2, 2))
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    await shop.deliver()
    assert "cc" not in mails_to(shop, HELENES_MAIL)[-1]


@pytest.mark.parametrize("what", ["moved", "muted", "blocked", "nothing"])
async def test_who_leaves_the_practice_while_an_answer_waits_does_not_read_it_along(shop, what):
    await shop.gets_mail(HELENES_MAIL, copies=(mail(LUCS_MAIL),))
    await shop.orders(Verb.ANSWER, 1, "C’est réparé.")
    luc, now = await shop.address(mail(LUCS_MAIL)), shop.clock.now()
    meanwhile = {
        "moved": lambda uow: uow.directory.move_contact(luc.contact_id, 2),
        "muted": lambda uow: uow.directory.mute_address(luc.id, now),
        "blocked": lambda uow: uow.directory.block_address(luc.id, now),
        "nothing": lambda uow: uow.directory.address_by_id(luc.id),
    }
    await shop.write(meanwhile[what])
    await shop.deliver()
    answer = mails_to(shop, HELENES_MAIL)[-1]
    assert ("C’est réparé." in answer["body"], answer.get("cc")) == (True, [LUCS_MAIL] if what == "nothing" else [])


async def test_a_number_of_a_ticket_that_is_not_there_means_nothing(shop):
    await shop.gets_mail(HELENES_MAIL, named_ticket=99)
    assert (await shop.ticket()).follows is None


async def test_a_stranger_goes_on_with_the_ticket_that_is_nobodys_but_theirs(shop):
    await shop.gets_mail(STRANGER, mail_id="<a@x.example>")
    await shop.gets_mail(STRANGER, "et encore", answers=("<a@x.example>",), copies=(mail(HELENES_MAIL),))
    assert len(await shop.tickets()) == 1
    await shop.orders(Verb.ANSWER, 1, "Bonjour.")
    await shop.deliver()
    assert "cc" not in mails_to(shop, STRANGER)[-1]  # whoever they are: nobody said that they are of that practice


async def test_who_was_in_copy_before_anybody_knew_whose_it_is_reads_along_afterwards(shop):
    await shop.gets_mail(STRANGER, "Nouvelle adresse", copies=(mail(LUCS_MAIL), mail(OTHER)))
    await shop.orders(Verb.ATTACH, 1, "Tilleuls")
    await shop.orders(Verb.ANSWER, 1, "Bonjour.")
    await shop.deliver()
    assert mails_to(shop, STRANGER)[-1]["cc"] == [LUCS_MAIL]


async def test_a_machine_that_never_uses_one_address_twice_is_answered_once(shop):
    await shop.gets_mail(STRANGER, "Merci", mail_id="<0@x.example>")
    await shop.deliver()
    for nth in range(4):
        ours = f"<{shop.mail.sent[0].payload['mail_id']}@atelier.example>"
        await shop.gets_mail(f"bot{nth}@x.example", "Merci", answers=(ours,))
        await shop.deliver()
    assert len(shop.mail.sent) == 1
    assert "répond à l’un de nos mails" in await shown(shop, 2)


@pytest.mark.parametrize("how", [{"named_ticket": 1}, {"answers": ("<a@x.example>",)}])
async def test_what_was_joined_to_another_ticket_is_found_there(shop, how):
    await shop.gets_mail(HELENES_MAIL, "Word", mail_id="<a@x.example>", copies=(mail(LUCS_MAIL),))
    await shop.receives(ANNE)
    await shop.write(lambda uow: uow.directory.move_contact(3, 1))
    await shop.receives(ANNE, "x")
    await shop.orders(Verb.MERGE, 1, str((await shop.tickets())[-1].number))
    target = (await shop.tickets())[-1].number
    await shop.gets_mail(LUCS_MAIL, "et encore", **how)
    assert [ticket.number for ticket in await shop.tickets() if ticket.is_open][-1] == target
    assert (await shop.messages(target))[-1].body == "et encore"
    await shop.orders(Verb.ANSWER, target, "Oui.")
    await shop.deliver()
    assert mails_to(shop, LUCS_MAIL)[-1]["cc"] == [HELENES_MAIL]


async def test_thanks_over_a_logo_are_thanks_and_over_a_file_are_not(shop):
    logo = Media("mail:x#2", "image/png", name="image001.png", is_inline=True)
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await close(shop)
    await shop.gets_mail(HELENES_MAIL, "Merci beaucoup !", answers=("<un@client.example>",), media=(logo,))
    assert len(await shop.tickets()) == 1
    await shop.gets_mail(
        HELENES_MAIL, "Merci beaucoup !", answers=("<un@client.example>",), media=(replace(logo, is_inline=False),)
    )
    assert len(await shop.tickets()) == 2


async def test_a_calendar_that_accepts_after_a_closing_asks_for_nothing(shop):
    await shop.gets_mail(HELENES_MAIL)
    await close(shop)
    accepted = ("rdv-1-20261123T090000Z@permanence", Attendance.ACCEPTED)
    await shop.gets_mail(HELENES_MAIL, "", attendance=accepted)
    assert len(await shop.tickets()) == 1
    await shop.gets_mail(HELENES_MAIL, "mais plus tard", attendance=accepted)
    assert len(await shop.tickets()) == 2


async def test_a_newsletter_cries_urgent_in_vain(shop):
    await shop.gets_mail(HELENES_MAIL, "Soldes", subject="Urgent : dernières heures", robot=Robot.LIST)
    assert (await shop.ticket()).priority is Priority.NORMAL
    await shop.gets_mail(HELENES_MAIL, "Soldes", subject="Urgent", robot=Robot.LIST)
    assert (await shop.ticket()).priority is Priority.NORMAL


async def test_an_absence_of_a_blocked_sender_or_of_another_practice_notes_nothing(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.write(lambda uow: uow.directory.move_contact(1, 2))
    await shop.gets_mail(HELENES_MAIL, "Absente", robot=Robot.OUT_OF_OFFICE)
    await shop.gets_mail(STRANGER)
    known = await shop.address(mail(STRANGER))
    await shop.write(lambda uow: uow.directory.block_address(known.id, shop.clock.now()))
    await shop.gets_mail(STRANGER, "Absent", robot=Robot.OUT_OF_OFFICE)
    bodies = [message.body for number in (1, 2) for message in await shop.messages(number)]
    assert not any("automatique de la messagerie" in body for body in bodies)


async def test_a_person_of_no_practice_answers_their_own_ticket(shop):
    """Somebody whom a technician named, and whose practice nobody said yet."""

    async def name_them(uow: Any) -> None:
        contact = await uow.directory.add_contact("Dr Nouveau", client_id=None, role="", now=shop.clock.now())
        await uow.directory.add_address(mail(STRANGER), contact_id=contact.id, profile_name=None, now=shop.clock.now())

    await shop.write(name_them)
    await shop.gets_mail(STRANGER, mail_id="<a@x.example>")
    await shop.gets_mail(HELENES_MAIL, mail_id="<b@x.example>")
    await shop.gets_mail(STRANGER, "le mien", answers=("<a@x.example>",))
    await shop.gets_mail(STRANGER, "celui d’une autre", answers=("<b@x.example>",))
    assert [(ticket.number, ticket.follows) for ticket in await shop.tickets()] == [(1, None), (2, None), (3, 2)]


async def test_a_known_person_of_a_practice_answers_a_ticket_that_is_nobodys(shop):
    """A doctor's new address wrote first; her known one goes on."""
    await shop.gets_mail(STRANGER, mail_id="<a@x.example>")
    await shop.gets_mail(HELENES_MAIL, "c’est moi", answers=("<a@x.example>",))
    assert [(ticket.number, ticket.client_id) for ticket in await shop.tickets()] == [(1, None), (2, 1)]


async def test_a_file_that_is_too_large_is_not_told_to_a_machine(shop):
    await shop.gets_mail(HELENES_MAIL)
    await shop.gets_mail(HELENES_MAIL, "Journal", robot=Robot.GENERATED, size=30_000_000, named_ticket=1)
    await shop.deliver()
    assert len(mails_to(shop, HELENES_MAIL)) == 1


async def test_a_mail_without_a_message_id_is_a_mail_like_another(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id=None)
    await shop.deliver()
    (sent,) = mails_to(shop, HELENES_MAIL)
    assert ("in_reply_to" in sent, sent["answers"]) == (False, True)


async def test_mails_that_cannot_be_read_now_wait_and_hold_nobody_up(shop):
    for nth in range(70):
        await shop.arrives(StorageUnavailable("not mounted"), source=Source.MAIL, external_id=f"mail {nth}")
    await shop.gets_mail(HELENES_MAIL)
    await shop.receives(LUC, "Urgent")
    assert [ticket.channel for ticket in await shop.tickets()] == ["mail", "sms"]
    for nth in range(70):
        shop.parse.readings[f"mail {nth}"] = mail_from(HELENES_MAIL, f"encore {nth}")
    await shop.take_in()
    assert len(await shop.messages(1)) == 72


async def test_while_mail_is_switched_off_mails_wait(shop):
    await shop.arrives(mail_from(HELENES_MAIL), source=Source.MAIL, external_id="x")
    context = shop.context
    parsers = {source: parse for source, parse in context.parsers.items() if source is not Source.MAIL}
    shop.context = replace(context, parsers=parsers)
    await shop.take_in()
    assert await shop.tickets() == []
    shop.context = context
    await shop.take_in()
    assert len(await shop.tickets()) == 1


async def test_a_mail_that_nobody_can_read_is_a_ticket(shop):
    await shop.arrives(Unreadable("no mail"), source=Source.MAIL, external_id="x")
    await shop.arrives(ValueError("a bug"), source=Source.MAIL, external_id="y")
    await shop.take_in()
    assert [(ticket.unreadable, ticket.channel) for ticket in await shop.tickets()] == [(True, "mail"), (True, "mail")]


async def test_a_text_does_not_wait_for_a_backlog_of_mails(shop):
    """A mail that takes a while to be read is read beside what else comes."""
    begun, may_end = threading.Event(), threading.Event()
    slow = shop.parse

    def read(entry: InboxEntry) -> Any:
        begun.set()
        may_end.wait(60)
        return slow(entry)

    shop.context = replace(shop.context, parsers={**shop.context.parsers, Source.MAIL: read})
    await shop.arrives(mail_from(HELENES_MAIL), source=Source.MAIL, external_id="x")
    mails = asyncio.create_task(take_in_mails(shop.context))
    await asyncio.to_thread(begun.wait, 60)
    await shop.arrives(client_message(sms(LUC)))
    assert await take_in(shop.context) == 1
    assert [ticket.channel for ticket in await shop.tickets()] == ["sms"]
    may_end.set()
    assert await mails == 1


async def test_an_answer_to_a_ticket_closed_as_a_double_of_nothing_follows_it(shop):
    await shop.gets_mail(HELENES_MAIL, mail_id="<un@client.example>")
    await close(shop, 1, Outcome.DUPLICATE)
    await shop.gets_mail(HELENES_MAIL, "et encore", answers=("<un@client.example>",))
    assert (await shop.ticket(2)).follows == 1
