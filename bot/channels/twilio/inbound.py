"""The door for Twilio's webhooks: what is let into the inbox. Reading what it says comes later (`reading`)."""

import re
from datetime import datetime
from json.encoder import encode_basestring_ascii as quoted

from bot.channels.twilio.forms import Pairs, refuse_resplit, single
from bot.domain.inbox import InboxEntry, Source
from bot.errors import BadForm

WHATSAPP = "whatsapp:"
SID = re.compile(r"(?:SM|MM)[0-9a-f]{32}")
STATUS = re.compile(r"[a-z_]{1,32}")
ADDRESS = re.compile(r"[!-~](?:[ -~]{0,126}[!-~])?")
"""A number, a short code, a sender id, `whatsapp:` and an opaque id: printable ASCII, no space at the ends."""


class TwilioInbound:
    """Checks a signed form strictly, since the signature alone does not say where a field ends, and keeps it raw.

    Everything is refused with `BadForm`. Parameters we do not know are kept and ignored: Twilio adds some over time.
    """

    def __init__(self, *, account_sid: str, sms_number: str | None, whatsapp_number: str | None) -> None:
        self._account_sid = account_sid
        whatsapp = f"{WHATSAPP}{whatsapp_number}" if whatsapp_number else None
        self._addresses = frozenset(address for address in (sms_number, whatsapp) if address)

    def message_entry(self, pairs: Pairs, *, received_at: datetime) -> InboxEntry:
        """An SMS or WhatsApp message; a redelivered one has the same SID and so the same entry."""
        sid = self._message_sid(pairs)
        ours, sender = single(pairs, "To"), single(pairs, "From")
        if ours not in self._addresses:
            raise BadForm("To is not a number of ours")
        if not ADDRESS.fullmatch(sender) or sender == WHATSAPP:
            raise BadForm("From is no address")
        if sender.startswith(WHATSAPP) != ours.startswith(WHATSAPP):
            raise BadForm("From and To are not of the same channel")
        return _entry(Source.TWILIO_MESSAGE, sid, pairs, received_at)

    def status_entry(self, pairs: Pairs, *, received_at: datetime) -> InboxEntry:
        """What became of a message of ours; the same state told twice is one entry."""
        sid, status = self._message_sid(pairs), single(pairs, "MessageStatus")
        if not STATUS.fullmatch(status):
            raise BadForm("MessageStatus is no state")
        return _entry(Source.TWILIO_STATUS, f"{sid}:{status}", pairs, received_at)

    def _message_sid(self, pairs: Pairs) -> str:
        refuse_resplit(pairs)
        if single(pairs, "AccountSid") != self._account_sid:
            raise BadForm("AccountSid is not ours")
        sid = single(pairs, "MessageSid")
        if not SID.fullmatch(sid):
            raise BadForm("MessageSid is no message's")
        return sid


def _entry(source: Source, external_id: str, pairs: Pairs, received_at: datetime) -> InboxEntry:
    # ASCII escapes keep NUL and lone surrogates, which neither SQLite's TEXT nor PostgreSQL's would hold as they are.
    # It is what json.dumps({"form": pairs}) makes, in half the time.
    fields = ", ".join([f"[{quoted(name)}, {quoted(value)}]" for name, value in pairs])
    payload = f'{{"form": [{fields}]}}'
    return InboxEntry(source=source, external_id=external_id, payload=payload, received_at=received_at)
