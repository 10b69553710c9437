"""What is said of calls: aloud to who calls, in writing to clients, and at the desk."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

import phonenumbers

from bot.domain.addresses import Channel
from bot.domain.desk import Technician, Verb
from bot.texts.client import ClientTexts
from bot.texts.harmless import inline
from bot.texts.labels import phone_label
from bot.texts.moments import clock_time, day_and_hour, short_moment, span
from bot.texts.posts import Post, button, leave, rows
from bot.texts.rich import Rich, blockquote, bold

NOBODY = "personne"
_WITHHELD = "numéro masqué"
_WHOLE_HOUR, _HOUR = re.compile(r"\b(\d{1,2})h00\b"), re.compile(r"\b(\d{1,2})h(\d\d)\b")
_FRENCH = frozenset((33, 262, 508, 590, 594, 596, 681, 687, 689))
"""The country codes of France, overseas included."""


def greeting(texts: ClientTexts, *, is_open: bool, shop: str, hours: str, sms_number: str) -> str:
    """What a caller hears when nobody takes the call: who we are, when we answer, how to be urgent (C18), then speak.

    `hours` as `texts.hours.office_hours` says them; without an SMS number nothing is said of texts.
    """
    said = [
        texts.sentence("voice_greeting", shop=shop),
        texts.sentence("voice_open" if is_open else "voice_closed"),
        texts.sentence("voice_hours", hours=spoken(hours)),
        texts.sentence("voice_urgent", phone=spoken_number(sms_number)) if sms_number else "",
        texts.sentence("voice_message"),
    ]
    return " ".join(sentence for sentence in said if sentence)


def silence(texts: ClientTexts) -> str:
    """What a caller hears who said nothing after the beep."""
    return texts.sentence("voice_silence")


def thanks(texts: ClientTexts) -> str:
    return texts.sentence("voice_thanks")


def refused(texts: ClientTexts, *, shop: str) -> str:
    """What a blocked caller hears."""
    return f"{texts.sentence('voice_greeting', shop=shop)} {texts.sentence('voice_refused')}"


def spoken(hours: str) -> str:
    """'de 8h00 à 18h30' as it is read aloud: 'de 8 heures à 18 heures 30'."""
    return _HOUR.sub(r"\1 heures \2", _WHOLE_HOUR.sub(r"\1 heures", hours))


def spoken_number(number: str) -> str:
    """A French number as it is dictated and dialled, '06, 39, 98, 00, 00', overseas too; another digit by digit,
    behind the 00 that it is dialled with."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return ", ".join(number.removeprefix("+"))
    if parsed.country_code not in _FRENCH:
        return ", ".join(["00", *number.removeprefix("+")])
    digits = re.sub(r"\D", "", phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL))
    return ", ".join(re.findall(r"^\d(?=(?:\d\d)*$)|\d\d", digits))


def attempt(
    texts: ClientTexts, *, at: datetime, zone: tzinfo, shop: str, channel: Channel, answer_to: str | None = None
) -> str:
    """To a client whom a technician rang in vain; `answer_to` where what sends it cannot be answered."""
    moments = (day_and_hour(at, zone, None), short_moment(at, zone))  # an SMS that waits overnight is read the next day
    if answer_to is not None:
        said = [texts.sentence("attempt_to", at=moment, phone=phone_label(answer_to)) for moment in moments]
    else:
        said = [texts.sentence("attempt", at=moment) for moment in moments]
    return texts.told(*said, shop=shop, channel=channel)


def screening(client: str | None) -> str:
    """What a technician hears who picks up, before they are connected; so does their mailbox, which presses no key."""
    who = f"Un client appelle : {inline(client, 60)}." if client else "Un client appelle."
    return f"{who} Appuyez sur 1 pour le prendre, sur une autre touche pour le laisser au répondeur."


# On the ticket


def missed(*, is_withheld: bool) -> str:
    return f"Appel manqué, {_WITHHELD}" if is_withheld else "Appel manqué"


def voice_message(seconds: int, *, is_withheld: bool) -> str:
    """'Message vocal de 42 s', 'Message vocal de 2 min 05 s, numéro masqué'."""
    return f"Message vocal de {length(seconds)}" + (f", {_WITHHELD}" if is_withheld else "")


def sound_name(at: datetime, seconds: int, *, zone: tzinfo) -> str:
    """What a recording is called as a file: 'vocal-10h10-15s.mp3', 'vocal-10h10-2min05.mp3'."""
    minutes, rest = divmod(seconds, 60)
    lasted = f"{minutes}min{f'{rest:02}' if rest else ''}" if minutes else f"{rest}s"
    return f"vocal-{clock_time(at.astimezone(zone))}-{lasted}.mp3"


def taken(name: str | None, seconds: int | None, *, is_withheld: bool) -> str:
    """'Appel pris par Camille (3 min)'; without the minutes where they were never told."""
    by = f" par {inline(name, 30)}" if name else ""
    lasted = f" ({span(timedelta(seconds=seconds))})" if seconds is not None else ""
    return f"Appel pris{by}{lasted}" + (f", {_WITHHELD}" if is_withheld else "")


def length(seconds: int) -> str:
    """'42 s', '2 min', '2 min 05 s'."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest:02} s" if rest else f"{minutes} min"


# At the desk


def called_again(number: int, what: str) -> Post:
    """Somebody called whose ticket is open; `what` became of it, as the ticket says it."""
    return Post(
        Rich.lines([Rich.of("📞 ", bold(f"n° {number}"), " : le client a appelé"), blockquote(Rich(what))]),
        ((button("Répondre", Verb.ANSWER, number), button("Voir", Verb.SHOW, number)),),
    )


def duty(on_duty: Technician | None, with_phone: Sequence[Technician], *, shown: bool = True) -> Post:
    """Who is rung for a call in office hours, and buttons to change it; `shown` is False right after a change."""
    if on_duty is None:
        said = Rich.of("📞 ", bold("De garde : personne."), " Les appels vont à l’annonce et au message vocal.")
    else:
        name = inline(on_duty.name, 30)
        said = Rich.of("📞 ", bold(f"De garde : {name}."), " Les appels y sonnent aux heures d’ouverture.")
    if not with_phone:
        return Post(Rich.lines([said, "Aucun technicien n’a de numéro : PERMANENCE_TECHNICIAN_PHONES."]))
    if not shown:
        return Post(said)
    others = [each for each in with_phone if on_duty is None or each.id != on_duty.id]
    buttons = [button(inline(each.name, 30), Verb.DUTY, None, f"={each.id}") for each in others]
    if on_duty is not None:
        buttons.append(button("Personne", Verb.DUTY, None, NOBODY))
    return Post(said, (*rows(*buttons, width=3), (leave("Fermer"),)))


def attempted(number: int, *, told: Channel | None, why: str) -> str:
    """A technician rang in vain; whether the client is told of it, and why not. The clock goes on (C16)."""
    by = {Channel.SMS: "SMS", Channel.WHATSAPP: "WhatsApp", Channel.MAIL: "mail"}
    if told is not None:
        return f"n° {number} : tentative notée, le client est prévenu par {by[told]}. Le délai court toujours."
    return f"n° {number} : tentative notée. Le client n’est pas prévenu ({why}). Le délai court toujours."


def attempts_line(attempts: Sequence[datetime], zone: tzinfo) -> str:
    """'Appelé sans réponse lundi 23 novembre à 10h42', 'Appelé 2 fois sans réponse, la dernière lundi …'."""
    last = day_and_hour(attempts[-1], zone, None)
    if len(attempts) == 1:
        return f"Appelé sans réponse {last}"
    return f"Appelé {len(attempts)} fois sans réponse, la dernière {last}"
