"""What clients are told about a "13-14" session (C29): the invitation, the morning's reminder, what they answered."""

from datetime import date

from bot.domain.addresses import Channel
from bot.texts.client import ClientTexts
from bot.texts.moments import day, short_day


def invitation(
    texts: ClientTexts,
    *,
    on: date,
    link: str,
    shop: str = "",
    channel: Channel = Channel.SMS,
    answer_to: str | None = None,
) -> str:
    """Day, hour and link, and the question. `answer_to` is the number to answer to, where the sender takes none."""
    asked = _question(texts, answer_to)
    versions = [f"{texts.sentence('meeting_invitation', day=said, link=link)} {asked}" for said in _days(on)]
    return texts.told(*versions, shop=shop, channel=channel)


def reminder(
    texts: ClientTexts,
    *,
    link: str,
    has_answered: bool,
    shop: str = "",
    channel: Channel = Channel.SMS,
    answer_to: str | None = None,
) -> str:
    """On the morning itself; whoever has not answered is asked again."""
    text = texts.sentence("meeting_reminder", link=link)
    if not has_answered:
        text = f"{text} {_question(texts, answer_to)}"
    return texts.told(text, shop=shop, channel=channel)


def relinked(texts: ClientTexts, *, on: date, link: str, shop: str = "", channel: Channel = Channel.SMS) -> str:
    """The session has another link than the one they were sent."""
    versions = [texts.sentence("meeting_relinked", day=said, link=link) for said in _days(on)]
    return texts.told(*versions, shop=shop, channel=channel)


def cancelled(texts: ClientTexts, *, on: date, shop: str = "", channel: Channel = Channel.SMS) -> str:
    """There will be no session."""
    return _dated(texts, "meeting_cancelled", on, shop, channel)


def noted(texts: ClientTexts, *, on: date, coming: bool, shop: str = "", channel: Channel = Channel.SMS) -> str:
    """Their OUI or NON was understood."""
    return _dated(texts, "meeting_yes" if coming else "meeting_no", on, shop, channel)


def _dated(texts: ClientTexts, key: str, on: date, shop: str, channel: Channel) -> str:
    versions = [texts.sentence(key, day=said) for said in _days(on)]
    return texts.told(*versions, shop=shop, channel=channel)


def _question(texts: ClientTexts, answer_to: str | None) -> str:
    if answer_to is None:
        return texts.sentence("meeting_question")
    return texts.sentence("meeting_question_to", phone=answer_to)


def _days(on: date) -> tuple[str, str]:
    return f"du {day(on)}", f"du {short_day(on)}"
