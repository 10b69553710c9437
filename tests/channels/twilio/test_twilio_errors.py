"""One table says what Twilio's codes mean."""

import httpx
import pytest
from twilio.base.exceptions import TwilioException, TwilioServiceException

from bot.channels.twilio.errors import ACCOUNT, BUSY, CODES, UNKNOWN, meaning, refusal, refused, unanswered
from bot.errors import PermanentDeliveryError, TransientDeliveryError


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("21211", "bad_number"),
        ("21610", "opted_out"),
        ("21614", "not_mobile"),
        ("30003", "unreachable"),
        ("30004", "blocked"),
        ("30005", "unreachable"),
        ("30006", "not_mobile"),
        ("30007", "filtered"),
        ("30008", "unreachable"),
        ("63016", "outside_window"),
        ("63024", "no_whatsapp"),
        ("99999", "unknown"),
    ],
)
def test_a_message_refused_for_good_names_its_reason(code, reason):
    error = refused(400, int(code))

    assert meaning(code).reason == meaning(int(code)).reason == reason
    assert isinstance(error, PermanentDeliveryError)
    assert (error.code, error.opted_out) == (code, code == "21610")


@pytest.mark.parametrize(
    ("status", "code", "retry_after", "ambiguous"),
    [
        pytest.param(429, 20429, BUSY.pause_seconds, False, id="too many requests"),
        pytest.param(401, 20003, ACCOUNT.pause_seconds, False, id="a wrong token loses nothing"),
        pytest.param(404, 20404, ACCOUNT.pause_seconds, False, id="a wrong account loses nothing"),
        pytest.param(500, 20500, None, True, id="an internal error may have sent it"),
        pytest.param(503, 20503, None, True, id="unavailable may have sent it"),
        pytest.param(500, 99999, None, True, id="an unknown code with a 5xx"),
        pytest.param(400, 63018, 60.0, False, id="WhatsApp's rate"),
    ],
)
def test_what_may_work_later_says_when_and_whether_it_may_have_been_sent(status, code, retry_after, ambiguous):
    error = refused(status, code)

    assert isinstance(error, TransientDeliveryError)
    assert (error.code, error.retry_after, error.ambiguous) == (str(code), retry_after, ambiguous)


@pytest.mark.parametrize(
    ("status", "code", "ambiguous"),
    [
        pytest.param(200, None, False, id="a portal's page"),
        pytest.param(302, None, False, id="a redirect"),
        pytest.param(400, None, False, id="a proxy's refusal"),
        pytest.param(401, "20003", False, id="a proxy's password"),
        pytest.param(403, "20003", False, id="a firewall"),
        pytest.param(429, "20429", False, id="a proxy's rate"),
        pytest.param(502, None, True, id="a gateway"),
    ],
)
@pytest.mark.parametrize("said", [None, "the status", "words"])
def test_an_answer_that_is_not_twilios_says_nothing_about_the_message(status, code, ambiguous, said):
    error = refused(status, status if said == "the status" else said)

    assert isinstance(error, TransientDeliveryError)
    assert (error.code, error.ambiguous) == (code, ambiguous)


@pytest.mark.parametrize(
    ("error", "ambiguous"),
    [
        pytest.param(httpx.ConnectError("x"), False, id="no connection"),
        pytest.param(httpx.ConnectTimeout("x"), False, id="no connection in time"),
        pytest.param(httpx.PoolTimeout("x"), False, id="no free connection"),
        pytest.param(httpx.ReadTimeout("x"), True, id="no answer in time"),
        pytest.param(httpx.WriteError("x"), True, id="cut while writing"),
        pytest.param(httpx.WriteTimeout("x"), True, id="stuck while writing"),
        pytest.param(httpx.ReadError("x"), True, id="cut while reading"),
        pytest.param(httpx.RemoteProtocolError("x"), True, id="closed without an answer"),
        pytest.param(ValueError("x"), True, id="an answer that is no JSON"),
    ],
)
def test_only_a_connection_that_never_was_is_certain(error, ambiguous):
    assert unanswered(error).ambiguous is ambiguous


def test_only_one_code_mutes_an_address():
    assert [code for code, known in CODES.items() if known.opted_out] == ["21610"]


def test_every_code_fits_the_column_it_is_kept_in():
    assert max(map(len, CODES)) <= 32


def test_an_unknown_code_is_permanent_and_may_go_another_way():
    assert meaning(None) == meaning("") == UNKNOWN
    assert (UNKNOWN.is_permanent, UNKNOWN.another_channel) == (True, True)


def test_both_kinds_of_the_librarys_errors_are_read():
    error = refusal(TwilioServiceException("https://www.twilio.com/docs/errors/21610", "Opted out", 400, 21610))

    assert isinstance(error, PermanentDeliveryError)
    assert error.opted_out


def test_an_error_of_the_librarys_without_a_code_is_ambiguous():
    error = refusal(TwilioException("an answer it could not read"))

    assert isinstance(error, TransientDeliveryError)
    assert error.ambiguous
