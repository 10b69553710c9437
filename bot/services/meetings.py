"""The "13-14" sessions (C29): who is invited and told, what they answer, the reminder on the morning itself."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.clients import Client, ClientEvent, Contact
from bot.domain.meetings import Invitation, Meeting
from bot.domain.outbox import Rank
from bot.errors import AlreadyDone
from bot.ports import UnitOfWork
from bot.rules.meetings import reminder_at
from bot.services.context import Context, Policy
from bot.services.desk import Desk
from bot.services.telling import Worded, tell_contact, usable_addresses
from bot.texts import client_meetings as words
from bot.texts import meetings as posts
from bot.texts.calendar import calendar_file
from bot.texts.posts import Post

LISTED = "meeting listed:"
"""The cursor that says which message at the desk shows a session: "-1001:542"."""

UNREACHED = "meeting unreached:"
"""The cursor that says who could not be invited, as contacts' ids: "3,7"."""

RELINKED = "meeting relinked:"
"""The cursor that says which link was sent anew last: a second press sends nothing (F8)."""

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Guest:
    """A contact of a covered client; `known` is where they can be told something now, None: nowhere."""

    client: Client
    contact: Contact
    known: KnownAddress | None


async def guests_on(desk: Desk, on: date) -> list[Guest]:
    """Everybody at a client with a contract on that date, each with the channel they prefer (C29)."""
    guests = []
    for client in await desk.uow.directory.clients():
        if await desk.uow.contracts.contract_on(client.id, on) is None:
            continue
        for contact in await desk.uow.directory.contacts_of(client.id):
            usable = await usable_addresses(desk, contact)
            guests.append(Guest(client, contact, usable[0] if usable else None))
    return guests


async def invite(desk: Desk, meeting: Meeting, guests: Sequence[Guest]) -> int:
    """Invite those who are not yet and can be told; how many. Pressed twice, it invites nobody twice.

    Whoever is invited after that morning's opening needs no reminder any more.
    """
    is_morning = desk.now >= reminder_at(meeting.starts_at, desk.policy.hours)
    worded = partial(_invitation, desk, meeting)
    count = 0
    for guest in guests:
        if guest.known is None:
            continue
        made = await desk.uow.meetings.invite(meeting.id, guest.contact.id, guest.known.id, now=desk.now)
        if made is None:
            continue
        if is_morning:
            await desk.uow.meetings.save_invitation(replace(made, reminded_at=desk.now))
        await _tell(desk, meeting, made, guest.contact, worded, about="invitation")
        await _log(desk, guest.client, "invited", {"meeting": meeting.id, "contact": guest.contact.id})
        count += 1
    unreached = ",".join(str(guest.contact.id) for guest in guests if guest.known is None)
    await desk.uow.cursors.put(f"{UNREACHED}{meeting.id}", unreached, desk.now)
    return count


async def tell_new_link(desk: Desk, meeting: Meeting) -> int:
    """Send the new link to those invited who did not say no, once; how many were told. `AlreadyDone` when it was."""
    if await desk.uow.cursors.get(f"{RELINKED}{meeting.id}") == meeting.link:
        raise AlreadyDone("relinked_already")
    await desk.uow.cursors.put(f"{RELINKED}{meeting.id}", meeting.link, desk.now)
    on = posts.day_of(meeting, desk.policy.zone)
    worded = partial(_relinked, desk, meeting, on)
    return await _tell_invited(desk, meeting, worded, about="invitation")


async def cancel(desk: Desk, meeting: Meeting) -> int:
    """Cancel the session, and say so to those invited who did not say no; how many were told."""
    await desk.uow.meetings.cancel(meeting.id, desk.now)
    meeting = replace(meeting, cancelled_at=desk.now)
    worded = partial(_cancelled, desk, posts.day_of(meeting, desk.policy.zone))
    return await _tell_invited(desk, meeting, worded, about="cancellation")


async def record_answer(desk: Desk, meeting: Meeting, invitation: Invitation, client: Client, *, coming: bool) -> None:
    """Write down who comes and who does not; the list that stands at the desk says so."""
    await desk.uow.meetings.save_invitation(replace(invitation, coming=coming, answered_at=desk.now))
    data: dict[str, object] = {
        "meeting": invitation.meeting_id,
        "contact": invitation.contact_id,
        "coming": coming,
    }
    await _log(desk, client, "answered invitation", data, actor="client")
    place = await desk.uow.cursors.get(f"{LISTED}{meeting.id}")
    if place is not None:
        chat_id, message_id = (int(part) for part in place.split(":"))
        await desk.rewrite(chat_id, message_id, await session_post(desk, meeting))


async def session_post(desk: Desk, meeting: Meeting) -> Post:
    """The session as one message at the desk."""
    return posts.one_session(await session(desk.uow, meeting), zone=desk.policy.zone, now=desk.now)


async def session(uow: UnitOfWork, meeting: Meeting) -> posts.SessionView:
    """The session as the desk sees it: who comes, who does not, who has said nothing, who was not reached."""
    names: dict[str, list[str]] = {"coming": [], "absent": [], "silent": [], "untold": [], "unreached": []}
    invitations = await uow.meetings.invitations(meeting.id)
    for invitation in invitations:
        names[_group(invitation)].append((await _invited(uow, invitation)).name)
    unreached = await uow.cursors.get(f"{UNREACHED}{meeting.id}")
    for contact_id in map(int, unreached.split(",") if unreached else []):
        contact = await uow.directory.contact(contact_id)
        if contact is not None and contact_id not in {invitation.contact_id for invitation in invitations}:
            names["unreached"].append(contact.name)
    return posts.SessionView(meeting, **{group: tuple(people) for group, people in names.items()})


async def remind_meetings(context: Context) -> int:
    """Remind those invited today, from the opening until the session begins; how many. Nothing due: nothing written.

    Each is reminded once, whatever restarts happen: it is written down in the commit that queues the text.
    """
    now = context.clock.now()
    if not await context.store.read(lambda uow: _due(uow, context.policy, now)):
        return 0
    return await context.store.write(lambda uow: _remind(Desk(uow, context, now)))


async def _due(uow: UnitOfWork, policy: Policy, now: datetime) -> list[tuple[Meeting, Invitation]]:
    soon = {
        meeting.id: meeting
        for meeting in await uow.meetings.between(now, now + _A_DAY)
        if meeting.cancelled_at is None and reminder_at(meeting.starts_at, policy.hours) <= now < meeting.starts_at
    }
    if not soon:
        return []
    return [(soon[each.meeting_id], each) for each in await uow.meetings.unreminded(list(soon))]


async def _remind(desk: Desk) -> int:
    due = await _due(desk.uow, desk.policy, desk.now)
    for meeting, invitation in due:
        await desk.uow.meetings.save_invitation(replace(invitation, reminded_at=desk.now))
        contact = await _invited(desk.uow, invitation)
        worded = partial(_reminder, desk, meeting, invitation.coming is not None)
        await _tell(desk, meeting, invitation, contact, worded, about="reminder")
    for meeting in {meeting.id: meeting for meeting, _ in due}.values():
        view = await session(desk.uow, meeting)
        await desk.say(posts.reminded(view, zone=desk.policy.zone), rank=Rank.REMINDER, ref="meeting")
    return len(due)


def _group(invitation: Invitation) -> str:
    if invitation.coming is not None:
        return "coming" if invitation.coming else "absent"
    return "silent" if invitation.untold_at is None else "untold"


async def _invited(uow: UnitOfWork, invitation: Invitation) -> Contact:
    contact = await uow.directory.contact(invitation.contact_id)
    assert contact is not None  # the database holds no invitation without its contact
    return contact


async def _tell_invited(desk: Desk, meeting: Meeting, worded: Worded, *, about: str) -> int:
    told = 0
    for invitation in await desk.uow.meetings.invitations(meeting.id):
        if invitation.coming is not False:
            contact = await _invited(desk.uow, invitation)
            told += await _tell(desk, meeting, invitation, contact, worded, about=about)
    return told


async def _tell(
    desk: Desk, meeting: Meeting, invitation: Invitation, contact: Contact, worded: Worded, *, about: str
) -> bool:
    """Queue it with the calendar file, which goes out where the channel is mail; False where nothing takes it."""
    details: dict[str, object] = {"invitation": invitation.id}
    usable = await usable_addresses(desk, contact)
    if about != "reminder" and any(known.address.channel is Channel.MAIL for known in usable):
        details["ics"] = calendar_file(meeting, shop=desk.policy.shop, now=desk.now)
    known = await tell_contact(desk, contact, worded, about=about, details=details)
    if known is None:
        await desk.uow.meetings.mark_untold(invitation.id, desk.now)
    return known is not None


async def _log(desk: Desk, client: Client, kind: str, data: dict[str, object], *, actor: str = "bot") -> None:
    await desk.uow.client_files.add_client_event(ClientEvent(client.id, desk.now, kind, actor, data))


def _invitation(desk: Desk, meeting: Meeting, channel: Channel) -> str:
    return words.invitation(
        desk.context.texts,
        on=posts.day_of(meeting, desk.policy.zone),
        link=meeting.link,
        shop=desk.policy.shop,
        channel=channel,
        answer_to=_answer_to(desk.policy, channel),
    )


def _reminder(desk: Desk, meeting: Meeting, has_answered: bool, channel: Channel) -> str:
    return words.reminder(
        desk.context.texts,
        link=meeting.link,
        has_answered=has_answered,
        shop=desk.policy.shop,
        channel=channel,
        answer_to=_answer_to(desk.policy, channel),
    )


def _relinked(desk: Desk, meeting: Meeting, on: date, channel: Channel) -> str:
    return words.relinked(desk.context.texts, on=on, link=meeting.link, shop=desk.policy.shop, channel=channel)


def _cancelled(desk: Desk, on: date, channel: Channel) -> str:
    return words.cancelled(desk.context.texts, on=on, shop=desk.policy.shop, channel=channel)


def _answer_to(policy: Policy, channel: Channel) -> str | None:
    """The number to answer to, where the text leaves from a sender id: in France nothing can be sent to one."""
    return None if channel is not Channel.SMS or policy.sms_automatic == "number" else policy.sms_number
