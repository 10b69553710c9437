"""`/1314 date lien`: the "13-14" sessions announced, shown and cancelled at the desk (C29)."""

import re
from datetime import date, datetime, timedelta

from bot.domain.addresses import Channel
from bot.domain.meetings import Meeting
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.folding import fold
from bot.rules.meetings import read_link, starts_at
from bot.rules.typed_moments import understand_moment
from bot.services import meetings
from bot.services.handling.turn import Turn
from bot.services.meetings import Guest
from bot.texts import meetings as posts
from bot.texts.posts import Post

FURTHEST = timedelta(days=366)
LISTED_BEHIND, LISTED_AHEAD = timedelta(days=92), FURTHEST + timedelta(days=1)
_LISTED = 3

_PRESSED = re.compile(r"=(?P<id>[0-9]{1,9}) (?P<what>[a-z]+)(?P<sure> oui)?")
_OF_ITSELF = re.compile(r"[, ]*\b(?:a )?13 ?h(?:00)?(?: ?- ?14 ?h(?:00)?)?$")


async def meeting(turn: Turn) -> str | Post:
    """`/1314 27/11 https://…` announces a session, `/1314 27/11 annuler` cancels it, `/1314` alone lists them."""
    if not turn.words:
        return await _list(turn)
    pressed = _PRESSED.fullmatch(turn.words)
    if pressed is not None:
        return await _press(turn, int(pressed["id"]), pressed["what"], is_sure=pressed["sure"] is not None)
    words = turn.words.split()
    links = [word for word in words if _is_like_a_link(word)]
    if links:
        return await _announce(turn, _day(turn, [word for word in words if word not in links]), links[0])
    if fold(words[-1]) in ("annuler", "annule", "annulation"):
        return await _ask_cancel(turn, await _on(turn, _day(turn, words[:-1])))
    return await _show(turn, await _on(turn, _day(turn, words)))


async def _list(turn: Turn) -> Post:
    """The coming sessions, the next one first, then the last ones."""
    found = await turn.uow.meetings.between(turn.now - LISTED_BEHIND, turn.now + LISTED_AHEAD)
    coming = [each for each in found if each.starts_at > turn.now]
    past = [each for each in reversed(found) if each.starts_at <= turn.now]
    views = [await meetings.session(turn.uow, each) for each in [*coming, *past[:_LISTED]]]
    return posts.sessions(views, zone=turn.policy.zone, now=turn.now)


async def _press(turn: Turn, meeting_id: int, what: str, *, is_sure: bool) -> str | Post:
    found = await turn.uow.meetings.get(meeting_id)
    if found is None:
        raise DeskRefusal("unknown_meeting")
    if what == posts.SHOW:
        return await _show(turn, found)
    if what == posts.REFRESH:
        await _redraw(turn, found)
        return posts.refreshed()
    if what == posts.CANCEL:
        return await _cancel(turn, found) if is_sure else await _ask_cancel(turn, found)
    await _check_is_on(turn, found)
    if what == posts.RELINK:
        return posts.relinked(await meetings.tell_new_link(turn.desk, found), _date(turn, found))
    return await _invite(turn, found)


async def _announce(turn: Turn, on: date, typed: str) -> Post:
    """Keep the session with its link, and show who would be invited: nobody is before the button is pressed."""
    link = read_link(typed)
    if link is None:
        raise DeskRefusal("meeting_link", words=typed)
    begins_at = starts_at(on, turn.policy.zone)
    if begins_at <= turn.now:
        raise DeskRefusal("meeting_passed", at=begins_at)
    if on - turn.now.astimezone(turn.policy.zone).date() > FURTHEST:
        raise DeskRefusal("meeting_far", at=begins_at)
    found = await turn.uow.meetings.at(begins_at)
    is_relinked = found is not None and found.link != link
    if found is None:
        found = await turn.uow.meetings.add(starts_at=begins_at, link=link, now=turn.now)
    elif is_relinked:
        await turn.uow.meetings.relink(found.id, link)
    if found.cancelled_at is not None:
        await turn.uow.meetings.revive(found.id)
    found = Meeting(found.id, begins_at, link, found.created_at)
    return posts.proposal(
        await meetings.session(turn.uow, found),
        await _guests(turn, found, on),
        zone=turn.policy.zone,
        now=turn.now,
        closed=None if turn.policy.hours.windows_on(on) else turn.policy.hours.holiday_on(on),
        is_relinked=is_relinked,
    )


async def _invite(turn: Turn, found: Meeting) -> str:
    on = _date(turn, found)
    guests = await meetings.guests_on(turn.desk, on)
    count = await meetings.invite(turn.desk, found, guests)
    if not count:
        raise AlreadyDone("invited_already")
    await _redraw(turn, found)
    return posts.invited(count, on)


async def _show(turn: Turn, found: Meeting) -> Post:
    return await meetings.session_post(turn.desk, found)


async def _redraw(turn: Turn, found: Meeting) -> None:
    """Let the message whose button was pressed show the session, and show what is answered from now on."""
    if turn.order.callback_id is None:
        return
    await turn.desk.edit(turn.order, await meetings.session_post(turn.desk, found))
    place = f"{turn.order.chat_id}:{turn.order.message_id}"
    await turn.uow.cursors.put(f"{meetings.LISTED}{found.id}", place, turn.now)


async def _ask_cancel(turn: Turn, found: Meeting) -> Post:
    await _check_is_on(turn, found)
    return posts.ask_cancel(await meetings.session(turn.uow, found), zone=turn.policy.zone)


async def _cancel(turn: Turn, found: Meeting) -> str:
    await _check_is_on(turn, found)
    count = await meetings.cancel(turn.desk, found)
    return posts.cancelled(count, _date(turn, found))


async def _check_is_on(turn: Turn, found: Meeting) -> None:
    if found.cancelled_at is not None:
        raise AlreadyDone("meeting_cancelled")
    if found.starts_at <= turn.now:
        raise DeskRefusal("meeting_passed", at=found.starts_at)


async def _guests(turn: Turn, found: Meeting, on: date) -> posts.GuestsView:
    """Those who are not invited yet, as the desk is shown them."""
    invited = {invitation.contact_id for invitation in await turn.uow.meetings.invitations(found.id)}
    guests = [guest for guest in await meetings.guests_on(turn.desk, on) if guest.contact.id not in invited]
    by_client: dict[int, list[Guest]] = {}
    for guest in guests:
        if guest.known is not None:
            by_client.setdefault(guest.client.id, []).append(guest)
    return posts.GuestsView(
        reachable=tuple((group[0].client.name, tuple(map(_person, group))) for group in by_client.values()),
        unreachable=tuple(guest.contact.name for guest in guests if guest.known is None),
    )


def _person(guest: Guest) -> tuple[str, Channel]:
    assert guest.known is not None
    return guest.contact.name, guest.known.address.channel


async def _on(turn: Turn, on: date) -> Meeting:
    """The session of a date."""
    begins_at = starts_at(on, turn.policy.zone)
    found = await turn.uow.meetings.at(begins_at)
    if found is None:
        raise DeskRefusal("no_meeting_then", at=begins_at)
    return found


def _day(turn: Turn, words: list[str]) -> date:
    """The date that was typed: "27/11", "vendredi", "27 novembre 13h"; behind us it is refused where that matters."""
    typed = " ".join(words)
    text = _OF_ITSELF.sub("", fold(typed))
    if not text:
        raise DeskRefusal("meeting_without_day")
    try:
        at = understand_moment(f"{text} 13h", now=turn.at, zone=turn.policy.zone, prefer="future")
    except DeskRefusal as refusal:
        at_given = refusal.values.get("at")
        if not isinstance(at_given, datetime):
            raise DeskRefusal("meeting_day", words=typed) from None
        at = at_given
    return at.astimezone(turn.policy.zone).date()


def _date(turn: Turn, found: Meeting) -> date:
    return posts.day_of(found, turn.policy.zone)


def _is_like_a_link(word: str) -> bool:
    """Whether somebody meant it as a link, right or wrong: "zoom.us/j/1" and "http://x", but not "27/11" or "nov."."""
    return re.search(r"[^\W\d_].*[/:.].", word) is not None or word.startswith(("http", "www"))
