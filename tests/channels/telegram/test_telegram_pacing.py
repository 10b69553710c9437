"""Telegram's limits, on a simulated clock."""

import pytest

from bot.channels.telegram.pacing import Pace, Unpaced
from bot.domain.outbox import Kind

DESK, OTHER_GROUP, ALICE, BRUNO = -100, -200, 501, 502


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def pace(stopwatch: Stopwatch) -> Pace:
    return Pace(stopwatch)


def send_all(pace: Pace, stopwatch: Stopwatch, messages: list[tuple[int, Kind]]) -> list[tuple[float, int, Kind]]:
    """Send each as soon as it may go; the chat that may go first goes first. When each went."""
    sent = []
    waiting = list(messages)
    while waiting:
        waits = {message: pace.ready_in(*message) for message in set(waiting)}
        message = min(waits, key=lambda one: (waits[one], one))
        stopwatch.seconds += waits[message]
        pace.took(*message)
        waiting.remove(message)
        sent.append((stopwatch.seconds, *message))
    return sent


def most_within(seconds: float, times: list[float]) -> int:
    """The most that fell into any stretch of so many seconds, wherever it begins."""
    return max(sum(start <= time < start + seconds for time in times) for start in times)


def test_a_burst_of_a_thousand_messages_in_a_group_keeps_every_limit(pace: Pace, stopwatch: Stopwatch) -> None:
    times = [at for at, _, _ in send_all(pace, stopwatch, [(DESK, Kind.SAY)] * 1_000)]
    assert most_within(1, times) == 3
    assert most_within(60, times) == 20
    assert 2_900 <= times[-1] <= 3_150  # 20 a minute are 1,000 in 50 minutes: the limit is used, too


def test_a_burst_to_a_person_is_three_and_then_one_a_second(pace: Pace, stopwatch: Stopwatch) -> None:
    times = [at for at, _, _ in send_all(pace, stopwatch, [(ALICE, Kind.SAY)] * 1_000)]
    assert times[:3] == [0.0, 0.0, 0.0]
    assert most_within(1, times[2:]) == 1
    assert 990 <= times[-1] <= 1_050


def test_after_a_silence_three_may_go_at_once_again(pace: Pace, stopwatch: Stopwatch) -> None:
    send_all(pace, stopwatch, [(ALICE, Kind.SAY)] * 3)
    stopwatch.seconds += 3.2
    start = stopwatch.seconds
    assert [at - start for at, _, _ in send_all(pace, stopwatch, [(ALICE, Kind.SAY)] * 3)] == [0.0, 0.0, 0.0]
    assert pace.ready_in(ALICE, Kind.SAY) == pytest.approx(1.05)


def test_a_thousand_messages_to_as_many_chats_keep_the_limit_of_all(pace: Pace, stopwatch: Stopwatch) -> None:
    times = [at for at, _, _ in send_all(pace, stopwatch, [(chat, Kind.SAY) for chat in range(1, 1_001)])]
    assert most_within(1, times) == 30
    assert 32 <= times[-1] <= 35


@pytest.mark.parametrize(
    ("chat", "messages", "flight_seconds", "wait"),
    [
        # counted as they left, the fourth could go at once, and would come 0.55 s after the burst's first
        pytest.param(ALICE, 3, 0.5, 0.05, id="to a person"),
        # the first of 20 counts at 3 s, not at 0 s
        pytest.param(DESK, 20, 3.0, 6.0, id="in a group"),
    ],
)
def test_messages_that_are_long_on_their_way_count_from_their_arrival(
    chat: int, messages: int, flight_seconds: float, wait: float, pace: Pace, stopwatch: Stopwatch
) -> None:
    for _ in range(messages):
        pace.took(chat, Kind.SAY)
        stopwatch.seconds += flight_seconds
        pace.landed(chat, Kind.TOAST)
        pace.landed(chat, Kind.SAY)
    assert pace.ready_in(chat, Kind.SAY) == pytest.approx(wait)


def test_landing_counts_for_nobody_who_was_not_written_to(pace: Pace) -> None:
    pace.landed(ALICE, Kind.SAY)
    assert pace.ready_in(ALICE, Kind.SAY) == 0.0


def test_edits_count_as_messages(pace: Pace) -> None:
    for _ in range(3):
        pace.took(DESK, Kind.EDIT)
    assert pace.ready_in(DESK, Kind.SAY) == pytest.approx(1.05)


def test_a_chat_does_not_wait_for_another(pace: Pace) -> None:
    for _ in range(3):
        pace.took(DESK, Kind.SAY)
    assert pace.ready_in(DESK, Kind.SAY) > 0
    assert (pace.ready_in(OTHER_GROUP, Kind.SAY), pace.ready_in(ALICE, Kind.FILE)) == (0.0, 0.0)


def test_an_answer_to_a_button_waits_for_no_chat(pace: Pace) -> None:
    for _ in range(3):
        pace.took(DESK, Kind.SAY)
    pace.freeze(DESK, 40.0)
    assert pace.ready_in(DESK, Kind.SAY) > 0
    assert pace.ready_in(DESK, Kind.TOAST) == 0.0


def test_answers_to_buttons_count_in_all_and_in_no_chat(pace: Pace) -> None:
    for _ in range(29):
        pace.took(DESK, Kind.TOAST)
    assert pace.ready_in(DESK, Kind.SAY) == 0.0
    pace.took(DESK, Kind.TOAST)
    assert pace.ready_in(DESK, Kind.TOAST) == pytest.approx(1.05)
    assert pace.ready_in(ALICE, Kind.SAY) == pytest.approx(1.05)


def test_a_frozen_chat_waits_as_long_as_telegram_said(pace: Pace, stopwatch: Stopwatch) -> None:
    pace.freeze(DESK, 17.0)
    pace.freeze(DESK, 5.0)  # a later, shorter word does not shorten the first
    assert (pace.ready_in(DESK, Kind.EDIT), pace.ready_in(ALICE, Kind.SAY)) == (17.0, 0.0)
    stopwatch.seconds = 17.0
    assert pace.ready_in(DESK, Kind.EDIT) == 0.0


def test_does_not_remember_every_stranger_for_ever(pace: Pace, stopwatch: Stopwatch) -> None:
    for stranger in range(1, 20_001):
        stopwatch.seconds += 0.1
        pace.freeze(stranger, 0.5)
        pace.took(stranger, Kind.SAY)
    pace.took(BRUNO, Kind.SAY)
    assert len(pace._chats) <= 1_000
    assert len(pace._frozen) <= 1_001


def test_forgetting_idle_chats_forgets_no_busy_one(pace: Pace, stopwatch: Stopwatch) -> None:
    for _ in range(20):
        pace.took(DESK, Kind.SAY)
    for stranger in range(1, 1_500):
        stopwatch.seconds += 0.03
        pace.took(stranger, Kind.SAY)
    assert stopwatch.seconds < 60
    assert pace.ready_in(DESK, Kind.SAY) > 0


def test_a_server_of_the_shops_own_is_not_paced() -> None:
    pace = Unpaced()
    for _ in range(1_000):
        pace.took(DESK, Kind.SAY)
        pace.landed(DESK, Kind.SAY)
    pace.freeze(DESK, 17.0)
    assert pace.ready_in(DESK, Kind.SAY) == 0.0
