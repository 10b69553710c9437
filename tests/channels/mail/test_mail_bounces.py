"""Delivery reports of many servers say which mail of ours did not arrive, to whom, why, and whether it is over (S7)."""

import pytest

from bot.domain.addresses import Address, Channel
from bot.domain.mails import Bounce, Reported, Robot
from tests.channels.mail.mail_samples import read

ORIGINAL = "<t41.m917.k2m4@example.fr>"
ANNE, PAUL = Address(Channel.MAIL, "anne@example.org"), Address(Channel.MAIL, "paul@example.org")
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example.org>\nReturn-Path: <>\n"


def report(
    *groups: str, kind: str = "delivery-status", given_back: str = "message/rfc822", header: str = DAEMON
) -> bytes:
    part = "disposition-notification" if kind.startswith("disposition") else "delivery-status"
    return (
        f"{header}Subject: x\nContent-Type: multipart/report; report-type={kind}; boundary=x\n\n"
        f"--x\nContent-Type: text/plain\n\nVotre message n'a pas été remis.\n"
        f"--x\nContent-Type: message/{part}\n\n" + "\n\n".join(groups) + "\n"
        f"--x\nContent-Type: {given_back}\n\nMessage-ID: {ORIGINAL}\nSubject: Imprimante\n\nBonjour\n--x--\n"
    ).encode()


def prose(text: str, *, header: str = DAEMON, subject: str = "failure notice") -> bytes:
    return f"{header}Subject: {subject}\n\n{text}\n".encode()


def failed(code: str, recipient: Address | None = ANNE, *, original: str | None = ORIGINAL, why: str = "") -> Bounce:
    return Bounce("failed", (Reported(recipient, code),), original, why)


MTA = "Reporting-MTA: dns; mx.example.org"
TO_ANNE = "Final-Recipient: rfc822; anne@example.org"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(
            report(MTA, f"{TO_ANNE}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 inconnu"),
            failed("5.1.1", why="smtp; 550 inconnu"),
            id="Postfix",
        ),
        pytest.param(
            report(
                MTA,
                "Final-Recipient: rfc822; paul@example.org\nAction: delayed\nStatus: 4.4.1",
                f"{TO_ANNE}\nAction: failed\nStatus: 5.2.2",
            ),
            failed("5.2.2"),
            id="of two recipients the worse",
        ),
        pytest.param(
            report(MTA, f"{TO_ANNE}\nAction: failed\nStatus: 5.7.1", given_back="text/rfc822-headers"),
            failed("5.7.1"),
            id="sendmail gives the headers back",
        ),
        pytest.param(report(MTA, f"{TO_ANNE}\nStatus: 5.2.2"), failed("5.2.2"), id="an action that is forgotten"),
        pytest.param(
            report(MTA, f"{TO_ANNE}\nStatus: 4.4.7"),
            Bounce("delayed", (Reported(ANNE, "4.4.7"),), ORIGINAL),
            id="of a delay",
        ),
        pytest.param(
            report(MTA, f"{TO_ANNE}\nStatus: 2.0.0"),
            Bounce("delivered", (Reported(ANNE, "2.0.0"),), ORIGINAL),
            id="of a delivery",
        ),
        pytest.param(report(MTA, TO_ANNE), failed(""), id="neither an action nor a status"),
        pytest.param(
            report(
                f"Reporting-UA: mx; Dovecot\n{TO_ANNE}\nDisposition: automatic-action/MDN-sent-automatically; deleted",
                kind="disposition-notification",
                header="From: postmaster@example.org\nAuto-Submitted: auto-replied (rejected)\n",
            ),
            failed(""),
            id="Dovecot refuses as if it had read",
        ),
        pytest.param(
            prose(f"<anne@example.org>:\nRemote host said: 550 5.1.1 User unknown\n\nMessage-ID: {ORIGINAL}"),
            failed("5.1.1"),
            id="qmail",
        ),
        pytest.param(
            prose(
                f"These addresses failed:\n\n  anne@example.org\n    550 No such user\n\nMessage-Id: {ORIGINAL}",
                header=DAEMON + "X-Failed-Recipients: anne@example.org\n",
            ),
            failed("550"),
            id="Exim",
        ),
        pytest.param(
            prose(
                f"The following address failed:\n\n    <anne@example.org>:\n        554 5.7.1\n\nMessage-ID: {ORIGINAL}"
            ),
            failed("5.7.1"),
            id="GMX",
        ),
        pytest.param(
            prose("Your message did not reach anne.", header=DAEMON + f"In-Reply-To: {ORIGINAL}\n"),
            failed("", None),
            id="Exchange 5.5 answers our mail",
        ),
        pytest.param(
            prose("Non remis.", header=DAEMON + f"References: <t41.m1.k2m4@example.fr> {ORIGINAL}\n"),
            failed("", None),
            id="of several references the last",
        ),
        pytest.param(prose("Non remis."), failed("", None, original=None), id="nothing is said"),
    ],
)
def test_a_report_says_what_became_of_our_mail(raw: bytes, expected: Bounce) -> None:
    mail = read(raw)
    assert (mail.robot, mail.bounce) == (Robot.BOUNCE, expected)


TO_PAUL = "Final-Recipient: rfc822; paul@example.org"
BOTH = (Reported(PAUL, "5.1.1"), Reported(ANNE, "5.2.2"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(
            report(MTA, f"{TO_PAUL}\nAction: failed\nStatus: 5.1.1", f"{TO_ANNE}\nAction: failed\nStatus: 5.2.2"),
            BOTH,
            id="Postfix reports on one mail at once",
        ),
        pytest.param(
            report(MTA, f"{TO_PAUL}\nStatus: 5.1.1", f"{TO_ANNE}\nAction: failed\nStatus: 5.2.2"),
            BOTH,
            id="one action is forgotten",
        ),
        pytest.param(
            report(MTA, "Action: failed\nStatus: 5.1.1", f"{TO_ANNE}\nAction: failed\nStatus: 5.2.2"),
            (Reported(None, "5.1.1"), BOTH[1]),
            id="one is not named",
        ),
        pytest.param(report(MTA, TO_PAUL, TO_ANNE), (Reported(PAUL, ""), Reported(ANNE, "")), id="nothing is said"),
        pytest.param(
            prose("550 No such user", header=DAEMON + "X-Failed-Recipients: paul@example.org,\n anne@example.org\n"),
            (Reported(PAUL, "550"), Reported(ANNE, "550")),
            id="Exim",
        ),
        pytest.param(
            prose("<paul@example.org>:\n550 unknown\n\n<anne@example.org>:\n550 unknown\n\n<paul@example.org>: 550"),
            (Reported(PAUL, "550"), Reported(ANNE, "550")),
            id="qmail, each once",
        ),
        pytest.param(
            report(
                MTA,
                *(f"Final-Recipient: rfc822; c{nth}@example.org\nAction: failed\nStatus: 5.1.1" for nth in range(50)),
                f"{TO_ANNE}\nAction: failed\nStatus: 5.2.2",
            ),
            (*(Reported(Address(Channel.MAIL, f"c{nth}@example.org"), "5.1.1") for nth in range(50)), BOTH[1]),
            id="as many copies as a mail of ours has",
        ),
    ],
)
def test_a_report_names_everybody_whom_our_mail_did_not_reach(raw: bytes, expected: tuple[Reported, ...]) -> None:
    bounce = read(raw).bounce
    assert bounce is not None
    assert (bounce.action, bounce.reported) == ("failed", expected)


RENAMED = f"Message-ID: <0102018f-abc@eu-west-1.amazonses.com>\nX-Permanence-Id: {ORIGINAL}"
"""As a provider sends our mail on that puts an id of its own in the place of ours."""


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(report(MTA, f"{TO_ANNE}\nAction: failed\nStatus: 5.1.1"), id="the whole mail"),
        pytest.param(
            report(MTA, f"{TO_ANNE}\nAction: failed\nStatus: 5.1.1", given_back="text/rfc822-headers"),
            id="its headers",
        ),
        pytest.param(prose(f"<anne@example.org>:\n550 5.1.1 unknown\n\n> Message-ID: {ORIGINAL}"), id="in prose"),
        pytest.param(
            report(MTA, f"{TO_ANNE}\nAction: failed\nStatus: 5.1.1", given_back="application/octet-stream").replace(
                b"remis.", f"remis.\nMessage-ID: {ORIGINAL}".encode()
            ),
            id="in the text for people",
        ),
    ],
)
def test_a_mail_of_ours_is_known_though_a_provider_renamed_it(raw: bytes) -> None:
    for names in (RENAMED, "\n".join(reversed(RENAMED.splitlines()))):
        bounce = read(raw.replace(f"Message-ID: {ORIGINAL}".encode(), names.encode())).bounce
        assert bounce is not None
        assert bounce.original == ORIGINAL


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        pytest.param("A message that you sent has not yet been delivered to its recipients.", "Warning", id="Exim"),
        pytest.param("x", "Warning: message 1abc delayed 24 hours", id="Exim's subject"),
        pytest.param("THIS IS A WARNING MESSAGE ONLY. I will keep trying until it is 5 days old.", "x", id="sendmail"),
        pytest.param("x", "Delayed Mail (still being retried)", id="Postfix's subject"),
        pytest.param("Le message n'a pas encore été remis.", "x", id="not yet, in French"),
        pytest.param("x", "Remise retardée : Imprimante", id="Exchange's subject, in French"),
        pytest.param("Les tentatives de remise se poursuivront pendant 2 jours.", "x", id="still trying, in French"),
        pytest.param("451 4.7.1 Greylisted", "x", id="a temporary code"),
    ],
)
def test_a_delay_told_in_prose_is_no_failure(text: str, subject: str) -> None:
    bounce = read(prose(text, subject=subject)).bounce
    assert bounce is not None
    assert (bounce.action, bounce.is_final) == ("delayed", False)


def test_what_the_mail_that_is_given_back_says_is_no_delay() -> None:
    given_back = "x\n" * 1_500 + "your mail has been delayed"
    bounce = read(prose(f"550 5.1.1 unknown\n{given_back}")).bounce
    quiet = read(prose(f"Unknown user\n{given_back}")).bounce
    assert bounce is not None
    assert quiet is not None
    assert (bounce.action, quiet.action) == ("failed", "failed")
