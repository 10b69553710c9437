"""A mail of the inbox as what it asks: who writes, what is ours, what comes along."""

from dataclasses import replace

import pytest

from bot.channels.mail.inbound import mail_entry
from bot.channels.mail.mime.tokens import address_signer
from bot.channels.mail.reading import Mail, OurMailbox, parse_mail
from bot.domain.addresses import Address, Channel
from bot.domain.inbox import ClientMessage, DeliveryReport, RobotMail
from bot.domain.mails import Flaw, Reported, Robot
from bot.errors import Unreadable
from tests.factories import MONDAY

OURS = OurMailbox(Address(Channel.MAIL, "support@exemple.fr"), address_signer(b"key"), "mx.exemple.fr")


def read(*headers: str, body: str = "Bonjour", size: int | None = None) -> Mail:
    raw = "\r\n".join((*headers, "", body)).encode()
    entry = mail_entry(raw, kept="0" * 64, received_at=MONDAY, size=size)
    return parse_mail(entry, read=lambda _: raw, ours=OURS)


def message(*headers: str, **how: object) -> ClientMessage:
    found = read(*headers, **how)  # type: ignore[arg-type]  # a size or a body
    assert isinstance(found, ClientMessage)
    return found


def test_a_form_on_a_web_site_writes_for_who_asks_and_nobody_has_verified_that() -> None:
    found = message(
        "Authentication-Results: mx.exemple.fr; dmarc=pass header.from=exemple.fr",
        "From: Site <support@exemple.fr>",
        "Reply-To: Dr Aubry <dr.aubry@example.org>",
    )
    assert (found.address, found.profile_name) == (Address(Channel.MAIL, "dr.aubry@example.org"), "Dr Aubry")
    assert found.mail is not None
    assert found.mail.flaws == (Flaw.UNVERIFIED,)


OUR_TICKETS = "support+t41-k2m4x7aqpz3w@exemple.fr"


def test_a_form_may_write_from_a_tickets_own_address_too() -> None:
    found = message(f"From: Site <{OUR_TICKETS}>", f"Reply-To: {OUR_TICKETS}, dr.aubry@example.org")
    assert found.address == Address(Channel.MAIL, "dr.aubry@example.org")


@pytest.mark.parametrize("address", ["support@exemple.fr", OUR_TICKETS])
@pytest.mark.parametrize("reply_to", ["support@exemple.fr", OUR_TICKETS])
def test_what_somebody_wrote_from_our_address_is_shown(address: str, reply_to: str) -> None:
    found = message(f"From: {address}", f"Reply-To: {reply_to}")
    assert found.address == Address(Channel.MAIL, address)


@pytest.mark.parametrize(("verdict", "is_forged"), [("pass", False), ("fail", True)])
def test_who_writes_in_our_name_is_who_our_own_server_says(verdict: str, is_forged: bool) -> None:
    results = f"Authentication-Results: mx.exemple.fr; dmarc={verdict} header.from=exemple.fr"
    found = message(results, "From: support@exemple.fr")
    assert found.mail is not None
    assert found.mail.is_forged is is_forged


def test_our_own_mail_that_comes_back_is_a_loop_and_another_shops_is_a_persons() -> None:
    ours = read("From: dr@example.org", "X-Permanence-Loop: exemple.fr")
    assert isinstance(ours, RobotMail)
    assert ours.robot is Robot.OWN
    assert message("From: dr@example.org", "X-Permanence-Loop: autre.fr").mail.robot is None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("results", "is_forged", "flaws"),
    [
        ("mx.exemple.fr; dmarc=pass header.from=example.org", False, ()),
        ("mx.exemple.fr; dmarc=fail header.from=example.org", True, (Flaw.UNVERIFIED,)),
        ("evil.example; dmarc=pass header.from=example.org", False, (Flaw.UNVERIFIED,)),
    ],
    ids=["found right", "found wrong", "by somebody else"],
)
def test_a_sender_is_who_our_own_server_says(results: str, is_forged: bool, flaws: tuple[Flaw, ...]) -> None:
    found = message(f"Authentication-Results: {results}", "From: dr@example.org")
    assert found.mail is not None
    assert (found.mail.is_forged, found.mail.flaws) == (is_forged, flaws)


def test_copies_are_all_but_the_sender_and_ourselves() -> None:
    found = message(
        "From: dr@example.org",
        "To: support@exemple.fr, secretariat@example.org",
        "Cc: dr@example.org, support+t41-abc@exemple.fr, autre@example.org",
    )
    assert found.mail is not None
    assert [each.identifier for each in found.mail.copies] == ["secretariat@example.org", "autre@example.org"]


def test_of_a_mail_that_was_cut_files_are_named_and_none_is_offered() -> None:
    found = message(
        "From: dr@example.org",
        'Content-Type: multipart/mixed; boundary="b"',
        body="--b\r\n\r\nVoici.\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\n"
        "Content-Disposition: attachment; filename=a.zip\r\n\r\nPK",
        size=30_000_000,
    )
    assert [(piece.name, piece.size, piece.flaw) for piece in found.media] == [("a.zip", None, "too_large")]
    assert found.mail is not None
    assert (found.body, found.mail.size, Flaw.TOO_LARGE in found.mail.flaws) == ("Voici.", 30_000_000, True)


def with_picture(html: str, size: int = 9_000) -> ClientMessage:
    return message(
        "From: dr@example.org",
        'Content-Type: multipart/related; boundary="b"',
        body=f"--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b\r\nContent-Type: image/png; name=image001.png\r\n"
        f"Content-ID: <a@b>\r\n\r\n{'x' * size}\r\n--b--",
    )


LOOK, PICTURE = "<p>Voici ce qui s'affiche :</p>", "<img src='cid:a@b'>"
SIGNED = "<p>Cordialement,</p><p>Dr Paul Martin<br>01 23 45 67 89</p>"
DOT = "<img src='cid:a@b' width=1 height=1>"


@pytest.mark.parametrize(
    ("html", "size", "names"),
    [
        pytest.param(LOOK + PICTURE, 9_000, ["image001.png"], id="pasted"),
        pytest.param(LOOK + PICTURE + SIGNED, 9_000, ["image001.png"], id="pasted, above a signature"),
        pytest.param(PICTURE, 9_000, ["image001.png"], id="pasted, without a word"),
        pytest.param(LOOK + PICTURE + "<div>" * 400, 9_000, ["image001.png"], id="in HTML that cannot be rendered"),
        pytest.param(LOOK + PICTURE + "x" * 300_001, 9_000, ["image001.png"], id="in HTML that is cut"),
        pytest.param(LOOK + "x" * 300_001 + PICTURE, 9_000, ["image001.png"], id="behind the cut"),
        pytest.param("<p>Merci</p>" + SIGNED + PICTURE, 9_000, [], id="in a signature"),
        pytest.param("<p>Merci</p>" + SIGNED + PICTURE, 20_000, ["image001.png"], id="in a signature, large"),
        pytest.param(f"<p>Oui.</p><blockquote><p>Non ?</p>{PICTURE}</blockquote>", 9_000, [], id="in a quotation"),
        pytest.param(
            f"<p>Oui :</p>{PICTURE}<blockquote><p>Non ?</p>{PICTURE}</blockquote>",
            9_000,
            ["image001.png"],
            id="in both",
        ),
        pytest.param("<p>Merci</p>" + DOT, 9_000, [], id="shown as a dot"),
        pytest.param(LOOK + PICTURE, 70, [], id="of a dot's bytes"),
        pytest.param(f"<p>Merci</p><div style='display:none'>{PICTURE}</div>", 9_000, [], id="hidden"),
        pytest.param("<p>Merci</p><table background='cid:a@b'></table>", 9_000, [], id="behind the text"),
    ],
)
def test_a_small_picture_is_kept_where_it_stands_in_what_is_written(html: str, size: int, names: list[str]) -> None:
    found = with_picture(html, size)
    assert [piece.name for piece in found.media] == names
    assert not set(found.body) & {chr(code) for code in range(0xE000, 0xF900)}


BOUNCE = (
    "From: MAILER-DAEMON@example.org",
    "Return-Path: <>",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
)


def report(original: str, action: str = "failed") -> str:
    return (
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; example.org\r\n\r\n"
        f"Final-Recipient: rfc822; dr@example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{original}>\r\n\r\nx\r\n--b--\r\n"
    )


def test_a_report_on_a_mail_of_ours_names_it_and_whom_it_did_not_reach() -> None:
    found = read(*BOUNCE, body=report("t41.m7.k2m4@exemple.fr"))
    assert isinstance(found, DeliveryReport)
    assert (found.provider_id, found.error_code, found.channels) == ("t41.m7.k2m4", "5.1.1", (Channel.MAIL,))
    assert found.reported == (Reported(Address(Channel.MAIL, "dr@example.org"), "5.1.1"),)


@pytest.mark.parametrize(
    ("original", "action"), [("a@ailleurs.example", "failed"), ("t41.m7.k2m4@exemple.fr", "delayed")]
)
def test_a_report_on_another_mail_or_of_a_delay_is_a_machines(original: str, action: str) -> None:
    found = read(*BOUNCE, body=report(original, action))
    assert isinstance(found, RobotMail)
    assert found.robot is Robot.BOUNCE


def test_an_entry_without_a_mail_is_unreadable() -> None:
    entry = mail_entry(b"x", kept="0" * 64, received_at=MONDAY)
    for payload in ("{}", "[]", "no json"):
        with pytest.raises(Unreadable):
            parse_mail(replace(entry, payload=payload), read=lambda _: b"", ours=OURS)
