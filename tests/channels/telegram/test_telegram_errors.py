"""What an error of the Bot API means for a message of ours."""

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.errors import to_delivery_error
from bot.errors import PermanentDeliveryError, TransientDeliveryError
from tests.channels.telegram.telegram_desk import TOKEN


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.fixture(autouse=True)
def _durations_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `make_bot` has it."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.mark.parametrize(
    ("make", "code", "retry_after", "is_ambiguous"),
    [
        pytest.param(lambda: RetryAfter(17), "429", 17.0, False, id="asked to slow down"),
        pytest.param(lambda: InvalidToken(), "token", 300.0, False, id="a wrong token loses nothing"),
        pytest.param(lambda: Conflict("x"), "409", None, False, id="another program"),
        pytest.param(lambda: TimedOut(), None, None, True, id="no answer in time"),
        pytest.param(lambda: NetworkError("Bad Gateway"), None, None, True, id="a gateway's answer"),
        pytest.param(lambda: TelegramError("?"), None, None, True, id="an answer nobody can read"),
        pytest.param(
            lambda: caused(NetworkError("x"), httpx.ReadError("x")), None, None, True, id="cut while it answered"
        ),
        pytest.param(lambda: caused(TimedOut(), httpx.ReadTimeout("x")), None, None, True, id="silent after we sent"),
        pytest.param(
            lambda: caused(NetworkError("x"), httpx.ConnectError("x")), None, None, False, id="refused connection"
        ),
        pytest.param(lambda: caused(TimedOut(), httpx.ConnectTimeout("x")), None, None, False, id="no connection"),
        pytest.param(lambda: caused(TimedOut(), httpx.PoolTimeout("x")), None, None, False, id="never left us"),
    ],
)
def test_may_work_later(make, code, retry_after, is_ambiguous) -> None:  # type: ignore[no-untyped-def]
    found = to_delivery_error(make())
    assert isinstance(found, TransientDeliveryError)
    assert (found.code, found.retry_after, found.ambiguous) == (code, retry_after, is_ambiguous)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(Forbidden("Forbidden: bot was blocked by the user"), "blocked", id="blocked"),
        pytest.param(Forbidden("Forbidden: bot was kicked from the supergroup chat"), "blocked", id="thrown out"),
        pytest.param(ChatMigrated(-1009), "migrated:-1009", id="a group with a new id"),
        pytest.param(BadRequest("Bad Request: message to edit not found"), "gone", id="a deleted card"),
        pytest.param(BadRequest("Bad Request: message can't be edited"), "gone", id="a card of before"),
        pytest.param(BadRequest("Bad Request: MESSAGE_ID_INVALID"), "gone", id="no such message"),
        pytest.param(BadRequest("Bad Request: message is not modified: specified …"), "unchanged", id="no change"),
        pytest.param(BadRequest("Bad Request: query is too old and response …"), "too-old", id="an old press"),
        pytest.param(BadRequest("Bad Request: chat not found"), "chat-not-found", id="no chat"),
        pytest.param(BadRequest("Bad Request: message thread not found"), "thread-not-found", id="no topic"),
        pytest.param(BadRequest("Bad Request: TOPIC_CLOSED"), "thread-closed", id="a closed topic"),
        pytest.param(BadRequest("Bad Request: not enough rights to send text messages"), "no-rights", id="no rights"),
        pytest.param(BadRequest("Bad Request: message is too long"), "too-long", id="too long"),
        pytest.param(BadRequest("Bad Request: MEDIA_CAPTION_TOO_LONG"), "too-long", id="a caption too long"),
        pytest.param(BadRequest("Bad Request: BUTTON_DATA_INVALID"), "bad-button", id="a bad button"),
        pytest.param(BadRequest("Bad Request: something of next year"), "refused", id="anything else"),
    ],
)
def test_will_never_work(error: TelegramError, code: str) -> None:
    found = to_delivery_error(error)
    assert isinstance(found, PermanentDeliveryError)
    assert (found.code, found.opted_out) == (code, False)


def test_a_bad_request_is_a_network_error_to_the_library_and_not_to_us() -> None:
    assert isinstance(BadRequest("x"), NetworkError)
    assert isinstance(to_delivery_error(BadRequest("x")), PermanentDeliveryError)


def test_the_library_puts_the_token_in_an_error_and_we_do_not() -> None:
    assert TOKEN not in str(to_delivery_error(InvalidToken(f"The token `{TOKEN}` was rejected by the server.")))
