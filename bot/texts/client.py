"""What the machine tells clients: short, plain French, one SMS where it fits; a shop can change the words."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from string import Formatter

from bot.domain.addresses import Channel
from bot.errors import SettingsError
from bot.texts import client_sentences
from bot.texts.client_mails import megabytes
from bot.texts.closings import ClosedNote, closed_days, closed_notes
from bot.texts.gsm import fold, parts
from bot.texts.labels import phone_label, plural
from bot.texts.moments import day, day_and_hour, short_moment
from bot.texts.typography import whole_numbers

__all__ = ["SENTENCES", "ClientTexts", "ClosedNote", "closed_notes", "load_overrides"]

MOST_PARTS = 2

SENTENCES: Mapping[str, str] = {
    "shop": "{shop} : ",
    "received": "votre demande {number} est bien arrivée.",
    "urgent": "urgence {number} bien arrivée, nos techniciens sont alertés à l’instant.",
    "urgent_short": "urgence {number} : techniciens alertés.",
    "due": "Nous vous répondons au plus tard {due}.",
    "due_short": "Réponse au plus tard {due}.",
    "overdue": "Nous vous répondons dès que possible.",
    "closed": "Fermé {days}.",
    "backup": "Faites d’abord une sauvegarde.",
    "answer_to": "Pour nous écrire : {phone}.",
    "mail_too_large": (
        "votre mail ({size}) est trop lourd pour être pris en entier : son texte est arrivé, ses pièces jointes non. "
        "Envoyez-les-nous en plusieurs mails plus légers, ou par un lien."
    ),
    "appointment": "votre rendez-vous est noté : {moment}.",
    "out_of_scope": "votre demande {number} sort du contrat d’accompagnement : elle n’est pas décomptée.",
    "balance": "solde de vos interventions : {left} sur {allowance}, jusqu’au {day}.",
    "lost": "il vous reste {left} sur {allowance} à utiliser jusqu’au {day} ; ce qui reste ensuite est perdu.",
    "welcome": "votre contrat d’accompagnement est signé. Pour nous joindre : {numbers}.",
    "welcome_hours": "Nous répondons {hours}.",
    "welcome_urgent": "Si c’est urgent, commencez votre message par Urgent.",
    "beyond": "votre forfait de {allowance} unités est dépassé de {beyond} ; nous continuons à vous aider.",
    "statement_link": "votre relevé d’interventions (lien valable {days} jours) : {link}",
    "statement_attached": "votre relevé d’interventions est joint à ce mail.",
    "contract_attached": "votre contrat d’accompagnement est joint à ce mail.",
    "contract_link": "votre contrat d’accompagnement (lien valable {days} jours) : {link}",
    **client_sentences.ANSWERS,
    **client_sentences.MEETINGS,
    **client_sentences.OBLIGATIONS,
    **client_sentences.VOICE,
    **client_sentences.CALLS,
}
"""Every sentence by its key; a file of the shop's may replace any of them, with the same fields or fewer."""

_SHORT_SHOP = 20
_LONGEST_NAME = 30
_NUMBER, _OTHER_NUMBER = "+33639980001", "+33639980002"


def load_overrides(overrides: Mapping[str, object]) -> dict[str, str]:
    """Check a shop's own sentences; `SettingsError` with every problem, one a line: an unknown key, a wrong field."""
    problems = [problem for key, text in overrides.items() for problem in _problems_of(key, text)]
    sentences = {key: str(text) for key, text in overrides.items()}
    if not problems and _longest_parts(ClientTexts(sentences)) > MOST_PARTS:
        problems.append("l’accusé de réception dépasse deux SMS avec ces phrases ; les raccourcir.")
    welcome = "" if problems else ClientTexts(sentences).welcome(sms_number=_NUMBER, whatsapp_number=_OTHER_NUMBER)
    if parts(welcome) > MOST_PARTS:
        problems.append("la bienvenue dépasse deux SMS avec ces phrases ; les raccourcir.")
    if problems:
        raise SettingsError(problems)
    return sentences


class ClientTexts:
    """The machine's texts to clients: folded into GSM-7 for an SMS, as written elsewhere."""

    def __init__(self, overrides: Mapping[str, str] | None = None) -> None:
        self._sentences = {**SENTENCES, **(overrides or {})}

    def acknowledgement(
        self,
        *,
        number: int,
        due_at: datetime,
        zone: tzinfo,
        now: datetime,
        closed: Sequence[ClosedNote] = (),
        urgent: bool = False,
        shop: str = "",
        channel: Channel = Channel.SMS,
        answer_to: str | None = None,
        mail_size: int | None = None,
    ) -> str:
        """The ticket's number, the latest moment of our answer as a date and hour (C15), closings, the backup (C25).

        One SMS where possible, never more than two: the shop's name and the length of the date give way first.
        `answer_to` is the number to write to, where the sender cannot be answered. No "demain": it is read later.
        """
        say = self._sentences
        shop = _prefix(shop, channel)
        opening = say["urgent" if urgent else "received"].format(number=number)
        brief = say["urgent_short"].format(number=number) if urgent else opening
        rest = [
            say["closed"].format(days=closed_days(closed)) if closed else "",
            say["backup"],
            say["answer_to"].format(phone=answer_to) if answer_to else "",
            _capital(say["mail_too_large"].format(size=megabytes(mail_size))) if mail_size else "",
        ]
        if due_at <= now:
            long = short = say["overdue"]
        else:
            long = say["due"].format(due=day_and_hour(due_at, zone, None))
            short = say["due_short"].format(due=short_moment(due_at, zone))
        versions = [
            self._signed(shop, opening, long, *rest),
            self._signed(shop, brief, short, *rest),
            self._signed(_cut(shop, _SHORT_SHOP), brief, short, *rest),
            self._signed("", brief, short, *rest),
        ]
        return _fitting(versions, channel)

    def urgent_sms(self, *, number: int, shop: str = "") -> str:
        """To a technician's own phone: which ticket waits, and nothing of what the client wrote (C18, C30)."""
        text = f"URGENT : le ticket {number} attend toujours. Prenez-le dans Telegram."
        return self._told(shop, text, channel=Channel.SMS)

    def out_of_scope(self, *, number: int, shop: str = "", channel: Channel = Channel.SMS) -> str:
        """The ticket is outside the contract and not counted (C4)."""
        return self._told(shop, self._sentences["out_of_scope"].format(number=number), channel=channel)

    def balance(
        self, *, left: int, beyond: int, allowance: int, ends_on: date, shop: str = "", channel: Channel = Channel.SMS
    ) -> str:
        """What is left of the package, told at 3, 1, 0 and beyond (C12)."""
        sentence = self._sentences["beyond" if beyond else "balance"]
        text = sentence.format(left=left, beyond=beyond, allowance=allowance, day=day(ends_on))
        return self._told(shop, text, channel=channel)

    def sentence(self, key: str, **fields: object) -> str:
        """One sentence, filled: for a text that is made of several."""
        return self._sentences[key].format(**fields)

    def told(self, *versions: str, shop: str = "", channel: Channel = Channel.SMS) -> str:
        """The first of some texts that say the same, the shorter ones last, that fits one SMS behind the shop's name.

        Where none does the name is cut, then left out; on another channel than SMS it is the first.
        """
        shop = _prefix(shop, channel)
        names = (shop, _cut(shop, _SHORT_SHOP), "")
        return _fitting([self._signed(name, text) for name in names for text in versions], channel)

    def lost(self, *, left: int, allowance: int, ends_on: date, shop: str = "", channel: Channel = Channel.SMS) -> str:
        """Units that are lost after the period's last day (C10)."""
        text = self._sentences["lost"].format(
            left=plural(left, "unité"), allowance=allowance, day=f"{day(ends_on)} {ends_on.year}"
        )
        return self._told(shop, text, channel=channel)

    def welcome(
        self,
        *,
        sms_number: str,
        whatsapp_number: str = "",
        hours: str = "",
        shop: str = "",
        channel: Channel = Channel.SMS,
    ) -> str:
        """At the signature: the dedicated numbers, when we answer, and how to be urgent (C18, C23); at most two SMS.

        Where that is too long the shop's name gives way first, then the hours.
        """
        say = self._sentences
        shop = _prefix(shop, channel)
        opening = say["welcome"].format(numbers=_numbers(sms_number, whatsapp_number))
        when = say["welcome_hours"].format(hours=hours) if hours else ""
        versions = [
            self._signed(shop, opening, when, say["welcome_urgent"]),
            self._signed(_cut(shop, _SHORT_SHOP), opening, when, say["welcome_urgent"]),
            self._signed("", opening, when, say["welcome_urgent"]),
            self._signed(_cut(shop, _SHORT_SHOP), opening, say["welcome_urgent"]),
        ]
        return _fitting(versions, channel, fewest=MOST_PARTS)

    def _told(self, shop: str, text: str, *, channel: Channel) -> str:
        shop = _prefix(shop, channel)
        versions = [self._signed(name, text) for name in (shop, _cut(shop, _SHORT_SHOP), "")]
        return _fitting(versions, channel)

    def _signed(self, shop: str, *sentences: str) -> str:
        text = " ".join(sentence for sentence in sentences if sentence)
        if shop:
            return self._sentences["shop"].format(shop=shop) + text
        return _capital(text)


def _prefix(shop: str, channel: Channel) -> str:
    """The shop's name before a text; a mail says at its head who writes, and is signed."""
    return "" if channel is Channel.MAIL else shop


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fitting(versions: list[str], channel: Channel, *, fewest: int = 1) -> str:
    """By SMS the first version that is one part, else the first of two, else the last, in GSM-7; else the first.

    With `fewest` 2, two parts are as good as one: what is told once and kept.
    """
    if channel is not Channel.SMS:
        return whole_numbers(versions[0]) if channel is Channel.MAIL else versions[0]
    folded = [fold(version) for version in versions]
    for most in range(fewest, MOST_PARTS + 1):
        for text in folded:
            if parts(text) <= most:
                return text
    return folded[-1]


def _numbers(sms: str, whatsapp: str) -> str:
    """'SMS +33 6 39 98 00 00, WhatsApp +33 6 39 98 00 01'; one number for both is said once."""
    if sms == whatsapp:
        return f"SMS ou WhatsApp {phone_label(sms)}"
    said = (("SMS", sms), ("WhatsApp", whatsapp))
    return ", ".join(f"{name} {phone_label(number)}" for name, number in said if number)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "."


def _problems_of(key: str, text: object) -> list[str]:
    if key not in SENTENCES:
        return [f"{key} : phrase inconnue ; les phrases sont {', '.join(SENTENCES)}."]
    if not isinstance(text, str) or not text.strip():
        return [f"{key} : un texte est attendu."]
    try:
        given = _fields(text)
    except ValueError:
        return [f"{key} : accolades mal fermées ; écrire un champ {{ainsi}}."]
    known = _fields(SENTENCES[key])
    wrong = sorted(given - known)
    missing = sorted(known - given)
    return [
        *(f"{key} : champ inconnu {{{field}}}." for field in wrong),
        *(f"{key} : le champ {{{field}}} manque." for field in missing),
    ]


def _fields(template: str) -> set[str]:
    """The names between braces; one with an index, an attribute, a format or a conversion is its own wrong name."""
    return {
        field + (f"!{conversion}" if conversion else "") + (f":{spec}" if spec else "")
        for _, field, spec, conversion in Formatter().parse(template)
        if field is not None
    }


def _longest_parts(texts: ClientTexts) -> int:
    received_at = datetime(2026, 12, 23, 9, tzinfo=UTC)
    closed = [ClosedNote(date(2026, 12, 25), "x" * _LONGEST_NAME), ClosedNote(date(2027, 1, 1), "x" * _LONGEST_NAME)]
    return max(
        parts(
            texts.acknowledgement(
                number=10**6,
                due_at=received_at + timedelta(days=14),
                zone=UTC,
                now=received_at,
                closed=closed,
                urgent=urgent,
                answer_to=_NUMBER,
            )
        )
        for urgent in (False, True)
    )
