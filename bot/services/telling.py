"""What a contact is told outside any ticket: a welcome, a balance, an invitation; and what if it does not arrive."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.addresses import Address, Channel, KnownAddress
from bot.domain.clients import Contact
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.rules.sending import contact_order, route_to
from bot.services.desk import Desk
from bot.texts import letters, notices
from bot.texts.client_mails import letter

Worded = Callable[[Channel], str | None]
"""The text as it goes out on a channel; None where it cannot go by that one."""

_NONE: Mapping[str, object] = {}


async def tell_contact(
    desk: Desk,
    contact: Contact,
    worded: Worded,
    *,
    about: str,
    automatic: bool = True,
    details: Mapping[str, object] = _NONE,
) -> KnownAddress | None:
    """Queue a text on the first of the contact's channels that takes one, the preferred one first; None: none does.

    `about` says in a word what it is ("welcome"), for the notice at the desk should it not arrive. `automatic` texts
    keep to what France allows a machine (principle 9). `details` go along in the payload: {"ics": "BEGIN:VCALENDAR…"}.
    """
    usable = await usable_addresses(desk, contact, automatic=automatic)
    texts = [(known, body) for known in usable if (body := worded(known.address.channel)) is not None]
    if not texts:
        return None
    known, body = texts[0]
    payload: dict[str, object] = {"body": body, "about": about, "contact": contact.id, **details}
    others = [{"channel": other.address.channel, "body": text} for other, text in texts[1:]]
    if others:
        payload["others"] = others
    rank = Rank.REMINDER if automatic else Rank.CLIENT
    await _queue(desk, known.address, payload, automatic=automatic, rank=rank)
    return known


async def answer_contact(desk: Desk, contact: Contact, known: KnownAddress, body: str) -> None:
    """Queue the machine's answer to a text, on the address it came from: look for an obstacle first (S6)."""
    payload: dict[str, object] = {"body": body, "about": "answer", "contact": contact.id}
    await _queue(desk, known.address, payload, automatic=True, rank=Rank.CLIENT)


async def untold(desk: Desk, row: Outgoing, code: str | None) -> None:
    """It did not arrive: it goes out on the next channel, and where there is none the technicians read so (F24)."""
    contact = await desk.uow.directory.contact(int(str(row.payload["contact"])))
    others = row.payload.get("others")
    if contact is not None and isinstance(others, list) and others:
        found = await usable_addresses(desk, contact, automatic=row.automatic)
        usable = {known.address.channel: known for known in found}
        for nth, other in enumerate(others):
            known = usable.get(Channel(other["channel"]))
            if known is not None:
                payload = {**row.payload, "body": other["body"], "others": others[nth + 1 :]}
                await _queue(desk, known.address, payload, automatic=row.automatic, rank=row.rank)
                return
    if "invitation" in row.payload:
        await desk.uow.meetings.mark_untold(int(str(row.payload["invitation"])), desk.now)
    name = contact.name if contact else ""
    reason = desk.context.reason_of(code)
    post = notices.untold(name, about=str(row.payload["about"]), channel=row.address.channel, code=code, reason=reason)
    await desk.say(post, rank=Rank.ANSWER)


async def usable_addresses(desk: Desk, contact: Contact, *, automatic: bool = True) -> Sequence[KnownAddress]:
    """Where the contact can be told something now, the preferred channel first."""
    addresses = await desk.uow.directory.addresses_of(contact.id)
    return [
        known
        for known in contact_order(addresses, contact.preferred)
        if route_to(known, sms_automatic=desk.policy.sms_automatic if automatic else "number", now=desk.now).obstacle
        is None
    ]


async def _queue(desk: Desk, address: Address, payload: dict[str, object], *, automatic: bool, rank: Rank) -> None:
    if address.channel is Channel.MAIL:
        worded = letter(str(payload["body"]), signed=desk.policy.shop)
        payload = {**payload, "body": worded, "subject": letters.subject_about(str(payload["about"]))}
    outgoing = Outgoing(address=address, kind=Kind.TEXT, payload=payload, rank=rank, automatic=automatic)
    await desk.uow.outbox.add(outgoing, desk.now)
    desk.uow.signal("outbox")
