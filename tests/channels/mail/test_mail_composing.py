"""A mail out of a row: its headers, its parts, its envelope; read again by us and by the standard library."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.policy import SMTP, default

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.mail.mime.headers import decode_words
from bot.channels.mail.mime.people import people
from bot.channels.mail.smtp.composing import (
    MAX_COPIES,
    MAX_MAIL_ID,
    MAX_REFERENCES,
    Enclosure,
    Writer,
    compose,
    mail_id_of,
)
from bot.channels.mail.smtp.fields import MAX_TEXT, ids_field, person_field, text_field, valid_ids, written_address
from bot.domain.addresses import Address, Channel
from bot.domain.mails import Robot
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.errors import PermanentDeliveryError
from bot.rules.mail_ids import local_of
from tests.channels.mail.mail_samples import read

NOW = datetime(2026, 11, 23, 9, 12, 8, tzinfo=UTC)
WRITER = Writer("support@exemple.fr", "Atelier Nord", b"a key of the tests")
CLIENT = "m.aubry@cabinet.example"
ICS = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nSUMMARY:Rendez-vous à 13 h\r\nEND:VCALENDAR\r\n"
OUTLOOK = f"<{'A' * 40}.{'B' * 30}@{'C' * 30}.EURPRD04.PROD.OUTLOOK.COM>"
ALWAYS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "X-Permanence-Loop",
    "X-Permanence-Id",
    "MIME-Version",
    "Content-Type",
}
AUTOMATIC = {"Auto-Submitted", "X-Auto-Response-Suppress"}


def row(body="Bonjour", *, to=CLIENT, automatic=False, id_=917, created_at=NOW, **payload):
    return Outgoing(
        address=Address(Channel.MAIL, to),
        kind=Kind.TEXT,
        payload={"body": body, **payload},
        rank=Rank.CLIENT,
        automatic=automatic,
        id=id_,
        created_at=created_at,
    )


def composed(outgoing, *, writer=WRITER, enclosure=None):
    return compose(outgoing, writer=writer, now=NOW + timedelta(hours=1), enclosure=enclosure)


def parsed(outgoing, **how):
    return message_from_bytes(composed(outgoing, **how).raw, policy=default)


def kinds(mail):
    return [part.get_content_type() for part in mail.walk()]


def test_a_technicians_answer_has_these_headers():
    mail = parsed(
        row(
            subject="Re: Ça bloque [n° 41]",
            mail_id="t41.m917.k2m4",
            in_reply_to="<2@cabinet.example>",
            references=["<1@cabinet.example>", "<t41.m9.aaaa@exemple.fr>"],
            cc=["accueil@cabinet.example"],
            reply_to="support+t41-k2m4x7aqpz3w@exemple.fr",
        )
    )

    assert mail.items() == [
        ("From", "Atelier Nord <support@exemple.fr>"),
        ("To", CLIENT),
        ("Cc", "accueil@cabinet.example"),
        ("Subject", "Re: Ça bloque [n° 41]"),
        ("Date", "Mon, 23 Nov 2026 09:12:08 +0000"),
        ("Message-ID", "<t41.m917.k2m4@exemple.fr>"),
        ("In-Reply-To", "<2@cabinet.example>"),
        ("References", "<1@cabinet.example> <t41.m9.aaaa@exemple.fr> <2@cabinet.example>"),
        ("Reply-To", "support+t41-k2m4x7aqpz3w@exemple.fr"),
        ("X-Permanence-Loop", "exemple.fr"),
        ("X-Permanence-Id", "<t41.m917.k2m4@exemple.fr>"),
        ("MIME-Version", "1.0"),
        ("Content-Type", 'multipart/alternative; boundary="=_t41.m917.k2m4-a"'),
    ]


@pytest.mark.parametrize(
    ("outgoing", "submitted", "suppressed", "sender"),
    [
        pytest.param(row(), None, None, "support@exemple.fr", id="a technician writes"),
        pytest.param(row(answers=True), None, None, "support@exemple.fr", id="a technician answers"),
        pytest.param(
            row(automatic=True),
            *("auto-generated", "DR, RN, NRN, OOF, AutoReply", "support@exemple.fr"),
            id="the machine writes, and wants to know if it did not arrive",
        ),
        pytest.param(row(automatic=True, answers=True), "auto-replied", "All", "", id="the machine answers"),
        pytest.param(
            row(automatic=True, in_reply_to="<1@a>"),
            *("auto-generated", "DR, RN, NRN, OOF, AutoReply", "support@exemple.fr"),
            id="the machine goes on in a thread that it does not answer",
        ),
    ],
)
def test_machines_are_told_that_a_machine_writes(outgoing, submitted, suppressed, sender):
    mail = parsed(outgoing)

    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == (submitted, suppressed)
    assert mail["Precedence"] is None
    assert composed(outgoing).sender == sender


@pytest.mark.parametrize("outgoing", [row(), row(automatic=True), row(automatic=True, answers=True)])
def test_our_own_mail_is_known_when_it_comes_back(outgoing):
    raw = composed(outgoing).raw
    mail = read(raw)

    assert mail.robot is Robot.OWN
    assert local_of(mail.message_id, WRITER.address) == composed(outgoing).mail_id


def test_text_and_html_say_the_same():
    mail = parsed(row("Bonjour,\n\nC’est réparé : <b> & « 1 » ?\n\nÉric"))

    assert kinds(mail) == ["multipart/alternative", "text/plain", "text/html"]
    assert mail.get_body(("plain",)).get_content() == "Bonjour,\r\n\r\nC’est réparé : <b> & « 1 » ?\r\n\r\nÉric\r\n"
    assert "<p>C’est réparé : &lt;b&gt; &amp; « 1 » ?</p>" in mail.get_body(("html",)).get_content()


def test_a_mail_asks_for_seven_bits_and_short_lines_of_every_server():
    raw = composed(row("é" * 5_000 + "\n" + "a" * 5_000 + "\n.\nFrom nobody")).raw

    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_an_appointment_stands_in_the_text_and_beside_it():
    mail = parsed(row(ics=ICS))
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    (attached,) = mail.iter_attachments()

    assert kinds(mail) == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"),
        "application/ics",
    ]
    assert (calendar.get_content(), calendar["Content-Type"].params) == (
        ICS,
        {"charset": "utf-8", "method": "PUBLISH"},
    )
    assert (attached.get_filename(), attached.get_content()) == ("rendez-vous.ics", ICS.encode())


@pytest.mark.parametrize(
    ("asked", "ics", "expected"),
    [
        pytest.param({"ics_method": "REQUEST"}, ICS.replace("PUBLISH", "REQUEST"), "REQUEST", id="as is said"),
        pytest.param({}, ICS.replace("PUBLISH", "CANCEL"), "CANCEL", id="as the file says"),
        pytest.param({"ics_method": "x\r\nBcc: a@b"}, ICS, "PUBLISH", id="what is no method does not count"),
        pytest.param({}, "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "PUBLISH", id="nobody says"),
    ],
)
def test_a_calendar_part_says_what_is_asked_of_the_calendar(asked, ics, expected):
    mail = parsed(row(ics=ics, **asked))
    calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")

    assert calendar["Content-Type"].params["method"] == expected


@pytest.mark.parametrize(
    ("name", "content_type", "expected"),
    [
        pytest.param("Relevé.pdf", "application/pdf", ("Relevé.pdf", "application/pdf"), id="a paper"),
        pytest.param("a.csv", "text/csv", ("a.csv", "text/csv"), id="a text"),
        pytest.param("../../x\r\n.pdf", "application/pdf", ("x.pdf", "application/pdf"), id="a name that is a path"),
        pytest.param("a", "message/rfc822", ("a", "application/octet-stream"), id="a mail, as bytes"),
        pytest.param("a", "x\r\nBcc: a@b", ("a", "application/octet-stream"), id="no content type"),
        pytest.param(f"{'é' * 200}.pdf", "application/pdf", (f"{'é' * 76}.pdf", "application/pdf"), id="a long name"),
    ],
)
def test_a_file_goes_along_under_a_harmless_name(name, content_type, expected):
    content = bytes(range(256))
    mail = parsed(row(), enclosure=Enclosure(name, content_type, content))
    (attached,) = mail.iter_attachments()

    assert kinds(mail)[:2] == ["multipart/mixed", "multipart/alternative"]
    assert (attached.get_filename(), attached.get_content_type()) == expected
    assert attached.get_payload(decode=True) == content
    assert [
        each.name for each in read(composed(row(), enclosure=Enclosure(name, content_type, content)).raw).attachments
    ]


def test_long_ids_are_folded_and_never_encoded():
    raw = composed(row(in_reply_to=OUTLOOK, references=[OUTLOOK.replace("A", "D"), OUTLOOK])).raw

    assert f"\r\nIn-Reply-To: {OUTLOOK}\r\n".encode() in raw
    assert f"\r\nReferences: {OUTLOOK.replace('A', 'D')}\r\n {OUTLOOK}\r\n".encode() in raw
    mail = read(raw)
    assert (mail.in_reply_to, mail.references) == (OUTLOOK, (OUTLOOK.replace("A", "D"), OUTLOOK))


def test_the_librarys_own_folding_encodes_them():
    mail = message_from_bytes(b"", policy=SMTP)
    mail["References"] = f"{OUTLOOK} {OUTLOOK}"

    assert b"=?utf-8?q?" in mail.as_bytes()


def test_of_many_references_the_first_and_the_nearest_stay():
    ids = [f"<{number}@cabinet.example>" for number in range(200)]
    references = read(composed(row(references=ids, in_reply_to=ids[-1])).raw).references

    assert references == (ids[0], *ids[1 - MAX_REFERENCES :])


def test_a_mail_is_dated_when_it_was_written():
    written = datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=1)))
    assert parsed(row(created_at=written))["Date"] == "Mon, 23 Nov 2026 10:00:00 +0100"
    assert parsed(row(created_at=None))["Date"] == "Mon, 23 Nov 2026 10:12:08 +0000"


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        pytest.param({"subject": "Bonjour", "about": "balance"}, "Bonjour", id="as it is given"),
        pytest.param({"about": "balance"}, "Votre forfait d’interventions", id="else as what it is about"),
        pytest.param({"subject": "\r\n"}, "Un message de votre support informatique", id="else something"),
    ],
)
def test_every_mail_has_a_subject(payload, expected):
    assert parsed(row(**payload))["Subject"] == expected


def test_copies_are_sent_once_and_not_to_ourselves():
    letter = composed(row(cc=["B@cabinet.example", "b@cabinet.example", CLIENT, WRITER.address, "é@a.example", "x"]))

    assert (letter.copies, letter.left_out) == (("B@cabinet.example",), 2)


def test_copies_have_an_end():
    letter = composed(row(cc=[f"p{number}@cabinet.example" for number in range(MAX_COPIES + 3)]))

    assert (len(letter.copies), letter.left_out) == (MAX_COPIES, 3)


class TestMailIds:
    def test_the_rows_own_is_taken_as_it_is(self):
        assert composed(row(mail_id="t41.m917.k2m4")).mail_id == "t41.m917.k2m4"

    @pytest.mark.parametrize(
        "given",
        [
            pytest.param({}, id="none"),
            pytest.param({"mail_id": "a" * (MAX_MAIL_ID + 1)}, id="too long"),
            pytest.param({"mail_id": "a..b"}, id="no atoms"),
            pytest.param({"mail_id": "a@b"}, id="a whole one"),
            pytest.param({"mail_id": "a>\r\nBcc: c@d.example"}, id="another header"),
            pytest.param({"mail_id": "é"}, id="accents"),
            pytest.param({"mail_id": 7}, id="no text"),
        ],
    )
    def test_else_one_is_made_that_stays_the_same(self, given):
        made = mail_id_of(row(**given), WRITER.key)

        assert re.fullmatch(r"r917\.[a-z2-7]{16}", made)
        assert made == mail_id_of(replace(row("Other words", **given), attempts=9), WRITER.key)

    def test_no_two_rows_have_the_same(self):
        others = [row(id_=918), row(to="b@a.example"), row(created_at=NOW + timedelta(days=1)), row(mail_id="a@b")]
        made = {mail_id_of(each, WRITER.key) for each in (row(), *others)} | {mail_id_of(row(), b"another key")}

        assert len(made) == 6


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "written"),
        [
            pytest.param("a.b+c@exemple.fr", "a.b+c@exemple.fr", id="plain"),
            pytest.param("support@médecins.example", "support@xn--mdecins-bya.example", id="an accented domain"),
            pytest.param("root@localhost", "root@localhost", id="one label"),
        ],
    )
    def test_an_address_is_written_in_ascii(self, address, written):
        assert written_address(address) == written

    @pytest.mark.parametrize(
        ("address", "code"),
        [
            pytest.param("élodie@exemple.fr", "mail_accents", id="accents before the @"),
            pytest.param("nobody", "mail_address", id="no @"),
            pytest.param("@exemple.fr", "mail_address", id="nobody there"),
            pytest.param("a@", "mail_address", id="nowhere"),
            pytest.param("a b@exemple.fr", "mail_address", id="a space"),
            pytest.param("a@b.example\r\nBcc: c@d.example", "mail_address", id="two lines"),
            pytest.param("a@b.example, c@d.example", "mail_address", id="two people"),
            pytest.param("a@exemple..fr", "mail_address", id="an empty label"),
            pytest.param(f"{'a' * 65}@exemple.fr", "mail_address", id="too long before the @"),
            pytest.param(f"a@{'b.' * 200}fr", "mail_address", id="too long"),
            pytest.param("a@straße.example", "mail_address", id="a domain that IDNA 2003 takes for another"),
            pytest.param("a@\ud800.example", "mail_address", id="no letters at all"),
        ],
    )
    def test_what_no_server_takes_is_refused_before_it_is_asked(self, address, code):
        with pytest.raises(PermanentDeliveryError) as caught:
            written_address(address)
        assert caught.value.code == code
        assert address not in str(caught.value)

    @pytest.mark.parametrize(
        ("shop", "value"),
        [
            pytest.param("", "s@a.example", id="no name"),
            pytest.param("Atelier", "Atelier <s@a.example>", id="plain"),
            pytest.param('Atelier "Nord", SARL', r'"Atelier \"Nord\", SARL" <s@a.example>', id="quoted"),
            pytest.param("Été", "=?utf-8?b?w4l0w6k=?= <s@a.example>", id="encoded"),
            pytest.param("a\r\nBcc: b@c.example", '"a Bcc: b@c.example" <s@a.example>', id="two lines are one"),
        ],
    )
    def test_a_name_stands_before_an_address(self, shop, value):
        assert person_field("From", shop, "s@a.example") == value


words = st.text(max_size=300) | st.text(alphabet="\r\n\t\0 :;,<>@\"'=?_é\u2028\x85\ud800", max_size=40)
addresses = words | st.sampled_from([CLIENT, "a@b.example", "x@médecins.example", "a@b.example\r\nBcc: c@d.example"])
ids = words | st.from_regex(r"<[!-;=?-~]{1,300}>", fullmatch=True) | st.sampled_from([OUTLOOK, "<1@a>", "1@a"])


@settings(deadline=None)
@given(text=words | st.text(alphabet="abc ", min_size=80))
@example("=?utf-8?q?a?=")
@example(" ".join(["mot"] * 200))
def test_words_come_out_of_a_field_as_they_went_in(text):
    field = text_field("Subject", text)
    raw = f"Subject: {field}\r\n"

    shown = re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text.replace("\ud800", "\ufffd")).strip()[:MAX_TEXT]
    assert decode_words(field.replace("\r\n ", " ")) == " ".join(shown.split())
    assert raw.isascii()
    assert max(map(len, raw.split("\r\n"))) <= 78
    assert all(line.startswith(" ") for line in raw.removesuffix("\r\n").split("\r\n")[1:])


@settings(deadline=None)
@given(st.lists(ids, max_size=12))
def test_ids_come_out_of_a_field_as_they_went_in(given_ids):
    valid = valid_ids(given_ids)
    raw = f"References: {ids_field('References', valid)}\r\n"

    assert raw.split()[1:] == valid
    assert max(map(len, raw.split("\r\n"))) < 998


@settings(deadline=None)
@given(words)
def test_a_name_comes_out_of_a_field_as_one_name(shop):
    field = person_field("From", shop, "s@a.example")

    assert [each.address.identifier for each in people([field.replace("\r\n", "")])] == ["s@a.example"]
    assert max(map(len, f"From: {field}".split("\r\n"))) <= 78


@settings(deadline=None)
@given(
    payload=st.fixed_dictionaries(
        {"body": words},
        optional={
            "subject": words,
            "mail_id": words | st.just("t41.m917.k2m4"),
            "in_reply_to": ids,
            "references": st.lists(ids, max_size=8),
            "cc": st.lists(addresses, max_size=8),
            "ics": words | st.just(ICS),
            "ics_method": words | st.just("REQUEST"),
            "about": words,
        },
    ),
    shop=words,
    automatic=st.booleans(),
    enclosure=st.none() | st.builds(Enclosure, words, words | st.just("application/pdf"), st.binary(max_size=300)),
)
def test_no_words_of_anybodys_become_a_header_or_break_the_mail(payload, shop, automatic, enclosure):
    outgoing = replace(row(automatic=automatic), payload=payload)
    letter = composed(outgoing, writer=replace(WRITER, shop=shop), enclosure=enclosure)
    mail, ours = message_from_bytes(letter.raw, policy=default), read(letter.raw)

    expected = Counter(ALWAYS | (AUTOMATIC if automatic else set()) | ({"Cc"} if letter.copies else set()))
    answered = valid_ids([payload.get("in_reply_to", "")])
    expected.update({"In-Reply-To"} if answered else ())
    expected.update({"References"} if answered or valid_ids(payload.get("references", [])) else ())
    assert Counter(mail.keys()) == expected
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 998
    assert letter.raw.isascii()
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", letter.raw)
    assert [each.addr_spec for each in mail["To"].addresses] == [letter.recipient] == [CLIENT]
    assert [each.addr_spec for each in mail["From"].addresses] == [WRITER.address]
    assert tuple(each.addr_spec for header in mail.get_all("Cc", []) for each in header.addresses) == letter.copies
    assert mail["Message-ID"] == f"<{letter.mail_id}@exemple.fr>"
    assert len(letter.mail_id) <= MAX_MAIL_ID
    assert len(list(mail.iter_attachments())) == bool(payload.get("ics")) + (enclosure is not None)
    assert ours.robot is Robot.OWN
    assert local_of(ours.message_id, WRITER.address) == letter.mail_id


@settings(deadline=None)
@given(st.text(max_size=1_000))
def test_the_body_is_read_as_it_was_written(body):
    text = parsed(row(body)).get_body(("plain",)).get_payload(decode=True).decode()
    lines = body.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "␀").replace("\ufeff", "").split("\n")

    assert text.replace("\r\n", "\n").rstrip("\n") == "\n".join(lines).rstrip("\n")
