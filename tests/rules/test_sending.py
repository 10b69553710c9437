"""Sending: the brakes of S6, the routes France allows (decision 9), the furthest state."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.tickets import DeliveryState
from bot.rules.sending import (
    BURST,
    Brake,
    NoRoute,
    Route,
    alternative,
    automatic_route,
    furthest,
    may_acknowledge,
    may_alert,
)
from tests.rules.calendars import hm, paris

NOW = paris("2026-11-23 10:00")


def ago(hours: int = 0, minutes: int = 0, seconds: int = 0) -> datetime:
    return NOW - hm(hours, minutes, seconds)


@pytest.mark.parametrize(
    ("to_sender", "expected"),
    [
        pytest.param([], None, id="the first one may go"),
        pytest.param([ago(minutes=9, seconds=59)], Brake.SENDER_PAUSE, id="a second one after 9 min 59 s may not"),
        pytest.param([ago(minutes=10)], None, id="a second one after 10 min may"),
        pytest.param([ago(minutes=10), ago(minutes=20)], None, id="a third one within the hour may"),
        pytest.param(
            [ago(minutes=m) for m in (10, 20, 59)], Brake.SENDER_HOURLY, id="a fourth within the hour may not"
        ),
        pytest.param([ago(minutes=m) for m in (10, 20, 60)], None, id="what is an hour old does not count"),
    ],
)
def test_a_sender_gets_one_acknowledgement_in_ten_minutes_and_three_an_hour(
    to_sender: list[datetime], expected: Brake | None
) -> None:
    assert may_acknowledge(now=NOW, to_sender=to_sender, hourly_total=0, daily_total=0, daily_limit=200) is expected


def test_what_a_client_asks_for_waits_for_no_pause_and_keeps_to_three_an_hour() -> None:
    limits = {"hourly_total": 0, "daily_total": 0, "daily_limit": 200, "is_asked": True}
    assert may_acknowledge(now=NOW, to_sender=[ago(minutes=1), ago(minutes=2)], **limits) is None
    third = [ago(minutes=1), ago(minutes=2), ago(minutes=3)]
    assert may_acknowledge(now=NOW, to_sender=third, **limits) is Brake.SENDER_HOURLY


@pytest.mark.parametrize(
    ("hourly", "daily", "limit", "expected"),
    [
        pytest.param(59, 199, 200, None, id="59 this hour and 199 today leave room"),
        pytest.param(60, 60, 200, Brake.HOURLY, id="60 this hour are enough"),
        pytest.param(0, 200, 200, Brake.DAILY, id="200 today are the cap"),
        pytest.param(0, 0, 0, Brake.DAILY, id="a cap of 0 lets none go"),
        pytest.param(60, 200, 200, Brake.HOURLY, id="of two limits the hour's is named"),
    ],
)
def test_all_senders_together_have_a_limit_an_hour_and_a_day(
    hourly: int, daily: int, limit: int, expected: Brake | None
) -> None:
    brake = may_acknowledge(now=NOW, to_sender=[], hourly_total=hourly, daily_total=daily, daily_limit=limit)
    assert brake is expected


def test_ten_thousand_messages_of_one_sender_in_an_hour_get_three_acknowledgements() -> None:
    sent: list[datetime] = []
    for second in range(3600):
        now = NOW + timedelta(seconds=second)
        if (
            may_acknowledge(now=now, to_sender=sent, hourly_total=len(sent), daily_total=len(sent), daily_limit=200)
            is None
        ):
            sent.append(now)
    assert sent == [NOW, NOW + hm(0, 10), NOW + hm(0, 20)]


@pytest.mark.parametrize(
    ("alerts", "expected"),
    [
        pytest.param([], True, id="the first one"),
        pytest.param([ago(seconds=89)], False, id="89 s later: still the burst"),
        pytest.param([ago(seconds=90)], True, id="90 s later"),
        pytest.param([ago(minutes=m) for m in (5, 10, 15)], False, id="a fourth within the hour"),
        pytest.param([ago(minutes=m) for m in (5, 10, 60)], True, id="a third, the hour over for the first"),
    ],
)
def test_follow_ups_are_announced_three_times_an_hour_and_not_within_a_burst(
    alerts: list[datetime], expected: bool
) -> None:
    assert timedelta(seconds=90) == BURST
    assert may_alert(NOW, alerts) is expected


@pytest.mark.parametrize(
    ("channel", "sms_automatic", "last_inbound_at", "expected"),
    [
        pytest.param(Channel.SMS, "number", None, Route(Channel.SMS), id="SMS from our number"),
        pytest.param(Channel.SMS, "TILLEULS", None, Route(Channel.SMS, "TILLEULS"), id="SMS from a sender id"),
        pytest.param(Channel.SMS, "off", None, Route(obstacle=NoRoute.OFF), id="SMS switched off"),
        pytest.param(Channel.WHATSAPP, "off", ago(hours=1), Route(Channel.WHATSAPP), id="WhatsApp does not heed that"),
        pytest.param(
            Channel.WHATSAPP, "number", ago(23, 59, 59), Route(Channel.WHATSAPP), id="WhatsApp after 23 h 59 min 59 s"
        ),
        pytest.param(
            Channel.WHATSAPP, "number", ago(24), Route(obstacle=NoRoute.OUTSIDE_WINDOW), id="WhatsApp after 24 h"
        ),
        pytest.param(
            Channel.WHATSAPP, "number", None, Route(obstacle=NoRoute.OUTSIDE_WINDOW), id="WhatsApp, never written"
        ),
        pytest.param(Channel.MAIL, "off", None, Route(Channel.MAIL), id="mail"),
        pytest.param(Channel.PHONE, "number", None, Route(obstacle=NoRoute.NOT_WRITTEN), id="a call is not answered"),
        pytest.param(Channel.TELEGRAM, "number", None, Route(obstacle=NoRoute.NOT_WRITTEN), id="Telegram is the desk"),
    ],
)
def test_an_automatic_message_goes_back_on_the_same_channel(
    channel: Channel, sms_automatic: str, last_inbound_at: datetime | None, expected: Route
) -> None:
    assert automatic_route(channel, sms_automatic=sms_automatic, last_inbound_at=last_inbound_at, now=NOW) == expected


@pytest.mark.parametrize(
    ("muted", "blocked", "expected"),
    [
        pytest.param(True, False, NoRoute.MUTED, id="muted by STOP"),
        pytest.param(False, True, NoRoute.BLOCKED, id="blocked"),
        pytest.param(True, True, NoRoute.MUTED, id="both"),
    ],
)
def test_nothing_automatic_goes_to_a_muted_or_blocked_address(muted: bool, blocked: bool, expected: NoRoute) -> None:
    route = automatic_route(
        Channel.SMS, sms_automatic="number", last_inbound_at=NOW, now=NOW, muted=muted, blocked=blocked
    )
    assert route == Route(obstacle=expected)


@pytest.mark.parametrize(
    ("route", "expected"),
    [
        pytest.param(Route(Channel.SMS), True, id="our number"),
        pytest.param(Route(Channel.SMS, "TILLEULS"), False, id="a sender id"),
    ],
)
def test_only_a_number_can_be_answered(route: Route, expected: bool) -> None:
    assert route.is_answerable is expected


def known(id: int, channel: Channel, *, last: datetime | None = None, **changes: datetime) -> KnownAddress:
    return KnownAddress(id, Address(channel, f"address {id}"), 1, last_inbound_at=last, **changes)


SMS = known(1, Channel.SMS)
MAIL = known(2, Channel.MAIL, last=ago(48))
WHATSAPP = known(3, Channel.WHATSAPP, last=ago(1))


@pytest.mark.parametrize(
    ("failed", "addresses", "expected"),
    [
        pytest.param(Channel.SMS, [], None, id="no other address"),
        pytest.param(Channel.SMS, [SMS], None, id="not the channel that failed"),
        pytest.param(Channel.WHATSAPP, [SMS, WHATSAPP], SMS, id="SMS after WhatsApp"),
        pytest.param(None, [SMS], SMS, id="any channel where none has failed"),
        pytest.param(Channel.SMS, [SMS, MAIL, WHATSAPP], WHATSAPP, id="where they wrote from last"),
        pytest.param(
            Channel.SMS, [known(3, Channel.WHATSAPP, last=ago(24)), MAIL], MAIL, id="WhatsApp in its window only"
        ),
        pytest.param(Channel.MAIL, [known(1, Channel.SMS, blocked_at=NOW)], None, id="not a blocked one"),
        pytest.param(Channel.MAIL, [known(1, Channel.SMS, opted_out_at=NOW)], None, id="not a muted one"),
        pytest.param(Channel.SMS, [known(4, Channel.PHONE), known(5, Channel.TELEGRAM)], None, id="no call, no desk"),
        pytest.param(Channel.MAIL, [SMS, known(9, Channel.SMS)], SMS, id="of two equal ones the first known"),
    ],
)
def test_a_message_that_failed_for_good_takes_another_way(
    failed: Channel | None, addresses: list[KnownAddress], expected: KnownAddress | None
) -> None:
    assert alternative(failed, addresses, NOW) == expected


ORDER = (
    DeliveryState.RECEIVED,
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
)


def test_a_state_only_moves_forward_in_whatever_order_reports_come() -> None:
    for reports in permutations(ORDER):
        state = DeliveryState.RECEIVED
        for report in reports:
            state = furthest(state, report)
        assert state is DeliveryState.READ


@pytest.mark.parametrize(
    ("state", "report", "expected"),
    [
        pytest.param(DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.FAILED, id="sent, then failed"),
        pytest.param(DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.FAILED, id="failed, then a late sent"),
        pytest.param(
            DeliveryState.DELIVERED, DeliveryState.UNDELIVERED, DeliveryState.DELIVERED, id="the first of equals"
        ),
        pytest.param(DeliveryState.UNDELIVERED, DeliveryState.READ, DeliveryState.READ, id="read says it did arrive"),
    ],
)
def test_the_last_report_does_not_win(state: DeliveryState, report: DeliveryState, expected: DeliveryState) -> None:
    assert furthest(state, report) is expected
