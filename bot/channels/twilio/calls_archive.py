"""Twilio's own list of the calls to our number: what finds the steps of which no webhook told."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from twilio.rest import Client

from bot.channels.twilio.http_client import API
from bot.channels.twilio.listing import Record, pages, read_instant
from bot.channels.twilio.voice_inbound import external_id
from bot.channels.twilio.voice_reading import ANSWERED, SOUND
from bot.domain.calls import Step
from bot.domain.inbox import InboxEntry, Source
from bot.ports import Clock

OVER = frozenset(("completed", "busy", "no-answer", "failed", "canceled"))
"""A call in any other state goes on, and will tell of itself, or be found the next time."""

DAY = timedelta(days=1)


class TwilioCallsArchive:
    """A `bot.ports.Archive` over the calls that ended: each of their steps as the entry its webhook would have made.

    So a step that was told is not stored again, and one that was not is, whichever it is. `base_url` is where
    recordings are fetched from: the API's own host. A technician's phone that picked up for less than `proof` says
    nothing: it may have been a mailbox, which was asked for a key in vain.
    """

    def __init__(
        self, client: Client, clock: Clock, *, voice_number: str, base_url: str = API, proof: timedelta = timedelta()
    ) -> None:
        self._client = client
        self._clock = clock
        self._voice_number = voice_number
        self._proof = proof
        self._base_url = base_url

    async def received_since(self, since: datetime) -> AsyncIterator[InboxEntry]:
        """The steps of calls that were over since then; `occurred_at` is when the call began.

        By the end and not the beginning: a long call would have been passed over while it went on. Twilio's filters go
        by days in GMT; what they let through besides is left out here.
        """
        since = since.replace(microsecond=0)  # Twilio's times are whole seconds, cut off
        day = (since - DAY).date().isoformat()
        listed = [
            call async for found in pages(self._client, "Calls.json", "calls", **{"StartTime>": day}) for call in found
        ]
        calls = [call for call in listed if self._is_ours(call) and (ended_at(call) or since) >= since]
        if not calls:
            return
        children = _by(listed, "parent_call_sid")
        found = pages(self._client, "Recordings.json", "recordings", **{"DateCreated>": day})
        recordings = _by([each async for records in found for each in records], "call_sid")
        for call in sorted(calls, key=lambda call: began_at(call) or self._clock.now()):
            for entry in self._steps(call, children[call["sid"]], recordings[call["sid"]]):
                yield entry

    def _is_ours(self, call: Record) -> bool:
        return (
            call.get("to") == self._voice_number and call.get("direction") == "inbound" and call.get("status") in OVER
        )

    def _steps(self, call: Record, children: Iterable[Record], recordings: Iterable[Record]) -> Iterator[InboxEntry]:
        yield self._entry(call, Step.RANG)
        for child in children:
            if child.get("status") in OVER and not self._proves_nothing(child):
                yield self._entry(call, Step.DIALLED, child=child)
        yield self._entry(call, Step.ENDED)
        for recording in recordings:
            if recording.get("status") == "completed":
                url = self._base_url + recording["uri"].removesuffix(".json") + SOUND
                yield self._entry(call, Step.RECORDING, recording={**recording, "url": url})

    def _proves_nothing(self, child: Record) -> bool:
        if not self._proof or child["status"] not in ANSWERED:
            return False
        lasted = str(child.get("duration"))
        return not lasted.isdecimal() or int(lasted) < self._proof.total_seconds()

    def _entry(self, call: Record, step: Step, **more: Record) -> InboxEntry:
        payload: dict[str, Any] = {"call": call, **more}
        return InboxEntry(
            source=Source.TWILIO_CALL,
            external_id=external_id(call["sid"], step, more["recording"]["sid"] if "recording" in more else ""),
            payload=json.dumps(payload, ensure_ascii=True),
            received_at=self._clock.now(),
            occurred_at=began_at(call),
        )


def began_at(call: Record) -> datetime | None:
    """When a call began; one that was never answered by Twilio has no start, and was made then at the latest."""
    return read_instant(call.get("start_time")) or read_instant(call.get("date_created"))


def ended_at(call: Record) -> datetime | None:
    return read_instant(call.get("end_time")) or began_at(call)


def _by(records: Iterable[Record], name: str) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        if record.get(name):
            found[record[name]].append(record)
    return found
