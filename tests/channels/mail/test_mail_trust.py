"""Whom our own server vouches for; nobody else's word counts."""

import pytest

from bot.channels.mail.mime.headers import split_headers
from bot.channels.mail.mime.people import mail_address
from bot.channels.mail.mime.trust import is_verified
from tests.channels.mail.mail_samples import SERVER


def verdict(*lines: str, sender: str = "a@example.org", server: str = SERVER) -> bool | None:
    raw = "\n".join((*lines, f"From: {sender}", "", "x")).encode()
    headers, _ = split_headers(raw, 0, len(raw))
    return is_verified(headers, mail_address(sender), server=server)


def by(results: str, server: str = SERVER) -> str:
    return f"Authentication-Results: {server}; {results}"


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        pytest.param("dmarc=pass header.from=example.org", True, id="DMARC passes"),
        pytest.param("DMARC = Pass header.from = example.org", True, id="in capitals, with spaces"),
        pytest.param("dmarc=pass", True, id="DMARC passes, no domain named"),
        pytest.param("dmarc=pass header.from=evil.example", False, id="DMARC passes for somebody else"),
        pytest.param("dmarc=fail header.from=example.org", False, id="DMARC fails"),
        pytest.param("dkim=pass header.d=example.org; dmarc=fail", False, id="DMARC decides over DKIM"),
        pytest.param("dmarc=none; dkim=pass header.d=example.org", True, id="no DMARC, DKIM for the domain"),
        pytest.param("dkim=pass header.d=mail.example.org", True, id="DKIM for a host of the domain"),
        pytest.param("dkim=pass header.i=@example.org", True, id="DKIM by header.i"),
        pytest.param("dkim=pass header.d=evil.example", None, id="DKIM for another domain"),
        pytest.param("dkim=pass header.d=notexample.org", None, id="DKIM for a domain that ends alike"),
        pytest.param("dkim=pass header.d=org", None, id="DKIM for all of .org"),
        pytest.param("dkim=pass", None, id="DKIM for nobody"),
        pytest.param("spf=pass smtp.mailfrom=a@example.org", True, id="SPF for the domain"),
        pytest.param('spf=pass smtp.mailfrom="x@example.org"', True, id="SPF, quoted"),
        pytest.param("spf=pass smtp.mailfrom=bounce.example", None, id="SPF for another domain"),
        pytest.param("spf=fail smtp.mailfrom=example.org", False, id="SPF fails"),
        pytest.param("spf=softfail", False, id="SPF softly fails"),
        pytest.param("dkim=none; spf=neutral", None, id="nothing known"),
        pytest.param("none", None, id="nothing checked"),
        pytest.param("spf=none (dmarc=pass; dmarc=pass (x))", None, id="what a comment says"),
        pytest.param("arc=pass", None, id="a method that is not asked"),
    ],
)
def test_what_our_server_says(results: str, expected: bool | None) -> None:
    assert verdict(by(results)) is expected


def test_the_sender_may_write_from_a_host_of_the_domain_that_signs() -> None:
    assert verdict(by("dkim=pass header.d=example.org"), sender="a@mail.example.org") is True


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([by("dmarc=pass", server="mx.evil.example")], None, id="another server's word"),
        pytest.param([by("dmarc=pass", server=f"{SERVER}.evil.example")], None, id="a name that begins alike"),
        pytest.param([f"Authentication-Results: {SERVER} 1; dmarc=pass"], True, id="with a version"),
        pytest.param(["Authentication-Results: dmarc=pass"], None, id="no server named"),
        pytest.param(["Authentication-Results:"], None, id="empty"),
        pytest.param([by("dkim=none"), by("dmarc=pass")], True, id="two fields of ours together"),
        pytest.param([by("dmarc=fail"), "Received: x", by("dmarc=pass")], False, id="the top-most counts"),
        pytest.param([by("spf=none"), "Received: x", by("dmarc=pass")], None, id="below Received is the sender's"),
        pytest.param(["Received: x", by("dmarc=pass")], True, id="below our own Received"),
        pytest.param(
            [by("spf=none"), by("x=y", server="mx.other.example"), by("dmarc=pass")], None, id="below another's"
        ),
        pytest.param([by("x=y", server="mx.other.example"), by("dmarc=pass")], True, id="a later filter's above ours"),
    ],
)
def test_which_fields_count(lines: list[str], expected: bool | None) -> None:
    assert verdict(*lines) is expected


MICROSOFTS = (
    "Authentication-Results: spf=pass (sender IP is 192.0.2.53)\n smtp.mailfrom={0};"
    " dkim=pass (signature was verified)\n header.d={0};dmarc={1} action=none\n header.from={0};"
    "compauth=pass reason=100"
)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param([MICROSOFTS.format("example.org", "pass")], True, id="found right"),
        pytest.param(["Received: x", MICROSOFTS.format("example.org", "pass")], True, id="below Received of its own"),
        pytest.param([MICROSOFTS.format("example.org", "fail")], False, id="found wrong"),
        pytest.param([MICROSOFTS.format("evil.example", "pass")], False, id="found right for somebody else"),
        pytest.param([MICROSOFTS.format("example.org", "bestguesspass")], True, id="no DMARC, DKIM for the domain"),
        pytest.param([MICROSOFTS.format("evil.example", "none")], None, id="no DMARC, DKIM for somebody else"),
        pytest.param(
            [MICROSOFTS.format("example.org", "fail"), MICROSOFTS.format("example.org", "pass")],
            False,
            id="a forged one below",
        ),
        pytest.param(
            [by("spf=none"), MICROSOFTS.format("example.org", "pass")], None, id="below one that bears a name"
        ),
        pytest.param([by("dmarc=pass")], None, id="one that bears a name"),
        pytest.param(["Authentication-Results: microsoft; dmarc=pass"], None, id="one that bears this very name"),
        pytest.param(["Authentication-Results:"], None, id="empty"),
        pytest.param([], None, id="none"),
    ],
)
def test_of_microsoft_365_only_the_top_most_field_counts_and_only_without_a_name(
    lines: list[str], expected: bool | None
) -> None:
    assert verdict(*lines, server="Microsoft") is expected


def test_a_field_without_a_name_counts_for_no_named_server() -> None:
    assert verdict(MICROSOFTS.format("example.org", "pass")) is None


def test_nobody_is_verified_without_a_sender_or_a_server() -> None:
    raw = by("dmarc=pass").encode() + b"\n\n"
    headers, _ = split_headers(raw, 0, len(raw))
    sender = mail_address("a@example.org")
    assert is_verified(headers, sender, server=SERVER) is True
    assert is_verified(headers, sender, server="") is None
    assert is_verified(headers, None, server=SERVER) is None
