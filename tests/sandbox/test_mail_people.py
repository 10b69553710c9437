"""The mail stand-in's people: what they write comes through the program's LMTP door, as real programs write it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.message import EmailMessage

import aiosmtplib
import pytest

from bot.channels.mail.mime.reading import read_mail
from bot.channels.mail.replies.visible_reply import visible_reply
from bot.domain.mails import Robot
from bot.sandbox.mail import Mail, MailFile, MailStandIn
from bot.sandbox.mail_lmtp import HOST_NAME
from tests.sandbox.loopback import PATIENCE, SteppingClock
from tests.sandbox.mail_door import Door

NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)
OURS, NADIA, BOT = "aide@exemple.fr", "nadia@cabinet.example", "machine@cabinet.example"


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    await door.start()
    yield door
    await door.stop()


@pytest.fixture
async def mail(clock: SteppingClock, door: Door) -> AsyncIterator[MailStandIn]:
    stand_in = MailStandIn(address=OURS, clock=clock, lmtp_port=door.port)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


async def answer(mail: MailStandIn, to: str = NADIA, *, sender: str = OURS) -> Mail:
    """The program writes to somebody; an empty sender is the null one, as on acknowledgements."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Aide informatique <{OURS}>", to, "Imprimante [n° 12]"
    message["Date"], message["Message-ID"] = "Mon, 02 Mar 2026 10:00:00 +0100", "<n12.1@exemple.fr>"
    message.set_content("Bonjour,\n\nEst-elle allumée ?")
    port = int(mail.smtp_url.rpartition(":")[2])
    await aiosmtplib.send(message, sender=sender, recipients=[to], hostname="127.0.0.1", port=port)
    return mail.outbound()[-1]


async def test_what_somebody_writes_comes_through_the_door(mail: MailStandIn, door: Door) -> None:
    file = MailFile("écran.png", b"\x89PNG\r\n.\r\n", "image/png")
    delivery = await mail.write(f"Nadia Benali <{NADIA}>", "Écran noir", "Bonjour\n.\n..fin", attachments=[file])
    assert (delivery.code, delivery.is_taken) == (250, True)
    [taken] = door.taken
    assert (taken.sender, taken.recipients, taken.content) == (NADIA, [OURS], delivery.mail.raw)
    sent = delivery.mail
    assert (sent.subject, sent.sender, sent.sender_name, sent.text, sent.files) == (
        "Écran noir",
        NADIA,
        "Nadia Benali",
        "Bonjour\n.\n..fin",
        (file,),
    )
    assert sent.header("Date") == "Mon, 02 Mar 2026 10:00:00 +0100"  # the stand-in's clock, on Paris time
    assert sent.raw.isascii()


async def test_html_copies_and_headers_of_the_writer_s_choice(mail: MailStandIn, door: Door) -> None:
    delivery = await mail.write(
        NADIA,
        "Essai",
        "texte",
        html="<p>texte</p>",
        cc=["Dr Lambert <lambert@cabinet.example>"],
        headers={"Auto-Submitted": "auto-generated", "Date": None},
    )
    written = delivery.mail
    assert (written.html, written.header("Cc"), written.header("Auto-Submitted"), written.header("Date")) == (
        "<p>texte</p>",
        "Dr Lambert <lambert@cabinet.example>",
        "auto-generated",
        "",
    )
    assert written.envelope_to == (OURS, "lambert@cabinet.example")
    assert [taken.recipients for taken in door.taken] == [[OURS]]


async def test_our_server_writes_that_it_knows_the_sender_where_it_does(mail: MailStandIn, door: Door) -> None:
    await mail.write(NADIA, "Sans", "x")
    mail.is_verifying = True
    await mail.write(NADIA, "Avec", "x")
    found = [
        read_mail(taken.content, received_at=NOON, visible_reply=visible_reply, server=HOST_NAME)
        for taken in door.taken
    ]
    assert [each.is_verified for each in found] == [None, True]


async def test_raw_bytes_are_handed_over_as_they_are(mail: MailStandIn, door: Door) -> None:
    raw = b"Subject: caf\xe9\r\n\r\n\xff\xfe.\r\n.seul\r\n"
    await mail.write(NADIA, "", "", raw=raw, envelope_from="")
    assert [(taken.sender, taken.content) for taken in door.taken] == [("", raw)]


async def test_a_plus_address_of_ours_is_the_recipient(mail: MailStandIn, door: Door) -> None:
    await mail.write(NADIA, "Re: x", "y", to=["lambert@cabinet.example", "aide+t12.abc@exemple.fr"])
    assert [taken.recipients for taken in door.taken] == [["aide+t12.abc@exemple.fr"]]


async def test_an_answer_is_threaded_and_quotes(mail: MailStandIn, door: Door) -> None:
    asked = await answer(mail)
    reply = (await mail.reply_to(asked, "Oui, depuis ce matin.")).mail
    assert (reply.sender, reply.subject, reply.in_reply_to, reply.references) == (
        NADIA,
        "Re: Imprimante [n° 12]",
        "<n12.1@exemple.fr>",
        ("<n12.1@exemple.fr>",),
    )
    assert reply.text == (
        "Oui, depuis ce matin.\n\nEnvoyé de mon iPhone\n\n"
        "Le lun. 2 mars 2026 à 10:00, Aide informatique <aide@exemple.fr> a\nécrit :\n\n"
        "> Bonjour,\n>\n> Est-elle allumée ?"
    )
    read = read_mail(door.taken[0].content, received_at=NOON, visible_reply=visible_reply)
    assert (read.reply.visible, read.robot) == ("Oui, depuis ce matin.", None)


async def test_a_bounce_is_a_report_that_the_program_reads(mail: MailStandIn, door: Door) -> None:
    asked = await answer(mail)
    assert await mail.bounce(asked, "5.2.2") is not None
    [taken] = door.taken
    read = read_mail(taken.content, received_at=NOON, visible_reply=visible_reply)
    assert (taken.sender, taken.recipients, read.robot) == ("", [OURS], Robot.BOUNCE)
    assert read.bounce is not None
    assert (read.bounce.action, read.bounce.reported[0].status, read.bounce.original) == (
        "failed",
        "5.2.2",
        "<n12.1@exemple.fr>",
    )


async def test_an_absence_is_marked_unless_told_otherwise(mail: MailStandIn, door: Door) -> None:
    asked = await answer(mail)
    await mail.out_of_office(asked)
    await mail.out_of_office(asked, "Je suis absente.", marked=False)
    marked, plain = door.taken
    assert [taken.sender for taken in door.taken] == ["", NADIA]
    read = read_mail(marked.content, received_at=NOON, visible_reply=visible_reply)
    assert (read.robot, read.in_reply_to) == (Robot.OUT_OF_OFFICE, "<n12.1@exemple.fr>")
    assert b"Auto-Submitted" not in plain.content


async def test_nobody_answers_or_reports_to_the_null_sender(mail: MailStandIn, door: Door) -> None:
    acknowledgement = await answer(mail, sender="")
    assert (acknowledgement.envelope_from, acknowledgement.sender) == ("", OURS)
    assert await mail.bounce(acknowledgement) is None
    assert await mail.out_of_office(acknowledgement) is None
    assert door.taken == []
    assert await mail.bounce(await answer(mail)) is not None


@pytest.mark.parametrize(
    ("marked", "mark", "sender"), [(True, "auto-replied", ""), (False, "", BOT)], ids=["marked", "in disguise"]
)
async def test_a_machine_answers_everything_and_counts(
    mail: MailStandIn, door: Door, marked: bool, mark: str, sender: str
) -> None:
    mail.answers_by_itself(BOT, "Votre demande est enregistrée.", marked=marked)
    await answer(mail, BOT)
    await answer(mail, BOT, sender="")
    await answer(mail, NADIA)
    await mail.wait_for(lambda: len(door.taken) == 2, PATIENCE)
    assert mail.automatic_answers(BOT) == 2
    assert [(each.sender, each.header("Auto-Submitted"), each.text) for each in mail.inbound()] == [
        (BOT, mark, "Votre demande est enregistrée.")
    ] * 2
    assert [taken.sender for taken in door.taken] == [sender, sender]
    mail.answers_no_more(BOT)
    await answer(mail, BOT)
    assert mail.automatic_answers(BOT) == 2


async def test_a_server_that_takes_a_mail_may_report_it_later(mail: MailStandIn, door: Door) -> None:
    mail.bounces_by_itself(NADIA, "5.1.1")
    await answer(mail)
    await mail.wait_for(lambda: len(door.taken) == 1, PATIENCE)
    assert b"Status: 5.1.1" in door.taken[0].content


async def test_what_is_not_taken_waits_and_is_tried_again(mail: MailStandIn, door: Door) -> None:
    door.reply = "451 4.3.0 later"
    busy = await mail.write(NADIA, "Occupé", "un")
    await door.stop()
    gone = await mail.write(NADIA, "Éteint", "deux")
    assert [(each.code, each.is_waiting) for each in (busy, gone)] == [(451, True), (None, True)]
    door.reply = "250 2.0.0 Ok"
    await door.start()
    assert [each.code for each in await mail.retry()] == [250, 250]
    assert mail.waiting() == []
    assert [each.mail.subject for each in mail.deliveries] == ["Occupé", "Éteint", "Occupé", "Éteint"]


async def test_what_is_refused_for_good_does_not_wait(mail: MailStandIn, door: Door) -> None:
    door.rcpt_reply = "550 5.1.1 no such mailbox"
    refused = await mail.write(NADIA, "Refusé", "x")
    assert (refused.code, refused.answer, refused.is_waiting) == (550, "5.1.1 no such mailbox", False)
    assert (mail.waiting(), door.taken) == ([], [])


async def test_a_mail_is_handed_over_again_also_all_at_once(mail: MailStandIn, door: Door) -> None:
    written = (await mail.write(NADIA, "Deux fois", "x", deliver=False)).mail
    assert mail.waiting() == [written]
    await mail.redeliver(written, times=3, concurrently=True)
    assert [taken.content for taken in door.taken] == [written.raw] * 3


async def test_who_subscribed_sees_both_ways(mail: MailStandIn) -> None:
    seen: list[tuple[bool, str]] = []
    end = mail.subscribe(lambda each: seen.append((each.is_inbound, each.subject)))
    await mail.write(NADIA, "Imprimante", "x")
    await answer(mail)
    end()
    await mail.write(NADIA, "Après", "x")
    assert seen == [(True, "Imprimante"), (False, "Imprimante [n° 12]")]
