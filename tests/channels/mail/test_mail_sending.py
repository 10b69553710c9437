"""Sending mails to a real server on loopback: what it is asked, what each failure becomes."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from structlog.testing import capture_logs

from bot.channels.mail.sender import GIVE_UP_AFTER, MailSender
from bot.channels.mail.smtp.connections import AT_ONCE, Patience
from bot.clock import StoppedClock
from bot.domain.addresses import Address, Channel
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.domain.refusals import SHOP_PAUSE_SECONDS
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from tests.channels.mail.smtp_sink import DROP, PASSWORD, STALE_TOKEN, TOKEN, USER, Sink, make_certificate, smtp_sink

NOW = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
ADDRESS, CLIENT, COLLEAGUE = "support@exemple.fr", "m.aubry@cabinet.example", "accueil@cabinet.example"
ANSWERED = {"answers": True}
IMPATIENT = Patience(command=3.0)
IMPATIENT_AFTER = Patience(mail=3.0)
SILENT = 60


def row(body="Bonjour", *, to=CLIENT, automatic=False, id_=917, created_at=NOW, **payload):
    return Outgoing(
        address=Address(Channel.MAIL, to),
        kind=Kind.TEXT,
        payload={"body": body, "subject": "Re: Imprimante [n° 41]", **payload},
        rank=Rank.CLIENT,
        automatic=automatic,
        id=id_,
        created_at=created_at,
    )


@pytest.fixture
def clock():
    return StoppedClock(NOW)


@pytest.fixture
async def sink():
    async with smtp_sink() as running:
        yield running


@pytest.fixture
async def sender_to(clock):
    """Makes senders to a sink, and closes them."""
    made = []

    def make(sink, **changed):
        settings = {
            "host": "127.0.0.1",
            "port": sink.port,
            "is_tls": False,
            "is_local": True,
            "username": "",
            "password": None,
            "access_token": None,
            "address": ADDRESS,
            "shop": "Atelier",
            "clock": clock,
            "key": b"a key of the tests",
        }
        made.append(MailSender(**{**settings, **changed}))
        return made[-1]

    yield make
    for each in made:
        await each.close()


@pytest.fixture
def sender(sink, sender_to):
    return sender_to(sink)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("tls"), "DNS:localhost", "IP:127.0.0.1")


@pytest.fixture
def trusted(certificate, monkeypatch):
    """The machine trusts the certificate, as it would trust an authority's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.certificate))
    return certificate


async def until(is_so):
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - a server has no bell for us
            await asyncio.sleep(0.005)


async def failure(sender, outgoing):
    with pytest.raises((TransientDeliveryError, PermanentDeliveryError)) as caught:
        await sender.send(outgoing)
    return caught.value


def transient(error):
    assert isinstance(error, TransientDeliveryError), error
    return error.code, error.retry_after, error.ambiguous


def permanent(error):
    assert isinstance(error, PermanentDeliveryError), error
    return error.code


class TestTaken:
    async def test_a_mail_is_taken_as_it_was_composed(self, sink, sender):
        mail_id = await sender.send(row("Bonjour,\n.\n..\nÉric", mail_id="t41.m917.k2m4"))

        (taken,) = sink.taken
        mail = message_from_bytes(taken.raw, policy=default)
        assert (mail_id, taken.sender, taken.recipients) == ("t41.m917.k2m4", ADDRESS, [CLIENT])
        assert mail["Message-ID"] == "<t41.m917.k2m4@exemple.fr>"
        assert mail.get_body(("plain",)).get_content() == "Bonjour,\r\n.\r\n..\r\nÉric\r\n"
        assert sink.commands == [
            "EHLO exemple.fr",
            f"MAIL FROM:<{ADDRESS}>",
            f"RCPT TO:<{CLIENT}>",
            "DATA",
        ]

    async def test_copies_go_to_everybody_who_is_named(self, sink, sender):
        await sender.send(row(cc=[COLLEAGUE, "secretariat@cabinet.example"]))

        assert sink.taken[0].recipients == [CLIENT, COLLEAGUE, "secretariat@cabinet.example"]

    async def test_a_large_mail_arrives_whole(self, sink, sender, tmp_path):
        path = tmp_path / "releve.pdf"
        path.write_bytes(bytes(range(256)) * 12_000)
        await sender.send(row(document={"path": str(path), "name": "Relevé.pdf", "content_type": "application/pdf"}))

        mail = message_from_bytes(sink.taken[0].raw, policy=default)
        assert [(each.get_filename(), each.get_content()) for each in mail.iter_attachments()] == [
            ("Relevé.pdf", path.read_bytes())
        ]

    async def test_the_same_row_has_the_same_message_id_each_time(self, sink, sender):
        first, again = await sender.send(row()), await sender.send(replace(row(), attempts=3, uncertain=True))
        other = await sender.send(row(id_=918))

        assert first == again != other
        assert sink.taken[0].raw == sink.taken[1].raw

    async def test_nothing_can_be_looked_up_and_nothing_has_to_wait(self, sender):
        assert await sender.find_sent(row(), []) is None
        assert sender.ready_in(row()) == 0


class TestConnections:
    async def test_a_burst_logs_in_no_more_often_than_there_are_connections(self, sink, sender_to):
        sender = sender_to(sink, username=USER, password=PASSWORD)
        sent = await asyncio.gather(*(sender.send(row(id_=number)) for number in range(20)))

        assert len(set(sent)) == len(sink.taken) == 20
        assert (len(sink.logins), sink.most_at_once) == (AT_ONCE, AT_ONCE)

    async def test_two_at_once_never_mix_their_mails(self, sink, sender):
        people = [f"p{number}@cabinet.example" for number in range(12)]
        await asyncio.gather(*(sender.send(row(to=each, body=each, id_=nth)) for nth, each in enumerate(people)))

        assert sorted(each.recipients[0] for each in sink.taken) == sorted(people)
        assert all(f"\r\n\r\n{each.recipients[0]}".encode() in each.raw for each in sink.taken)

    async def test_a_connection_that_the_server_gave_up_is_replaced(self, sink, sender):
        await sender.send(row())
        sink.fail("RSET", "421 4.4.2 timed out", times=1)
        await sender.send(row())
        sink.fail("RSET", DROP, times=1)
        await sender.send(row())

        assert (len(sink.taken), len(sink.sessions)) == (3, 3)

    async def test_a_refused_mail_does_not_cost_the_connection(self, sink, sender):
        sink.fail("RCPT", "550 5.1.1 no such user", times=1)
        await failure(sender, row())
        await sender.send(row())

        assert (len(sink.taken), len(sink.sessions)) == (1, 1)

    async def test_a_cancelled_mail_leaves_no_answer_for_the_next_one(self, sink, sender):
        sink.fail("RCPT", seconds=SILENT, times=1)
        cancelled = asyncio.create_task(sender.send(row("annulé")))
        await until(lambda: sink.asked("RCPT"))
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
        await sender.send(row("suivant"))
        await until(lambda: sink.open_sessions() == 1)

        assert (len(sink.asked("RCPT")), len(sink.sessions), sink.open_sessions()) == (2, 2, 1)
        assert b"suivant" in sink.taken[-1].raw

    async def test_closing_says_goodbye(self, sink, sender):
        await sender.send(row())
        assert sink.open_sessions() == 1
        await sender.close()
        await until(lambda: sink.open_sessions() == 0)

        assert sink.asked("QUIT") == ["QUIT"]

    async def test_closing_does_not_wait_for_a_server_that_is_gone(self, sink, sender):
        await sender.send(row())
        sink.fail("QUIT", DROP)
        await sender.close()

        assert sink.asked("QUIT") == ["QUIT"]


class TestEnvelope:
    async def test_an_automatic_answer_has_the_null_sender(self, sink, sender):
        await sender.send(row(automatic=True, **ANSWERED))

        assert [each.sender for each in sink.taken] == ["<>"]

    @pytest.mark.parametrize(
        "outgoing",
        [
            pytest.param(row(**ANSWERED), id="a technician's answer"),
            pytest.param(row(automatic=True), id="a reminder that answers nothing"),
        ],
    )
    async def test_other_mails_come_from_our_address(self, sink, sender, outgoing):
        await sender.send(outgoing)

        assert [each.sender for each in sink.taken] == [ADDRESS]

    @pytest.mark.parametrize(
        ("on", "says"),
        [
            pytest.param("MAIL", "550 5.7.1 sender refused", id="at once, by policy"),
            pytest.param("MAIL", "501 5.1.7 bad sender", id="at once, as no address"),
            pytest.param("MAIL", "553 not yours", id="at once, in three digits"),
            pytest.param("MAIL", "450 4.7.1 sender refused", id="at once, for now"),
            pytest.param("RCPT", "553 5.7.1 <>: Sender address rejected: not owned by user", id="as Postfix does"),
            pytest.param(".", "554 5.2.252 SendAsDenied", id="as Microsoft does"),
        ],
    )
    async def test_a_server_that_takes_no_null_sender_gets_our_address_from_then_on(self, sink, sender, on, says):
        if on == "RCPT":  # of the transaction that began with the null sender
            sink.fail(on, says, times=1)
        else:
            sink.fail(on, says, of=lambda argument: "<>" in argument)
        with capture_logs() as logs:
            await sender.send(row(automatic=True, **ANSWERED))
            await sender.send(row(automatic=True, id_=918, **ANSWERED))

        assert [each.sender for each in sink.taken] == [ADDRESS, ADDRESS]
        assert [each[:12] for each in sink.asked("MAIL")] == ["MAIL FROM:<>", "MAIL FROM:<s", "MAIL FROM:<s"]
        assert len(sink.sessions) == 1
        assert [(each["event"], each["log_level"]) for each in logs] == [
            ("the mail server refuses the null sender", "warning")
        ]
        assert not any("@" in str(each) for each in logs)

    async def test_a_refused_recipient_is_no_proof_against_the_null_sender(self, sink, sender):
        sink.fail("RCPT", "550 5.1.1 no such user", times=2)
        assert permanent(await failure(sender, row(automatic=True, **ANSWERED))) == "5.1.1"
        await sender.send(row(automatic=True, **ANSWERED))

        assert [each.sender for each in sink.taken] == ["<>"]

    async def test_a_refused_copy_does_not_keep_the_mail_from_its_recipient(self, sink, sender_to):
        sink.fail("RCPT", "550 5.1.1 no such user", of=lambda argument: COLLEAGUE in argument)
        told = []
        sender = sender_to(sink, tell_of_copies=told.append)
        with capture_logs() as logs:
            await sender.send(row(cc=[COLLEAGUE, "no address at all", "b@cabinet.example"], mail_id="t41.m1"))
            await sender.send(row(cc=["b@cabinet.example"], id_=918))

        assert sink.taken[0].recipients == [CLIENT, "b@cabinet.example"]
        assert logs == [{"event": "copies of a mail refused", "log_level": "warning", "count": 2, "mail": "t41.m1"}]
        assert told == [917]

    async def test_who_got_no_copy_of_a_mail_that_was_not_taken_is_told_when_it_is(self, sink, sender_to):
        sink.fail("RCPT", "550 5.1.1 no such user", of=lambda argument: COLLEAGUE in argument)
        sink.fail(".", "451 4.3.0 not now", times=1)
        told = []
        sender = sender_to(sink, tell_of_copies=told.append)
        transient(await failure(sender, row(cc=[COLLEAGUE])))
        assert told == []
        await sender.send(row(cc=[COLLEAGUE]))
        assert told == [917]

    async def test_a_refused_recipient_is_the_rows_error_whoever_has_a_copy(self, sink, sender):
        sink.fail("RCPT", "550 5.1.1 no such user", of=lambda argument: CLIENT in argument)

        assert permanent(await failure(sender, row(cc=[COLLEAGUE]))) == "5.1.1"
        assert sink.taken == []


class TestRefused:
    @pytest.mark.parametrize("on", ["MAIL", "RCPT", "DATA", "."])
    async def test_what_is_refused_for_good_is_permanent_wherever_it_is_refused(self, sink, sender, on):
        sink.fail(on, "554 5.7.1 <m.aubry@cabinet.example> no")
        error = await failure(sender, row())

        assert permanent(error) == "5.7.1"
        assert "aubry" not in str(error)
        assert (error.__cause__, error.__suppress_context__) == (None, True)
        assert sink.taken == []

    @pytest.mark.parametrize("on", ["MAIL", "RCPT", "DATA", "."])
    async def test_what_is_refused_for_now_is_transient_wherever_it_is_refused(self, sink, sender, on):
        sink.fail(on, "451 4.3.0 not now", times=1)

        assert transient(await failure(sender, row())) == ("4.3.0", 300.0, False)
        await sender.send(row())
        assert len(sink.taken) == 1

    @pytest.mark.parametrize("on", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
    async def test_a_server_that_closes_is_tried_again(self, sink, sender, on):
        sink.fail(on, "421 4.3.2 going down", times=1)
        code, _, ambiguous = transient(await failure(sender, row()))

        assert (code, ambiguous) == ("mail_down" if on in ("GREETING", "EHLO") else "421", False)
        await sender.send(row())
        assert len(sink.taken) == 1

    async def test_a_recipient_who_is_put_off_for_a_day_is_not_reached(self, sink, sender, clock):
        sink.fail("RCPT", "452 4.2.2 over quota")
        assert transient(await failure(sender, row()))[0] == "4.2.2"
        clock.advance(GIVE_UP_AFTER - timedelta(seconds=1))
        assert transient(await failure(sender, row()))[0] == "4.2.2"
        clock.advance(timedelta(seconds=1))

        assert permanent(await failure(sender, row())) == "4.2.2"

    @pytest.mark.parametrize("says", ["451 4.7.1 greylisted", "451 4.3.0 try later", "450 not now"])
    async def test_a_mail_that_is_put_off_for_a_day_once_it_was_read_is_given_up(self, sink, sender, clock, says):
        sink.fail(".", says)
        clock.advance(GIVE_UP_AFTER - timedelta(seconds=1))
        code = transient(await failure(sender, row()))[0]
        clock.advance(timedelta(seconds=1))

        assert permanent(await failure(sender, row())) == code

    @pytest.mark.parametrize(
        ("on", "says", "code"),
        [
            pytest.param("MAIL", "452 4.3.1 disk full", "4.3.1", id="full before it knows who the mail is for"),
            pytest.param("DATA", "454 cannot log you in", "454", id="that does not know us"),
            pytest.param(".", "450 4.7.10 encryption needed", "4.7.10", id="that wants TLS"),
            pytest.param(".", "451 4.5.3 too many", "4.5.3", id="that has had enough of us"),
            pytest.param(".", "421 4.3.2 going down", "421", id="that goes down"),
        ],
    )
    async def test_our_own_server_is_waited_for_as_long_as_it_takes(self, sink, sender, clock, on, says, code):
        sink.fail(on, says)
        clock.advance(30 * GIVE_UP_AFTER)

        assert transient(await failure(sender, row()))[0] == code

    @pytest.mark.parametrize(
        ("outgoing", "code"),
        [
            pytest.param(row(to="élodie@cabinet.example"), "mail_accents", id="accents before the @"),
            pytest.param(row(to="nobody"), "mail_address", id="no address"),
            pytest.param(row(to="a@b.example>\r\nRCPT TO:<c@d.example"), "mail_address", id="two commands"),
            pytest.param(replace(row(), kind=Kind.SAY), "channel_off", id="no text"),
            pytest.param(replace(row(), address=Address(Channel.SMS, CLIENT)), "channel_off", id="no mail"),
            pytest.param(row(document={"path": "nowhere.pdf"}), "mail_document", id="a file that is gone"),
        ],
    )
    async def test_what_cannot_be_sent_is_not_asked_for(self, sink, sender, outgoing, code):
        assert permanent(await failure(sender, outgoing)) == code
        assert sink.commands == []


class TestSize:
    async def test_a_mail_too_large_for_us_is_not_sent(self, sink, sender_to):
        sender = sender_to(sink, max_bytes=10_000)

        assert permanent(await failure(sender, row("x" * 10_000))) == "mail_too_large"
        assert sink.commands == []

    async def test_a_file_too_large_for_us_is_not_read_whole(self, sink, sender_to, tmp_path):
        path = tmp_path / "film.mov"
        path.write_bytes(b"x" * 10_001)

        assert permanent(await failure(sender_to(sink, max_bytes=10_000), row(document={"path": str(path)}))) == (
            "mail_too_large"
        )
        assert sink.commands == []

    async def test_a_mail_too_large_for_the_server_is_not_sent(self, sender_to):
        async with smtp_sink(size=5_000) as sink:
            sender = sender_to(sink)
            assert permanent(await failure(sender, row("x" * 5_000))) == "mail_too_large"
            assert (sink.asked("MAIL"), sink.asked("DATA")) == ([], [])
            await sender.send(row("x"))

            (mail,) = sink.asked("MAIL")
            assert mail == f"MAIL FROM:<{ADDRESS}> SIZE={len(sink.taken[0].raw)}"
            assert len(sink.sessions) == 1

    async def test_a_server_may_say_only_afterwards_that_it_was_too_large(self, sink, sender):
        sink.fail(".", "552 5.3.4 too large")

        assert permanent(await failure(sender, row())) == "5.3.4"


class TestCut:
    @pytest.mark.parametrize("on", ["GREETING", "EHLO", "MAIL", "RCPT", "DATA"])
    async def test_a_connection_cut_before_the_mail_is_certain(self, sink, sender, on):
        sink.fail(on, DROP if on != "GREETING" else "nonsense", times=1)

        assert transient(await failure(sender, row())) == ("mail_down", None, False)
        await sender.send(row())
        assert len(sink.taken) == 1

    async def test_a_connection_cut_within_the_mail_is_certain(self, sink, sender, tmp_path):
        path = tmp_path / "a.bin"
        path.write_bytes(bytes(8_000_000))
        sink.fail("MID_DATA", times=1)

        assert transient(await failure(sender, row(document={"path": str(path)}))) == ("mail_down", None, False)

    async def test_a_connection_cut_after_the_mail_is_ambiguous(self, sink, sender):
        sink.fail(".", DROP, times=1)

        assert transient(await failure(sender, row())) == ("mail_down", None, True)
        await sender.send(row())
        first, again = sink.taken
        assert first == again

    @pytest.mark.parametrize("on", ["EHLO", "MAIL", "RCPT", "DATA"])
    async def test_a_server_that_is_silent_before_the_mail_is_certain(self, sink, sender_to, on):
        sink.fail(on, seconds=SILENT, times=1)

        assert transient(await failure(sender_to(sink, patience=IMPATIENT), row())) == ("mail_down", None, False)
        assert sink.taken == []

    async def test_a_kept_connection_that_is_silent_is_replaced(self, sink, sender_to):
        sender = sender_to(sink, patience=IMPATIENT)
        await sender.send(row())
        sink.fail("RSET", seconds=SILENT, times=1)
        await sender.send(row())

        assert (len(sink.taken), len(sink.sessions)) == (2, 2)

    async def test_a_server_that_is_silent_after_the_mail_is_ambiguous(self, sink, sender_to):
        sink.fail(".", seconds=SILENT, times=1)

        sender = sender_to(sink, patience=IMPATIENT_AFTER)
        assert transient(await failure(sender, row())) == ("mail_down", None, True)
        await sender.send(row())
        assert len(sink.sessions) == 2

    async def test_a_server_that_says_nonsense_after_the_mail_is_ambiguous(self, sink, sender):
        sink.fail(".", "nonsense", times=1)

        assert transient(await failure(sender, row())) == ("mail_down", None, True)
        await sender.send(row())
        assert len(sink.sessions) == 2

    async def test_no_server_at_all_is_waited_for(self, sender_to):
        async with smtp_sink() as sink:
            pass

        assert transient(await failure(sender_to(sink), row())) == ("mail_down", None, False)

    async def test_a_server_that_takes_nothing_more_is_given_up(self, sender_to, tmp_path):
        path = tmp_path / "a.bin"
        path.write_bytes(bytes(16_000_000))
        async with slow_server(pauses=0) as server:
            sender = sender_to(server, max_bytes=90_000_000, patience=IMPATIENT)
            error = await failure(sender, row(document={"path": str(path)}))

        assert transient(error) == ("mail_down", None, False)

    async def test_a_server_that_takes_it_slowly_is_waited_for(self, sender_to, tmp_path):
        path = tmp_path / "a.bin"
        path.write_bytes(bytes(12_000_000))
        async with slow_server(pauses=28) as server:
            sender = sender_to(server, max_bytes=90_000_000, patience=IMPATIENT)
            assert await sender.send(row(document={"path": str(path)}, mail_id="t41.m1")) == "t41.m1"


@asynccontextmanager
async def slow_server(*, pauses):
    """A server that says yes to everything, and takes the mail with so many pauses; with none, it takes nothing."""
    is_over = asyncio.Event()

    async def talk(reader, writer):
        writer.write(b"220 slow.example\r\n")
        for answer in (b"250 EHLO", b"250 MAIL", b"250 RCPT", b"354 DATA"):
            await reader.readline()
            writer.write(answer + b"\r\n")
        for _ in range(pauses):
            await asyncio.sleep(0.15)
            await reader.readexactly(500_000)
        if pauses:
            await reader.readuntil(b"\r\n.\r\n")
            writer.write(b"250 taken\r\n")
        await is_over.wait()
        writer.transport.abort()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, limit=16_000_000 if pauses else 1_000)
    async with server:
        yield Sink(port=server.sockets[0].getsockname()[1])
        is_over.set()
        await asyncio.sleep(0.05)


class TestLogin:
    async def test_a_password_logs_in_after_starttls(self, trusted, sender_to):
        async with smtp_sink(tls=trusted.context()) as sink:
            await sender_to(sink, is_local=False, host="localhost", username=USER, password=PASSWORD).send(row())

            asked = [each.partition(" ")[0] for each in sink.commands]
            assert asked == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"]
            assert len(sink.taken) == 1

    async def test_a_password_logs_in_over_tls(self, trusted, sender_to):
        async with smtp_sink(tls=trusted.context(), is_implicit=True) as sink:
            await sender_to(sink, is_tls=True, username=USER, password=PASSWORD).send(row())

            assert (len(sink.taken), sink.logins) == (1, ["PLAIN"])

    @pytest.mark.parametrize("is_implicit", [True, False], ids=["TLS", "STARTTLS"])
    async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(self, certificate, sender_to, is_implicit):
        async with smtp_sink(tls=certificate.context(), is_implicit=is_implicit) as sink:
            sender = sender_to(sink, is_tls=is_implicit, is_local=False, username=USER, password=PASSWORD)

            assert transient(await failure(sender, row())) == ("mail_tls", SHOP_PAUSE_SECONDS, False)
            assert (await sender.check(), sink.logins) == ("mail_tls", [])

    async def test_a_certificate_for_another_server_is_not_accepted(self, tmp_path, monkeypatch, sender_to):
        other = make_certificate(tmp_path, "DNS:other.example")
        monkeypatch.setenv("SSL_CERT_FILE", str(other.certificate))
        async with smtp_sink(tls=other.context(), is_implicit=True) as sink:
            assert transient(await failure(sender_to(sink, is_tls=True), row()))[0] == "mail_tls"

    async def test_a_server_without_starttls_never_sees_the_password(self, sink, sender_to):
        sender = sender_to(sink, is_local=False, username=USER, password=PASSWORD)

        assert transient(await failure(sender, row())) == ("mail_tls", SHOP_PAUSE_SECONDS, False)
        assert sink.commands == ["EHLO exemple.fr"]

    async def test_a_server_that_takes_starttls_back_never_sees_the_password(self, trusted, sender_to):
        async with smtp_sink(tls=trusted.context()) as sink:
            sink.fail("STARTTLS", "454 4.7.0 not now")
            sender = sender_to(sink, is_local=False, username=USER, password=PASSWORD)

            assert transient(await failure(sender, row()))[0] == "mail_down"
            assert sink.asked("AUTH") == []

    async def test_a_wrong_password_is_not_tried_again_for_a_while(self, sink, sender_to, clock):
        sender = sender_to(sink, username=USER, password="faux")
        assert transient(await failure(sender, row())) == ("mail_login", SHOP_PAUSE_SECONDS, False)
        tried = len(sink.logins)
        assert transient(await failure(sender, row())) == ("mail_login", SHOP_PAUSE_SECONDS, False)
        assert (tried > 0, len(sink.logins)) == (True, tried)
        clock.advance(timedelta(seconds=SHOP_PAUSE_SECONDS))

        assert transient(await failure(sender, row()))[0] == "mail_login"
        assert len(sink.logins) == 2 * tried

    async def test_a_login_that_fails_for_now_is_tried_again_soon(self, sink, sender_to):
        sender = sender_to(sink, username=USER, password=PASSWORD)
        sink.fail("AUTH", "454 4.7.0 not now", times=2)
        assert transient(await failure(sender, row())) == ("454", None, False)

        await sender.send(row())
        assert len(sink.taken) == 1

    async def test_a_server_that_logs_nobody_in_is_the_shops_to_mend(self, sender_to):
        async with smtp_sink(methods=()) as sink:
            sender = sender_to(sink, username=USER, password=PASSWORD)
            assert transient(await failure(sender, row()))[0] == "mail_login"

    async def test_a_server_that_wants_a_login_we_do_not_have_says_so(self, sink, sender):
        sink.fail("MAIL", "530 5.7.0 Authentication required")

        assert transient(await failure(sender, row())) == ("530", SHOP_PAUSE_SECONDS, False)


class TestOauth:
    @pytest.fixture
    async def tokens(self):
        """Asked for a token; and whether another one was asked for."""
        asked = []

        async def access_token(renew):
            asked.append(renew)
            return TOKEN if renew else STALE_TOKEN

        access_token.asked = asked
        return access_token

    async def test_a_token_that_went_stale_is_renewed_once(self, sender_to, tokens):
        async with smtp_sink(methods=("XOAUTH2",)) as sink:
            await sender_to(sink, username=USER, access_token=tokens).send(row())

            assert (tokens.asked, sink.tokens) == ([False, True], [STALE_TOKEN, TOKEN])
            assert (len(sink.taken), sink.logins) == (1, [])

    async def test_a_token_that_is_refused_when_new_is_the_shops_to_mend(self, sender_to, tokens):
        async with smtp_sink(methods=("XOAUTH2",)) as sink:
            sender = sender_to(sink, username="other@exemple.fr", access_token=tokens)

            assert transient(await failure(sender, row())) == ("mail_login", SHOP_PAUSE_SECONDS, False)
            assert await sender.check() == "mail_login"
            assert tokens.asked == [False, True]

    async def test_a_server_without_oauth_never_sees_the_token(self, sink, sender_to, tokens):
        sender = sender_to(sink, username=USER, access_token=tokens)

        assert transient(await failure(sender, row()))[0] == "mail_login"
        assert (tokens.asked, sink.asked("AUTH")) == ([], [])

    async def test_a_token_that_cannot_be_had_puts_the_mail_off(self, sender_to):
        async def access_token(renew):
            raise TransientDeliveryError("no token", code="oauth", retry_after=5)

        async with smtp_sink(methods=("XOAUTH2",)) as sink:
            sender = sender_to(sink, username=USER, access_token=access_token)
            assert transient(await failure(sender, row())) == ("oauth", 5, False)
            assert await sender.check() == "oauth"

    async def test_a_consent_that_ended_is_the_shops_to_mend_and_no_mails_failure(self, sender_to):
        async def access_token(renew):
            raise PermanentDeliveryError("the consent has ended", code="invalid_grant")

        async with smtp_sink(methods=("XOAUTH2",)) as sink:
            sender = sender_to(sink, username=USER, access_token=access_token)
            assert transient(await failure(sender, row())) == ("mail_login", SHOP_PAUSE_SECONDS, False)


class TestTrouble:
    @pytest.mark.parametrize(
        ("on", "says", "trouble"),
        [
            pytest.param("GREETING", "421 too many of you", "mail_down", id="it does not let us in"),
            pytest.param("MAIL", "530 5.7.57 not authenticated", "mail_login", id="it wants a login"),
            pytest.param(".", "550 5.4.5 daily limit", "too_many", id="it has had enough for today"),
            pytest.param("RCPT", "550 5.1.1 no such user", None, id="a recipient is unknown"),
            pytest.param("RCPT", "450 4.2.0 greylisted", None, id="a recipient's server wants us to wait"),
        ],
    )
    async def test_what_keeps_every_mail_from_leaving_is_known_until_one_leaves(self, sink, sender, on, says, trouble):
        assert sender.trouble is None
        sink.fail(on, says, times=1)
        await failure(sender, row())
        assert sender.trouble == trouble
        await sender.send(row())
        assert sender.trouble is None


class TestChecking:
    async def test_a_server_that_logs_us_in_is_well(self, sink, sender_to):
        assert await sender_to(sink, username=USER, password=PASSWORD).check() is None
        assert [each.partition(" ")[0] for each in sink.commands] == ["EHLO", "AUTH", "QUIT"]

    async def test_a_wrong_password_is_named(self, sink, sender_to):
        assert await sender_to(sink, username=USER, password="faux").check() == "mail_login"

    async def test_no_server_is_named(self, sender_to):
        async with smtp_sink() as sink:
            pass
        assert await sender_to(sink).check() == "mail_down"
