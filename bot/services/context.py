"""What every use case is given: the store, the clock, the shop's policy, the sentences."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.domain.addresses import Address
from bot.domain.contracts import ALLOWANCE_UNITS, PRICE_CENTS
from bot.domain.inbox import Source
from bot.ports import Cabinet, Clock, Parser, Store, Typesetter
from bot.rules.business_hours import BusinessHours
from bot.rules.calendar_version import CalendarVersion
from bot.rules.contract_life import LOST_DAYS
from bot.rules.contract_term import ARREARS_DAYS, GUARANTEE_MONTHS, NOTICE_MONTHS
from bot.rules.contract_terms import UsualTerms
from bot.rules.quota import THRESHOLDS, Rounding
from bot.rules.recontact import ALLOWED, Reading
from bot.texts.client import ClientTexts
from bot.texts.contract_wording import Article
from bot.texts.letterhead import Letterhead


@dataclass(frozen=True, slots=True)
class Policy:
    """The shop's own rules: the contract's amounts are the defaults, every one is a setting."""

    hours: BusinessHours
    zone: ZoneInfo
    desk_chat_id: int
    shop: str = "Permanence"
    reading: Reading = Reading.OFFICE_HOURS
    recontact: timedelta = ALLOWED
    burst: timedelta = timedelta(seconds=90)
    urgent_repeat: timedelta = timedelta(minutes=3)
    allowance_units: int = ALLOWANCE_UNITS
    price_cents: int = PRICE_CENTS
    rounding: Rounding = Rounding.TICKET
    guarantee_months: int = GUARANTEE_MONTHS
    notice_months: int = NOTICE_MONTHS
    arrears_days: int = ARREARS_DAYS
    lost_days: int = LOST_DAYS
    thresholds: tuple[int, ...] = THRESHOLDS
    sms_automatic: str = "number"
    sms_number: str = ""
    whatsapp_number: str = ""
    voice_ring_seconds: int = 20
    voice_message_seconds: int = 180
    voice_missed_tickets: bool = True
    voice_accept_key: bool = True
    daily_automatic_limit: int = 200
    bodies_in_telegram: bool = True
    scans_media: bool = False
    calendar: CalendarVersion | None = None

    @property
    def usual(self) -> UsualTerms:
        """The terms of every contract that has no others."""
        return UsualTerms(self.rounding, self.guarantee_months, self.notice_months)


@dataclass(frozen=True, slots=True)
class Printing:
    """What papers are made with. `public_url` is where links to them lead; None: there are no links."""

    typesetter: Typesetter
    cabinet: Cabinet
    letterhead: Letterhead
    articles: tuple[Article, ...]
    new_token: Callable[[], str]
    public_url: str | None = None


@dataclass(frozen=True, slots=True)
class OurMail:
    """Our mailbox. `ticket_address` is where answers to a ticket may go; `new_token` gives what nobody can guess."""

    address: Address
    ticket_address: Callable[[int], Address]
    new_token: Callable[[], str]
    has_plus_addresses: bool = False


def _unexplained(code: str | None) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """Handed to every use case by `bootstrap`."""

    store: Store
    clock: Clock
    policy: Policy
    texts: ClientTexts
    parsers: Mapping[Source, Parser] = field(default_factory=dict)
    reason_of: Callable[[str | None], str | None] = _unexplained
    """What a provider's error code means: a key of `texts.undelivered`."""
    printing: Printing | None = None
    """None only where nothing is printed: `bootstrap` always gives it."""
    mail: OurMail | None = None
    """None where mail is off."""
    moved_chats: dict[int, int] = field(default_factory=dict)
    """Telegram groups that became supergroups: old id → new id, kept in the cursors and read again at start."""

    @property
    def desk_chat_id(self) -> int:
        """Where the desk is now."""
        return self.moved_chats.get(self.policy.desk_chat_id, self.policy.desk_chat_id)
