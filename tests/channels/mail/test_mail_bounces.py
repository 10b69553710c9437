"""Delivery reports of many servers say which mail of ours did not arrive, to whom, why, and whether it is over (S7)."""

import pytest

from bot.domain.addresses import Address, Channel
from bot.domain.mails import Bounce, Robot
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
    return Bounce("failed", code, recipient, original, why)


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
            report(MTA, f"{TO_ANNE}\nStatus: 4.4.7"), Bounce("delayed", "4.4.7", ANNE, ORIGINAL), id="of a delay"
        ),
        pytest.param(
            report(MTA, f"{TO_ANNE}\nStatus: 2.0.0"), Bounce("delivered", "2.0.0", ANNE, ORIGINAL), id="of a delivery"
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
