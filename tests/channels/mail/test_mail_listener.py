"""Mails that a mail server hands over, by LMTP or SMTP: stored before it hears so, each once, and only those for us."""

import asyncio
import logging
import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.channels.mail.door.listener import BEGINNING_BYTES, LARGE_AT_ONCE
from bot.channels.mail.inbound import fingerprint
from bot.channels.mail.spool import Spool
from bot.domain.inbox import InboxEntry, Source
from bot.domain.mails import Robot
from bot.errors import StorageError, StorageUnavailable
from tests.channels.mail.mail_doors import ANNE, HOST, MAX_BYTES, MOST_BYTES, MOST_SECONDS, OURS, Doorway
from tests.channels.mail.mail_samples import RECEIVED_AT, names, read, sample

MAIL = b"From: anne@example.org\r\nMessage-ID: <1@example.org>\r\nSubject: Word\r\n\r\nBonjour\r\n"
NAMELESS = MAIL.replace(b"Message-ID: <1@example.org>\r\n", b"")
RETURN_PATH, DELIVERED_TO = b"Return-Path: <anne@example.org>\r\n", b"Delivered-To: support@exemple.fr\r\n"
ENVELOPE = RETURN_PATH + DELIVERED_TO
SECONDS = 3.0
"""Longer than a busy machine holds one of our own sentences up."""

Opens = Callable[..., Awaitable[Doorway]]


@pytest.fixture
async def opens(tmp_path: Path) -> AsyncIterator[Opens]:
    async with AsyncExitStack() as closing:

        async def open_door(**how: Any) -> Doorway:
            door = Doorway(Spool(tmp_path / "mail"), **how)
            await door.listener.start()
            closing.push_async_callback(door.shut)
            return door

        yield open_door


@pytest.fixture
async def door(opens: Opens) -> Doorway:
    return await opens()


async def until(is_so: Callable[[], object]) -> None:
    async with asyncio.timeout(MOST_SECONDS):
        while not is_so():  # noqa: ASYNC110 - nothing rings when a session has ended
            await asyncio.sleep(0.005)


def of_size(size: int) -> bytes:
    """A mail of so many bytes, in lines."""
    return MAIL + b"x" * ((size - len(MAIL)) % 72) + (b"y" * 70 + b"\r\n") * ((size - len(MAIL)) // 72)


# Stored, and only then said to be


@pytest.mark.parametrize("protocol", ["lmtp", "smtp"])
async def test_a_mail_is_kept_as_it_came_with_its_envelope(opens: Opens, protocol: str) -> None:
    door = await opens(protocol=protocol)

    assert await door.hands_over(MAIL) == (250, b"")

    [entry] = door.store.entries.values()
    kept = door.store.payloads[0]["raw"]
    payload = f'{{"raw": "{kept}"}}'
    assert entry == InboxEntry(Source.MAIL, fingerprint(MAIL), payload, RECEIVED_AT)
    assert door.mails == [ENVELOPE + MAIL]


async def test_nothing_is_said_before_it_is_stored(door: Doorway) -> None:
    door.store.is_open.clear()
    handing = asyncio.create_task(door.hands_over(MAIL))
    await until(lambda: door.store.asked)
    assert (handing.done(), door.store.entries) == (False, {})
    assert list(door.spool._folder.rglob("*.eml")) != []

    door.store.is_open.set()

    assert await handing == (250, b"")
    assert len(door.store.entries) == 1


@pytest.mark.parametrize(
    "problem",
    [
        pytest.param(StorageUnavailable("disk full"), id="the disk is full"),
        pytest.param(StorageError("the row cannot be stored"), id="the row is refused"),
        pytest.param(OSError(5, "Input/output error"), id="the disk is broken"),
    ],
)
async def test_what_cannot_be_stored_stays_with_the_server(door: Doorway, problem: Exception) -> None:
    """F3: never 2xx."""
    door.store.problem = problem
    assert await door.hands_over(MAIL) == (451, b"4.3.0 Not now, try again later")
    assert door.store.entries == {}

    door.store.problem = None
    assert await door.hands_over(MAIL) == (250, b"")
    assert door.mails == [ENVELOPE + MAIL]


async def test_a_folder_that_cannot_be_written_leaves_no_entry(door: Doorway) -> None:
    door.spool._folder.parent.mkdir(exist_ok=True)
    door.spool._folder.write_bytes(b"a file where the folder should be")
    assert await door.hands_over(MAIL) == (451, b"4.3.0 Not now, try again later")
    assert door.store.asked == 0

    door.spool._folder.unlink()
    assert await door.hands_over(MAIL) == (250, b"")


async def test_what_nobody_foresaw_stays_with_the_server_too(door: Doorway) -> None:
    door.store.problem = KeyError("anne@example.org")
    with capture_logs() as logs:
        assert (await door.hands_over(MAIL))[0] == 421
    assert [line for line in logs if line["log_level"] == "error"] == [
        {"event": "mail session failed", "error": "KeyError", "log_level": "error"}
    ]


@pytest.mark.parametrize("raw", [pytest.param(MAIL, id="with a Message-ID"), pytest.param(NAMELESS, id="without")])
async def test_a_mail_that_comes_again_is_known(door: Doorway, raw: bytes) -> None:
    """The server did not hear our 250 (F5): later, from another queue, to another of our addresses, it is one mail."""
    await door.hands_over(raw)
    door.clock.advance(timedelta(days=1))
    await door.hands_over(raw)
    await door.hands_over(raw, "support+t12@exemple.fr")
    assert len(door.store.entries) == 1

    await door.hands_over(raw.replace(b"Bonjour", b"Bonsoir"))
    assert len(door.store.entries) == 2


@pytest.mark.parametrize("name", names())
async def test_every_sample_arrives_byte_for_byte(door: Doorway, name: str) -> None:
    raw = b"\r\n".join(sample(name).splitlines()) + b"\r\n"  # as SMTP sends it
    line = await door.line()
    await line.opens()
    line.writer.write(stuffed(raw) + b".\r\n")
    assert (await line.reply())[:3] == "250"
    assert [mail.replace(RETURN_PATH, b"", 1).replace(DELIVERED_TO, b"", 1) for mail in door.mails] == [raw]


def stuffed(raw: bytes) -> bytes:
    return (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b".\r\n..\r\n.a\r\n", id="dots"),
        pytest.param(b"x" * 200_000 + b"\r\n", id="a long line"),
        pytest.param(b"." * 200_001 + b"\r\n", id="a long line of dots"),
        pytest.param(b"x" * 65_535 + b"\r\n.\r\n", id="a line that ends where a piece ends"),
        pytest.param(b"x" * 65_537 + b"\r\n", id="a line that ends after a piece"),
        pytest.param(bytes(code for code in range(256) if code not in b"\r\n") + b"\r\n", id="every byte"),
        pytest.param("Été\r\n".encode(), id="UTF-8"),
        pytest.param(b"", id="nothing"),
    ],
)
async def test_any_body_arrives_byte_for_byte(door: Doorway, body: bytes) -> None:
    assert await door.hands_over(MAIL + body) == (250, b"")
    assert door.mails == [ENVELOPE + MAIL + body]


async def test_an_empty_mail_is_a_mail(door: Doorway) -> None:
    line = await door.line()
    await line.opens()
    assert await line.says(".") == ["250"]
    assert door.mails == [ENVELOPE]


# For us, and nobody else


@pytest.mark.parametrize(
    ("recipient", "code"),
    [
        pytest.param("support@exemple.fr", 250, id="our address"),
        pytest.param("Support@EXEMPLE.fr", 250, id="in any case"),
        pytest.param("support+t12.k3x9@exemple.fr", 250, id="with a ticket's mark"),
        pytest.param('"support"@exemple.fr', 250, id="quoted"),
        pytest.param("@relay.example,@b.example:support@exemple.fr", 250, id="by a route of old"),
        pytest.param("anne@example.org", 550, id="somebody else's"),
        pytest.param("anne@exemple.fr", 550, id="somebody else's in our domain"),
        pytest.param("supporter@exemple.fr", 550, id="ours as a beginning"),
        pytest.param("support@exemple.fr.example.org", 550, id="our domain as a beginning"),
        pytest.param("support%example.org@exemple.fr", 550, id="a detour"),
        pytest.param("support@example.org@exemple.fr", 550, id="two signs"),
        pytest.param("support", 550, id="no domain"),
        pytest.param("", 550, id="nobody"),
    ],
)
async def test_only_our_mails_are_taken(door: Doorway, recipient: str, code: int) -> None:
    def talk(server: smtplib.SMTP) -> int:
        server.ehlo_or_helo_if_needed()
        server.mail(ANNE)
        return server.docmd("RCPT", f"TO:<{recipient}>")[0]

    assert await door.with_server(talk) == code


async def test_a_mail_for_others_too_is_taken_for_us_alone(door: Doorway) -> None:
    def talk(server: smtplib.SMTP) -> dict[str, tuple[int, bytes]]:
        return server.sendmail(ANNE, ["luc@example.org", OURS], MAIL)

    assert await door.with_server(talk) == {"luc@example.org": (550, b"5.1.1 No such mailbox here")}
    assert door.mails == [ENVELOPE + MAIL]


async def test_without_a_recipient_there_is_no_mail(door: Doorway) -> None:
    line = await door.line()
    await line.reply()
    asked = ("DATA", "LHLO mx", "DATA", "MAIL FROM:<a@b.example>", "RCPT TO:<luc@example.org>", "DATA", "DATA now")
    assert await line.says(*asked) == ["503", "250", "503", "250", "550", "503", "501"]


@pytest.mark.parametrize("asked", ["VRFY support", "EXPN support", "AUTH PLAIN AGEAYg==", "VRFY \xe9"])
async def test_it_tells_nobody_who_is_here_and_lets_nobody_log_in(door: Doorway, asked: str) -> None:
    line = await door.line()
    await line.reply()
    assert await line.says("LHLO mx", asked) == ["250", "502"]


async def test_what_it_offers(opens: Opens) -> None:
    door = await opens(protocol="smtp")

    def talk(server: smtplib.SMTP) -> dict[str, str]:
        server.ehlo()
        return server.esmtp_features

    offered = await door.with_server(talk)
    assert offered == dict.fromkeys(["8bitmime", "smtputf8", "help", "pipelining", "enhancedstatuscodes"], "") | {
        "size": str(MOST_BYTES)
    }


# LMTP: a word for each


async def test_each_recipient_has_a_status_of_its_own(door: Doorway) -> None:
    def talk(server: smtplib.SMTP) -> list[int]:
        server.sendmail(ANNE, [OURS, "luc@example.org", "support+t12@exemple.fr"], MAIL)
        second = server.getreply()[0]  # smtplib reads the first alone
        return [second, server.noop()[0], server.mail(ANNE)[0]]

    assert await door.with_server(talk) == [250, 250, 250]
    assert door.mails == [
        b"Return-Path: <anne@example.org>\r\nDelivered-To: support@exemple.fr\r\n"
        b"Delivered-To: support+t12@exemple.fr\r\n" + MAIL
    ]


async def test_each_recipient_hears_not_now(door: Doorway) -> None:
    door.store.problem = StorageUnavailable("disk full")

    def talk(server: smtplib.SMTP) -> tuple[int, int, int]:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail(ANNE, [OURS, "support+t12@exemple.fr"], MAIL)
        return refused.value.smtp_code, server.getreply()[0], server.noop()[0]

    # smtplib resets after the first word, and hears the second as the answer to that
    assert await door.with_server(talk) == (451, 250, 250)


async def test_smtp_has_one_status_for_all(opens: Opens) -> None:
    door = await opens(protocol="smtp")

    def talk(server: smtplib.SMTP) -> int:
        server.sendmail(ANNE, [OURS, "support+t12@exemple.fr"], MAIL)
        return server.docmd("VRFY", "x")[0]

    assert await door.with_server(talk) == 502


async def test_each_protocol_has_its_greeting(opens: Opens) -> None:
    for protocol, codes in (("lmtp", ["500", "500", "250"]), ("smtp", ["250", "250", "500"])):
        line = await (await opens(protocol=protocol)).line()
        assert (await line.reply()).startswith("220 exemple.fr")
        assert await line.says("HELO mx", "EHLO mx", "LHLO mx") == codes


async def test_commands_may_come_at_once(door: Doorway) -> None:
    line = await door.line()
    talk = f"LHLO mx\r\nMAIL FROM:<{ANNE}>\r\nRCPT TO:<{OURS}>\r\nDATA\r\n".encode()
    again = f"\r\n.\r\nMAIL FROM:<{ANNE}>\r\nRCPT TO:<{OURS}>\r\nDATA\r\nSubject: 2\r\n.\r\nQUIT\r\n".encode()
    line.writer.write(talk + b"Subject: 1" + again)
    heard = await line.ends()
    assert [reply[:3] for reply in heard.splitlines() if reply[3] == " "] == [
        *("220", "250", "250", "250", "354", "250"),
        *("250", "250", "354", "250", "221"),
    ]
    assert [mail.removeprefix(ENVELOPE) for mail in door.mails] == [b"Subject: 1\r\n", b"Subject: 2\r\n"]


# The end of a mail


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(b"\n.\n", id="LF . LF"),
        pytest.param(b"\n.\r\n", id="LF . CR LF"),
        pytest.param(b"\r\n.\n", id="CR LF . LF"),
        pytest.param(b"\r.\r", id="CR . CR"),
        pytest.param(b"\r.\r\n", id="CR . CR LF"),
        pytest.param(b"\r\n.\r", id="CR LF . CR"),
        pytest.param(b"\r\n\x00.\r\n", id="NUL . CR LF"),
        pytest.param(b"\r\r\n.\n", id="CR CR LF . LF"),
        pytest.param(b"x" * 65_536 + b".\r\n", id="after a piece of a long line"),
    ],
)
async def test_a_mail_within_a_mail_stays_within_it(door: Doorway, end: bytes) -> None:
    """SMTP smuggling: what other servers may take for an end is text here."""
    inner = end + f"MAIL FROM:<boss@exemple.fr>\r\nRCPT TO:<{OURS}>\r\nDATA\r\nSubject: forged\r\n".encode()
    line = await door.line()
    await line.opens()
    line.writer.write(MAIL + b"text" + inner + b"\r\n.\r\nQUIT\r\n")

    assert [reply[:3] for reply in (await line.ends()).splitlines()] == ["250", "221"]
    assert [mail.removeprefix(ENVELOPE) for mail in door.mails] == [
        MAIL + b"text" + inner.replace(b"\r\n.", b"\r\n") + b"\r\n"
    ]


async def test_a_dot_that_ends_a_long_line_is_no_end(door: Doorway) -> None:
    line = await door.line()
    await line.opens()
    line.writer.write(MAIL + b"x" * 70_000 + b".")
    await asyncio.sleep(0.05)  # until the dot is all that is left of the line
    line.writer.write(b"\r\nthe rest\r\n.\r\n")
    assert (await line.reply())[:3] == "250"
    assert door.mails == [ENVELOPE + MAIL + b"x" * 70_000 + b".\r\nthe rest\r\n"]


# Large ones


@pytest.mark.parametrize(
    ("size", "kept", "told"),
    [
        pytest.param(MAX_BYTES, MAX_BYTES, None, id="the largest that is kept whole"),
        pytest.param(MAX_BYTES + 1, BEGINNING_BYTES, MAX_BYTES + 1, id="one more byte"),
        pytest.param(MOST_BYTES, BEGINNING_BYTES, MOST_BYTES, id="the largest that is taken"),
    ],
)
async def test_of_a_large_mail_the_beginning_is_kept_and_its_size(
    door: Doorway, size: int, kept: int, told: int | None
) -> None:
    raw = of_size(size)
    assert len(raw) == size
    assert await door.hands_over(raw) == (250, b"")
    assert [payload.get("size") for payload in door.store.payloads] == [told]
    assert door.mails == [ENVELOPE + raw[:kept]]


async def test_a_mail_that_is_too_large_for_anything_is_refused_politely(door: Doorway) -> None:
    answer = b"5.3.4 Message trop lourd pour etre pris : ecrivez-nous sans les pieces jointes, ou appelez-nous."
    announced = await door.hands_over(of_size(MOST_BYTES + 1))

    line = await door.line()
    await line.opens()
    line.writer.write(of_size(MOST_BYTES + 1) + b".\r\n")
    found = await line.reply()

    assert announced == (552, answer)
    assert found == f"552 {answer.decode()}"
    assert await line.says("NOOP") == ["250"]
    assert (door.store.asked, list(door.spool._folder.rglob("*"))) == (0, [])


async def test_a_mail_without_an_end_is_hung_up_on(door: Doorway) -> None:
    line = await door.line()
    await line.opens()
    line.writer.write(of_size(3 * MOST_BYTES))
    assert (await line.ends())[:9] in ("552 5.3.4", "")  # what was not read may cut the answer short
    await until(lambda: not door.listener.sessions)
    assert door.store.asked == 0


async def test_few_large_mails_are_held_at_once(opens: Opens) -> None:
    """Memory is for so many: the others wait in their sockets, and small ones pass them."""
    door = await opens(max_bytes=3_000_000, most_bytes=3_000_000)
    lines = [await door.line() for _ in range(LARGE_AT_ONCE + 2)]
    for nth, line in enumerate(lines):
        await line.opens()
        line.writer.write(b"Subject: %d\r\n" % nth + of_size(1_500_000))
    await until(lambda: door.listener.places.locked())

    assert await door.hands_over(MAIL) == (250, b"")
    for line in lines:
        line.writer.write(b"\r\n.\r\n")
    assert [(await line.reply())[:3] for line in lines] == ["250"] * len(lines)
    assert len(door.store.entries) == len(lines) + 1


# The envelope


async def test_a_null_return_path_is_a_machines(door: Doorway) -> None:
    def talk(server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        server.docmd("MAIL", "FROM:<>")
        server.rcpt(OURS)
        server.data(MAIL)

    await door.with_server(talk)
    assert door.mails[0].startswith(b"Return-Path: <>\r\n")
    assert read(door.mails[0]).robot is Robot.GENERATED


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param(b"", ENVELOPE, id="nothing"),
        pytest.param(b"Return-Path: <anne@example.org>\r\n", DELIVERED_TO, id="the same"),
        pytest.param(b"Return-Path: <>\r\n", DELIVERED_TO, id="that nobody is to be answered"),
        pytest.param(b"Return-Path: <luc@example.org>\r\n", ENVELOPE, id="another"),
        pytest.param(b"Delivered-To: Support@exemple.fr\r\n", RETURN_PATH, id="for whom it is"),
        pytest.param(b"Delivered-To: luc@example.org\r\n", ENVELOPE, id="that somebody else had it"),
    ],
)
async def test_what_the_mail_says_already_is_not_said_again(door: Doorway, said: bytes, expected: bytes) -> None:
    await door.hands_over(said + MAIL)
    assert door.mails == [expected + said + MAIL]


async def test_a_line_of_an_mbox_stays_the_first(door: Doorway) -> None:
    await door.hands_over(b"From anne@example.org Mon Nov 23 10:00:00 2026\r\n" + MAIL)
    assert [line[:11] for line in door.mails[0].splitlines()[:3]] == [b"From anne@e", b"Return-Path", b"Delivered-T"]
    assert read(door.mails[0]).subject.text == "Word"


@pytest.mark.parametrize(
    "sender",
    [
        pytest.param("a..b@example.org", id="two dots"),
        pytest.param("a b@example.org", id="a space"),
        pytest.param('"a>b"@example.org', id="a bracket"),
        pytest.param("anne", id="no domain"),
        pytest.param("été@exemple.fr", id="accents"),
        pytest.param("SRS0=x=y=example.org=anne@relay.example", id="rewritten on its way"),
        pytest.param("a\x01\x7fb@example.org", id="controls"),
    ],
)
async def test_an_odd_sender_is_no_reason_to_refuse_a_mail(door: Doorway, sender: str) -> None:
    line = await door.line()
    await line.opens(sender=sender)
    line.writer.write(MAIL + b".\r\n")
    assert (await line.reply())[:3] == "250"
    bare = sender.replace("\x01\x7f", "")
    assert door.mails == [f"Return-Path: <{bare}>\r\n".encode() + DELIVERED_TO + MAIL]


async def test_a_sender_cannot_write_a_header(door: Doorway) -> None:
    line = await door.line()
    await line.reply()
    line.writer.write(
        b"LHLO mx\r\nMAIL FROM:<a\rX-Permanence-Loop: 1@example.org>\r\nRCPT TO:<" + OURS.encode() + b">\r\n"
    )
    line.writer.write(b"DATA\r\n" + MAIL + b".\r\nQUIT\r\n")
    await line.ends()
    assert [b"\rX-Perm" in mail for mail in door.mails] == [False]


@pytest.mark.parametrize(
    ("protocol", "received", "expected"),
    [
        pytest.param("lmtp", "by mx; Mon, 23 Nov 2026 19:00:00 +0000", timedelta(hours=-1), id="an hour in its queue"),
        pytest.param("lmtp", "by mx; Mon, 23 Nov 2026 20:00:00 +0000", timedelta(), id="at once"),
        pytest.param("lmtp", "by mx; Mon, 23 Nov 2026 20:00:01 +0000", None, id="ahead"),
        pytest.param("lmtp", "by mx; Mon, 16 Nov 2026 19:59:59 +0000", None, id="longer ago than a queue keeps it"),
        pytest.param("lmtp", "by mx", None, id="no date"),
        pytest.param("smtp", "by mx; Mon, 23 Nov 2026 19:00:00 +0000", None, id="a line that anybody may have written"),
    ],
)
async def test_the_clock_runs_from_when_our_server_took_it(
    opens: Opens, protocol: str, received: str, expected: timedelta | None
) -> None:
    """C15: a mail that waited while we were down."""
    door = await opens(protocol=protocol)
    older = b"Received: from a by b; Mon, 23 Nov 2026 10:00:00 +0000\r\n"
    await door.hands_over(f"Received: {received}\r\n".encode() + older + MAIL)
    [entry] = door.store.entries.values()
    assert entry.occurred_at == (None if expected is None else RECEIVED_AT + expected)


# Cut, killed, idle, too many


@pytest.mark.parametrize(
    "said", [pytest.param(MAIL, id="before its end"), pytest.param(MAIL + b".\r", id="within its end")]
)
@pytest.mark.parametrize("is_polite", [pytest.param(True, id="closed"), pytest.param(False, id="reset")])
async def test_of_a_mail_that_was_cut_nothing_is_stored(door: Doorway, said: bytes, is_polite: bool) -> None:
    line = await door.line()
    await line.opens()
    line.writer.write(said)
    await line.writer.drain()
    line.writer.close() if is_polite else line.cut()
    await until(lambda: not door.listener.sessions)
    assert (door.store.asked, list(door.spool._folder.rglob("*"))) == (0, [])
    assert await door.hands_over(MAIL) == (250, b"")


async def test_a_server_that_hung_up_while_we_stored_is_not_told_and_comes_again(door: Doorway) -> None:
    door.store.is_open.clear()
    line = await door.line()
    await line.opens()
    line.writer.write(MAIL + b".\r\n")
    await until(lambda: door.store.asked)
    line.cut()
    await until(lambda: not door.listener.sessions)
    door.store.is_open.set()
    assert await door.hands_over(MAIL) == (250, b"")
    assert len(door.store.entries) == 1


async def test_stopping_ends_what_is_under_way_and_starting_again_takes_it(door: Doorway) -> None:
    door.store.is_open.clear()
    idle, busy = await door.line(), await door.line()
    await busy.opens()
    busy.writer.write(MAIL + b".\r\n")
    await until(lambda: door.store.asked)
    port = door.listener.port

    await door.listener.stop()
    await door.listener.stop()
    assert [await busy.ends(), (await idle.ends())[:3]] == ["", "220"]
    assert (door.listener.is_listening, door.listener.sessions) == (False, set())
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(HOST, port)

    door.store.is_open.set()
    await door.listener.start()
    assert door.listener.port == port
    assert await door.hands_over(MAIL) == (250, b"")


async def test_one_who_says_nothing_is_hung_up_on(opens: Opens) -> None:
    door = await opens(idle_seconds=SECONDS)
    silent, within = await door.line(), await door.line()
    await within.opens()
    within.writer.write(b"Subject: x\r\n")
    assert (await silent.ends()).startswith("220")
    assert await within.ends() == ""
    assert door.store.asked == 0


async def test_one_who_goes_on_talking_is_listened_to(opens: Opens) -> None:
    door = await opens(idle_seconds=SECONDS)
    line = await door.line()
    await line.opens()
    for _ in range(12):
        line.writer.write(b"x" * 24_000 + b"\r\n" + b"y" * 2_000 + b"\r\n")
        await asyncio.sleep(SECONDS / 10)
    line.writer.write(b".\r\n")
    assert (await line.reply())[:3] == "250"


async def test_the_one_connection_too_many_is_told_so(opens: Opens) -> None:
    door = await opens(max_sessions=2)
    first, second = await door.line(), await door.line()
    assert [(await first.reply())[:3], (await second.reply())[:3]] == ["220", "220"]
    assert await (await door.line()).ends() == "421 4.3.2 Too many connections, try again later\r\n"

    first.cut()
    await until(lambda: len(door.listener.sessions) == 1)
    third = await door.line()
    assert (await third.reply())[:3] == "220"


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        pytest.param(b"LHLO mx\r\n" + b"NOOP\r\n" * 1_001, "421", id="one command without end"),
        pytest.param(b"LHLO mx\r\n" + b"NOOP\r\nRSET\r\n" * 1_001, "421", id="two in turn"),
        pytest.param(b"GET / HTTP/1.1\r\n" * 9, "502", id="another protocol"),
    ],
)
async def test_one_who_never_comes_to_the_point_is_hung_up_on(door: Doorway, said: bytes, heard: str) -> None:
    line = await door.line()
    line.writer.write(said)
    assert (await line.ends()).splitlines()[-1][:3] == heard


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"MAIL FROM:<" + b"a" * 2_000 + b"@example.org>", id="long"),
        pytest.param(b"MAIL FROM:<" + b"a" * 300_000 + b"@example.org>", id="very long"),
        pytest.param(b"\x80\xff", id="no text"),
        pytest.param(b"", id="empty"),
        pytest.param(b"MAIL FROM:<a@b.example> SIZE=\xc2\xb2", id="a size that is no number"),
        pytest.param(b"MAIL FROM:<a@b.example> SIZE=" + b"9" * 500, id="a size without end"),
        pytest.param(b"MAIL FROM:<a@b.example> RET=FULL", id="what is not offered"),
        pytest.param(b"MAIL TO:<a@b.example>", id="another word"),
    ],
)
async def test_a_bad_command_is_answered_and_nothing_else(door: Doorway, said: bytes) -> None:
    line = await door.line()
    await line.reply()
    assert await line.says("LHLO mx") == ["250"]
    line.writer.write(said + b"\r\n")
    assert (await line.reply())[0] in "45"
    line.cut()
    assert await door.hands_over(MAIL) == (250, b"")


async def test_too_many_recipients_are_told_so(door: Doorway) -> None:
    line = await door.line()
    await line.reply()
    asked = ["LHLO mx", f"MAIL FROM:<{ANNE}>", *(f"RCPT TO:<support+{nth}@exemple.fr>" for nth in range(101))]
    assert (await line.says(*asked))[-2:] == ["250", "452"]


async def test_no_log_says_who_wrote_what_to_whom(door: Doorway, caplog: pytest.LogCaptureFixture) -> None:
    """C30. aiosmtpd's own log quotes it all, down to the text of the mail."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("mail.log").info("a canary: %s", ANNE)  # it would be seen
    with capture_logs() as logs:
        await door.hands_over(MAIL)
        await door.hands_over(MAIL, "luc@example.org")
        door.store.problem = StorageUnavailable("disk full")
        await door.hands_over(NAMELESS)
        await door.hands_over(of_size(MOST_BYTES + 1))
    assert [line["event"] for line in logs] == [
        "mail stored",
        "mail for somebody else refused",
        "mail not stored",
        "mail refused",
    ]
    said = str(logs) + caplog.text
    assert [word for word in ("anne", "luc", "support", "Word", "Bonjour") if word in said] == []
