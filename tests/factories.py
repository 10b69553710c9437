"""Values that tests start from; every argument that does not matter to a test has a default here."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.addresses import Address, Channel
from bot.domain.desk import Order, Verb
from bot.domain.inbox import ClientMessage, InboxEntry, OptOut, RobotMail, Source
from bot.domain.mails import MailDetails
from bot.domain.outbox import Kind, Outgoing, Rank
from bot.domain.tickets import Media
from bot.services.context import OurMail

PARIS = ZoneInfo("Europe/Paris")

DESK = -1001
CLAIRE, MARC, STRANGER = 11, 12, 99
HELENE, LUC, ANNE, NOBODY = "+33639980101", "+33639980102", "+33639980103", "+33639980199"
CLAIRES_PHONE = "+33639980011"


def paris(text: str) -> datetime:
    """`2026-11-23 10:00` on the clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


MONDAY = paris("2026-11-23 10:00")
"""When most tests begin: on a Monday, in office hours; what comes then is due on Friday at 16:00."""

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def sms(number: str) -> Address:
    return Address(Channel.SMS, number)


def whatsapp(number: str) -> Address:
    return Address(Channel.WHATSAPP, number)


def telegram(chat_id: int = DESK) -> Address:
    return Address(Channel.TELEGRAM, str(chat_id))


def mail(address: str) -> Address:
    return Address(Channel.MAIL, address)


OUR_ADDRESS = mail("support@atelier.example")
HELENES_MAIL, LUCS_MAIL = "h.vasseur@tilleuls.example", "secretariat@tilleuls.example"
"""Where they write from, once a test has made it theirs."""


def our_mail(*, has_plus_addresses: bool = False) -> OurMail:
    """Our mailbox, with tokens that a test can foretell."""
    return OurMail(OUR_ADDRESS, lambda number: mail(f"support+t{number}@atelier.example"), lambda: "k2m4",
                   has_plus_addresses=has_plus_addresses)  # fmt: skip


def mail_from(
    sender: str | None,
    body: str = "Word ne s'ouvre plus",
    *,
    provider_id: str = "mail 1",
    media: tuple[Media, ...] = (),
    profile_name: str | None = None,
    **details: Any,
) -> ClientMessage | RobotMail:
    """A mail as the channel reads it: one that only answers is a `RobotMail`."""
    known = MailDetails(**{"subject": "Word", "mail_id": f"<{provider_id.replace(' ', '')}@client.example>", **details})
    address = mail(sender) if sender else None
    message = ClientMessage(address, body, provider_id, profile_name=profile_name, media=media, mail=known)
    return RobotMail(message, known.robot) if known.robot and known.robot.is_answer else message


def picture(name: str = "ME1", content_type: str = "image/jpeg") -> Media:
    return Media(f"https://api.twilio.test/{name}", content_type)


def client_message(
    address: Address,
    body: str = "Bonjour, Word ne s'ouvre plus",
    *,
    provider_id: str = "SM1",
    media: tuple[Media, ...] = (),
    opt_out: OptOut | None = None,
    profile_name: str | None = None,
) -> ClientMessage:
    return ClientMessage(address, body, provider_id, profile_name=profile_name, media=media, opt_out=opt_out)


def inbox_entry(
    source: Source, external_id: str, *, received_at: datetime = MONDAY, occurred_at: datetime | None = None
) -> InboxEntry:
    return InboxEntry(source, external_id, "{}", received_at, occurred_at)


def order(
    verb: Verb,
    ticket: int | None = None,
    words: str = "",
    *,
    by: int = CLAIRE,
    chat_id: int = DESK,
    message_id: int = 500,
    reply_to: int | None = None,
    pressed: bool = False,
    typed: str = "",
) -> Order:
    """What a technician orders: typed, or `pressed` on a button. A private chat has its owner's id."""
    return Order(
        verb,
        by,
        f"user {by}",
        chat_id,
        message_id,
        is_private=chat_id > 0,
        ticket=ticket,
        words=words,
        typed=typed,
        reply_to=reply_to,
        callback_id=f"press {verb}" if pressed else None,
    )


def outgoing(
    address: Address,
    *,
    kind: Kind = Kind.TEXT,
    rank: Rank = Rank.CLIENT,
    automatic: bool = True,
    ticket_id: int | None = None,
    message_id: int | None = None,
    coalesce: str | None = None,
    **payload: object,
) -> Outgoing:
    return Outgoing(
        address,
        kind,
        payload or {"body": "Bonjour"},
        rank,
        automatic=automatic,
        ticket_id=ticket_id,
        message_id=message_id,
        coalesce=coalesce,
    )
