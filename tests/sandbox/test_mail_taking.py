"""The mail stand-in as a provider: what it takes of the program's mails, what it refuses, and how it breaks down."""

from collections.abc import AsyncIterator, Callable
from email import policy
from email.message import EmailMessage

import aiosmtplib
import pytest

from bot.sandbox.mail import MailFile, MailStandIn
from tests.sandbox.loopback import PATIENCE, SteppingClock

OURS, NADIA = "aide@exemple.fr", "nadia@cabinet.example"
HEAD = (
    b"From: Aide <aide@exemple.fr>\r\nTo: nadia@cabinet.example\r\nSubject: Essai\r\n"
    b"Date: Mon, 02 Mar 2026 10:00:00 +0100\r\nMessage-ID: <1@exemple.fr>\r\nMIME-Version: 1.0\r\n"
)


@pytest.fixture
async def mail(clock: SteppingClock) -> AsyncIterator[MailStandIn]:
    stand_in = MailStandIn(address=OURS, clock=clock, max_bytes=20_000)
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def client(mail: MailStandIn) -> AsyncIterator[aiosmtplib.SMTP]:
    """The library that the program sends with."""
    client = aiosmtplib.SMTP(hostname="127.0.0.1", port=int(mail.smtp_url.rpartition(":")[2]), timeout=PATIENCE)
    await client.connect()
    yield client
    client.close()


async def send(client: aiosmtplib.SMTP, raw: bytes = HEAD + b"\r\nBonjour\r\n", *, sender: str = OURS) -> str:
    """What the server says to a mail: the code and the text of the first refusal, or of the end."""
    try:
        await client.ehlo()
        await client.rset()
        await client.mail(sender, encoding="ascii")
        await client.rcpt(NADIA, encoding="ascii")
        code, text = await client.data(raw)
    except aiosmtplib.SMTPResponseException as refusal:
        code, text = refusal.code, refusal.message
    return f"{code} {text}"


async def test_a_mail_is_taken_as_it_was_sent(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    message = EmailMessage(policy=policy.SMTP.clone(cte_type="7bit"))
    message["From"], message["To"], message["Subject"] = f"Aide <{OURS}>", NADIA, "Votre rendez-vous à 14 h"
    message["Date"], message["Message-ID"] = "Mon, 02 Mar 2026 10:00:00 +0100", "<1@exemple.fr>"
    message["In-Reply-To"] = message["References"] = "<0@cabinet.example>"
    message.set_content("À demain,\n.\nClaire")
    message.add_alternative("<p>À demain</p>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="rendez-vous.ics")
    assert await send(client, message.as_bytes()) == "250 2.0.0 Ok: queued as 00000001"
    [taken] = mail.received_by(NADIA.upper())
    assert (taken.envelope_from, taken.envelope_to, taken.is_inbound) == (OURS, (NADIA,), False)
    assert (taken.sender, taken.subject, taken.text, taken.html) == (
        OURS,
        "Votre rendez-vous à 14 h",
        "À demain,\n.\nClaire",
        "<p>À demain</p>",
    )
    assert (taken.in_reply_to, taken.references) == ("<0@cabinet.example>", ("<0@cabinet.example>",))
    assert taken.files == (MailFile("rendez-vous.ics", b"BEGIN:VCALENDAR", "text/calendar"),)
    assert mail.rules.refusals == []


REFUSED = {
    "somebody else in From": (HEAD.replace(b"aide@", b"autre@"), "550 5.7.1"),
    "no From": (HEAD.replace(b"From:", b"X-From:"), "550 5.7.1"),
    "two subjects": (HEAD + b"Subject: encore\r\n", "550 5.7.1"),
    "no Date": (HEAD.replace(b"Date:", b"X-Date:"), "550 5.7.1"),
    "a Date that is none": (HEAD.replace(b"Mon, 02 Mar 2026", b"demain"), "550 5.7.1"),
    "no Message-ID": (HEAD.replace(b"Message-ID:", b"X-ID:"), "550 5.7.1"),
    "a Message-ID without brackets": (HEAD.replace(b"<1@exemple.fr>", b"1@exemple.fr"), "550 5.7.1"),
    "References that hold no ids": (HEAD + b"References: ticket 12\r\n", "550 5.7.1"),
    "no MIME-Version": (HEAD.replace(b"MIME-Version:", b"X-MIME:"), "550 5.6.0"),
    "a boundary that never comes": (HEAD + b"Content-Type: multipart/mixed; boundary=x\r\n", "550 5.6.0"),
    "an accent in the header": (HEAD.replace(b"Essai", "Éssai".encode()), "554 5.6.7"),
}


@pytest.mark.parametrize(("head", "refusal"), REFUSED.values(), ids=REFUSED)
async def test_a_malformed_mail_is_refused(
    mail: MailStandIn, client: aiosmtplib.SMTP, head: bytes, refusal: str
) -> None:
    assert (await send(client, head + b"\r\nBonjour\r\n")).startswith(refusal)
    assert mail.outbound() == []
    assert (await send(client)).startswith("250")


async def test_eight_bits_need_to_be_announced(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    raw = (
        HEAD + b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + "é\r\n".encode()
    )
    assert (await send(client, raw)).startswith("554 5.6.3")
    await client.rset()
    await client.mail(OURS, options=["BODY=8BITMIME"])
    await client.rcpt(NADIA)
    assert (await client.data(raw)).code == 250


async def test_a_line_of_more_than_998_is_refused(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    assert (await send(client, HEAD + b"\r\n" + b"x" * 999 + b"\r\n")).startswith("554 5.6.0")
    assert (await send(client, HEAD + b"\r\n" + b"x" * 998 + b"\r\n")).startswith("250")


async def test_a_mail_that_is_too_large_is_refused(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    assert (await send(client, HEAD + b"\r\n" + b"bonjour\r\n" * 3000)).startswith("552")
    with pytest.raises(aiosmtplib.SMTPSenderRefused, match="552"):
        await client.mail(OURS, options=["SIZE=20001"])
    assert mail.outbound() == []


SENDERS = {
    "our own": (OURS, "250"),
    "our own for one ticket": ("aide+t12.abc@exemple.fr", "250"),
    "nobody": ("", "250"),
    "somebody else": ("autre@exemple.fr", "550 5.7.60"),
    "another place": ("aide@cabinet.example", "550 5.7.60"),
}


@pytest.mark.parametrize(("sender", "answer"), SENDERS.values(), ids=SENDERS)
async def test_we_send_as_ourselves_only(mail: MailStandIn, client: aiosmtplib.SMTP, sender: str, answer: str) -> None:
    assert (await send(client, sender=sender)).startswith(answer)


def _unknown(mail: MailStandIn) -> None:
    mail.rules.unknown.add(NADIA)


def _full(mail: MailStandIn) -> None:
    mail.rules.full.add(NADIA)


def _no_null_sender(mail: MailStandIn) -> None:
    mail.rules.refuses_null_sender = True


def _down(mail: MailStandIn) -> None:
    mail.outage = True


SWITCHES = {
    "no such mailbox": (_unknown, "550 5.1.1"),
    "no room": (_full, "452 4.2.2"),
    "no null sender": (_no_null_sender, "550 5.7.1"),
    "an outage": (_down, "421 4.3.2"),
}


@pytest.mark.parametrize(("switch", "refusal"), SWITCHES.values(), ids=SWITCHES)
async def test_switches_of_the_provider(
    mail: MailStandIn, client: aiosmtplib.SMTP, switch: Callable[[MailStandIn], None], refusal: str
) -> None:
    assert (await send(client, sender="")).startswith("250")
    switch(mail)
    assert (await send(client, sender="")).startswith(refusal)
    assert len(mail.outbound()) == 1
    assert len(mail.rules.refusals) == 1


async def test_greylisting_lets_each_pair_in_later(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    mail.rules.greylisting = 2
    answers = [(await send(client))[:9] for _ in range(3)]
    assert answers == ["451 4.7.1", "451 4.7.1", "250 2.0.0"]
    assert (await send(client, sender="")).startswith("451")


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
async def test_the_next_mail_fails_and_no_other(mail: MailStandIn, client: aiosmtplib.SMTP, step: str) -> None:
    mail.fail_next(452, "4.3.1", step=step)
    assert (await send(client)).startswith("452 4.3.1")
    assert (await send(client)).startswith("250")


async def test_a_connection_cut_after_the_work_leaves_the_mail(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    mail.fail_after_accepting()
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(client)
    assert len(mail.received_by(NADIA)) == 1


async def test_a_connection_cut_before_the_work_leaves_nothing(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    mail.hang_next(0.01, accept=False)
    with pytest.raises(aiosmtplib.SMTPServerDisconnected):
        await send(client)
    assert mail.outbound() == []


async def test_it_comes_back_on_its_port_with_all_it_knew(mail: MailStandIn, client: aiosmtplib.SMTP) -> None:
    await send(client)
    url = mail.smtp_url
    await mail.stop()
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await aiosmtplib.SMTP(hostname="127.0.0.1", port=int(url.rpartition(":")[2])).connect()
    await mail.start()
    assert (mail.smtp_url, len(mail.outbound())) == (url, 1)
