"""One table says what the codes of mail servers mean, whether they answer us or stand in a bounce."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.bootstrap.database import _reason_of
from bot.channels.mail.errors import (
    _BY_SUBJECT,
    CODES,
    GREYLIST_PAUSE_SECONDS,
    SHOP_PAUSE_SECONDS,
    UNKNOWN,
    may_be_about_sender,
    meaning,
    own,
    reason_of,
    refused,
)
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from bot.texts.undelivered import EXPLANATIONS


@pytest.mark.parametrize(
    ("status", "said", "code", "reason"),
    [
        pytest.param(550, "5.1.1 No such user", "5.1.1", "bad_address", id="no such mailbox"),
        pytest.param(550, "No such user here", "550", "bad_address", id="no such mailbox, in three digits"),
        pytest.param(553, "5.1.3 Bad syntax", "5.1.3", "bad_address", id="an address that is none"),
        pytest.param(501, "Syntax", "501", "bad_address", id="an argument that is none"),
        pytest.param(550, "5.1.2 Host unknown", "5.1.2", "mail_domain", id="no such domain"),
        pytest.param(556, "5.1.10 Null MX", "5.1.10", "bad_address", id="a domain that takes no mail"),
        pytest.param(552, "5.2.2 Over quota", "5.2.2", "mailbox_full", id="a full mailbox, for good"),
        pytest.param(552, "Exceeded storage", "552", "mailbox_full_or_large", id="full or too large"),
        pytest.param(552, "5.3.4 Too big", "5.3.4", "mail_too_large", id="too large"),
        pytest.param(550, "5.2.1 Disabled", "5.2.1", "mailbox_closed", id="a closed mailbox"),
        pytest.param(550, "5.7.1 Blocked", "5.7.1", "mail_refused", id="policy"),
        pytest.param(554, "5.7.1 Relay access denied", "5.7.1", "mail_refused", id="relaying denied"),
        pytest.param(554, "Spam", "554", "mail_refused", id="a failed transaction"),
        pytest.param(550, "5.7.26 Unauthenticated", "5.7.26", "mail_unproven", id="SPF or DMARC"),
        pytest.param(550, "5.7.60 SMTP; Client does not", "5.7.60", "mail_sender", id="not our address to send from"),
        pytest.param(550, "5.6.7 SMTPUTF8", "5.6.7", "mail_accents", id="an address with accents"),
        pytest.param(503, "5.5.1 Bad sequence", "5.5.1", "mail_fault", id="a command out of turn"),
        pytest.param(550, "5.0.0 Failed", "550", "bad_address", id="an enhanced code that says nothing"),
        pytest.param(550, "5.1.77 New", "5.1.77", "bad_address", id="an enhanced code that was added since"),
        pytest.param(550, "4.1.1 Odd", "550", "bad_address", id="an enhanced code of another class"),
        pytest.param(550, "5.1.1.2 odd", "550", "bad_address", id="no enhanced code at all"),
        pytest.param(577, "New", "577", "unknown", id="a code that nobody knows"),
    ],
)
def test_a_mail_refused_for_good_names_its_reason(status, said, code, reason):
    error = refused(status, said)

    assert isinstance(error, PermanentDeliveryError)
    assert (error.code, reason_of(error.code), error.opted_out) == (code, reason, False)


@pytest.mark.parametrize(
    ("status", "said", "code", "pause"),
    [
        pytest.param(421, "4.7.0 Try again later", "421", None, id="the server closes"),
        pytest.param(450, "4.2.0 Greylisted", "4.2.0", GREYLIST_PAUSE_SECONDS, id="greylisted"),
        pytest.param(451, "Local error", "451", GREYLIST_PAUSE_SECONDS, id="an error of the server's"),
        pytest.param(452, "4.2.2 Over quota", "4.2.2", GREYLIST_PAUSE_SECONDS, id="a mailbox full for now"),
        pytest.param(452, "No room", "452", 60.0, id="no room now"),
        pytest.param(454, "4.7.0 Not now", "454", None, id="no login now"),
        pytest.param(450, "5.1.1 Odd", "450", GREYLIST_PAUSE_SECONDS, id="three digits decide"),
        pytest.param(499, "New", "499", GREYLIST_PAUSE_SECONDS, id="a code that nobody knows"),
        pytest.param(535, "5.7.3 Authentication unsuccessful", "535", SHOP_PAUSE_SECONDS, id="a wrong password"),
        pytest.param(530, "5.7.1 Not authenticated", "530", SHOP_PAUSE_SECONDS, id="no password"),
        pytest.param(550, "5.4.5 Daily quota", "5.4.5", SHOP_PAUSE_SECONDS, id="our quota of the day"),
        pytest.param(550, "5.1.90 Daily limit", "5.1.90", SHOP_PAUSE_SECONDS, id="our quota at Microsoft"),
    ],
)
def test_what_may_work_later_says_when(status, said, code, pause):
    error = refused(status, said)

    assert isinstance(error, TransientDeliveryError)
    assert (error.code, error.retry_after, error.ambiguous) == (code, pause, False)


@pytest.mark.parametrize("ambiguous", [True, False])
@pytest.mark.parametrize("status", [-1, 0, 250, 354, 600])
def test_an_answer_that_is_no_refusal_says_nothing_about_the_mail(status, ambiguous):
    error = refused(status, "5.1.1 ?", ambiguous=ambiguous)

    assert isinstance(error, TransientDeliveryError)
    assert (error.code, error.ambiguous) == ("mail_down", ambiguous)


def test_an_error_does_not_quote_what_the_server_said():
    assert str(refused(550, "5.1.1 <m.aubry@example.fr>: no such user")) == (
        "the mail server refused with 5.1.1 (bad_address)"
    )


def test_a_code_of_our_own_is_an_error_like_the_others():
    login, large = own("mail_login"), own("mail_too_large")

    assert (type(login), login.code, login.retry_after) == (TransientDeliveryError, "mail_login", SHOP_PAUSE_SECONDS)
    assert (type(large), large.code) == (PermanentDeliveryError, "mail_too_large")


@pytest.mark.parametrize(
    ("status", "said", "expected"),
    [
        pytest.param(550, "5.7.1 Sender refused", True, id="policy"),
        pytest.param(554, "No", True, id="a failed transaction"),
        pytest.param(450, "4.7.1 Sender refused", True, id="policy for now"),
        pytest.param(550, "No", True, id="three digits that may mean anything"),
        pytest.param(501, "5.1.7 Bad sender", True, id="the sender"),
        pytest.param(535, "5.7.8 Password", False, id="the login"),
        pytest.param(450, "4.2.0 Greylisted", False, id="the recipient, for now"),
        pytest.param(552, "5.3.4 Too big", False, id="the size"),
        pytest.param(421, "4.7.0 Bye", False, id="the server"),
    ],
)
def test_what_may_be_aimed_at_the_sender_can_pass_with_another(status, said, expected):
    assert may_be_about_sender(status, said) is expected


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param("5.1.1", "bad_address", id="a bounce's status"),
        pytest.param("550", "bad_address", id="a code in a bounce's prose"),
        pytest.param("4.4.7", "expired", id="given up after days"),
        pytest.param("mail_too_large", "mail_too_large", id="one of ours"),
        pytest.param("30003", "unreachable", id="Twilio's"),
        pytest.param("channel_off", None, id="nobody's"),
        pytest.param(None, None, id="none"),
    ],
)
def test_a_technician_reads_why_by_the_code_that_was_kept(code, reason):
    assert _reason_of(code) == reason


def test_every_reason_has_its_sentence():
    known = {each.reason for each in (*CODES.values(), *_BY_SUBJECT.values())}
    assert known - set(EXPLANATIONS) == set()


def test_every_code_fits_the_column_it_is_kept_in():
    assert max(map(len, CODES)) <= 32


@settings(deadline=None)
@given(status=st.integers(400, 599), said=st.text() | st.from_regex(r"[245]\.\d{1,3}\.\d{1,3} ", fullmatch=True))
def test_any_refusal_has_a_code_a_reason_and_a_class(status, said):
    error = refused(status, said)

    assert error.code is not None
    assert len(error.code) <= 32
    assert reason_of(error.code) in EXPLANATIONS
    assert isinstance(error, TransientDeliveryError) or status >= 500


@settings(deadline=None)
@given(st.text(max_size=40))
def test_a_code_that_is_not_smtps_is_nobodys(code):
    if reason_of(code) is None:
        assert meaning(code) == UNKNOWN
