"""Every setting, with its default. `.env.example` explains each to the person who installs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, PlainValidator, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config import mail_values, values
from bot.domain.addresses import Channel
from bot.domain.contracts import PRICE_CENTS
from bot.rules.contract_life import LOST_DAYS
from bot.rules.contract_term import ARREARS_DAYS, GUARANTEE_MONTHS, NOTICE_MONTHS
from bot.rules.opening_windows import Window
from bot.rules.quota import THRESHOLDS
from bot.texts import settings as texts

PREFIX = "PERMANENCE_"

NEEDED: Mapping[Channel, tuple[str, ...]] = {
    Channel.SMS: ("twilio_account_sid", "twilio_auth_token", "sms_number"),
    Channel.WHATSAPP: ("twilio_account_sid", "twilio_auth_token", "whatsapp_number"),
    Channel.MAIL: ("smtp_url", "mail_address"),
    Channel.PHONE: ("twilio_account_sid", "twilio_auth_token", "voice_number", "public_url"),
    Channel.TELEGRAM: ("telegram_token", "telegram_chat_id", "technicians"),
}
"""The settings without which a channel is off."""

PhoneNumber = Annotated[str, PlainValidator(values.parse_phone_number)]
WebAddress = Annotated[str, PlainValidator(values.parse_web_address)]


@dataclass(frozen=True, slots=True)
class ChannelState:
    """Whether a channel is on; `missing` names the variables that would switch it on."""

    channel: Channel
    missing: tuple[str, ...]

    @property
    def is_on(self) -> bool:
        return not self.missing


class Settings(BaseSettings):
    """What a shop sets. Fields are given as texts and parsed once; no secret shows in the repr.

    Made by `load_settings`, which alone looks at the environment: `Settings()` is the defaults whatever stands there.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True, validate_default=False
    )

    shop_name: str = "Permanence"
    shop_logo: Path | None = None
    shop_address: Annotated[tuple[str, ...], PlainValidator(values.parse_address)] = ()
    texts_file: Path | None = None
    contract_file: Path | None = None

    database_url: Annotated[SecretStr, PlainValidator(values.parse_database_url)] = SecretStr(
        "sqlite:///var/permanence.db"
    )
    media_dir: Path = Path("var/media")
    media_max_bytes: int = Field(default=20_000_000, ge=1)

    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    public_url: WebAddress | None = None

    telegram_token: SecretStr | None = None
    telegram_chat_id: int | None = None
    telegram_api_url: WebAddress = "https://api.telegram.org"
    technicians: Annotated[Mapping[int, str], PlainValidator(values.parse_technicians)] = {}
    technician_phones: Annotated[Mapping[int, str], PlainValidator(values.parse_technician_phones)] = {}
    bodies_in_telegram: bool = True
    telegram_paced: bool = True

    twilio_account_sid: Annotated[str, PlainValidator(values.parse_account_sid)] | None = None
    twilio_auth_token: Annotated[tuple[SecretStr, ...], PlainValidator(values.parse_auth_tokens)] = ()
    twilio_shared_keys: Annotated[Mapping[str, SecretStr], PlainValidator(values.parse_shared_keys)] = {}
    twilio_api_url: WebAddress = "https://api.twilio.com"
    sms_number: PhoneNumber | None = None
    sms_automatic: Annotated[str, PlainValidator(values.parse_sms_automatic)] = "off"
    whatsapp_number: PhoneNumber | None = None
    daily_automatic_limit: int = Field(default=200, ge=0)
    poll_seconds: int = Field(default=5, ge=1, le=3600)
    reconcile_minutes: int = Field(default=3, ge=1, le=60)

    imap_url: Annotated[SecretStr, PlainValidator(mail_values.parse_imap_url)] | None = None
    smtp_url: Annotated[SecretStr, PlainValidator(mail_values.parse_smtp_url)] | None = None
    mail_address: Annotated[str, PlainValidator(mail_values.parse_mail_address)] | None = None
    mail_listen: Annotated[str, PlainValidator(mail_values.parse_mail_listen)] | None = None
    mail_dir: Path = Path("var/mail")
    mail_max_bytes: int = Field(default=25_000_000, ge=100_000, le=60_000_000)
    mail_authserv: str | None = None
    mail_plus_addresses: bool = False
    imap_after: Annotated[str, PlainValidator(mail_values.parse_imap_after)] = "nothing"
    imap_poll_seconds: int = Field(default=60, ge=1, le=3600)
    imap_look_back_hours: int = Field(default=72, ge=0, le=24 * 90)
    mail_oauth_token_url: WebAddress | None = None
    mail_oauth_client_id: str | None = None
    mail_oauth_client_secret: SecretStr | None = None
    mail_oauth_refresh_token: SecretStr | None = None
    mail_oauth_scope: str | None = None
    clamd_url: Annotated[str, PlainValidator(mail_values.parse_clamd)] | None = None

    voice_number: PhoneNumber | None = None
    voice_ring_seconds: int = Field(default=20, ge=5, le=120)
    voice_accept_key: bool = True
    voice_message_seconds: int = Field(default=180, ge=10, le=600)
    voice_missed_tickets: bool = True
    voice_delete_recordings: bool = False

    timezone: Annotated[ZoneInfo, PlainValidator(values.parse_zone)] = ZoneInfo("Europe/Paris")
    office_hours: Annotated[Mapping[int, Sequence[Window]], PlainValidator(values.parse_week)] = values.parse_week(
        "mon-fri 08:00-18:30"
    )
    holidays: Annotated[str, PlainValidator(values.parse_holidays)] = "FR"
    closed_on: Annotated[frozenset[date], PlainValidator(values.parse_closed_on)] = frozenset()
    special_hours: Annotated[Mapping[date, Sequence[Window]], PlainValidator(values.parse_special)] = {}

    recontact_hours: int = Field(default=48, ge=1, le=1000)
    recontact_reading: Literal["office-hours", "working-days"] = "office-hours"
    allowance: int = Field(default=12, ge=0, le=10_000)
    price: Annotated[int, PlainValidator(values.parse_price)] = PRICE_CENTS
    quota_rounding: Literal["ticket", "sitting"] = "ticket"
    balance_thresholds: Annotated[tuple[int, ...], PlainValidator(values.parse_thresholds)] = THRESHOLDS
    lost_days: int = Field(default=LOST_DAYS, ge=1, le=300)
    guarantee_months: int = Field(default=GUARANTEE_MONTHS, ge=0, le=24)
    notice_months: int = Field(default=NOTICE_MONTHS, ge=0, le=11)
    arrears_days: int = Field(default=ARREARS_DAYS, ge=0, le=365)
    burst_seconds: int = Field(default=90, ge=0, le=3600)
    urgent_repeat_minutes: int = Field(default=3, ge=1, le=60)

    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(str.upper)] = "INFO"
    log_format: Literal["json", "console"] = "json"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        # the other sources would read os.environ behind the caller's back, and let unknown names pass
        return (init_settings,)

    @field_validator("technician_phones")
    @classmethod
    def _names_technicians(cls, phones: Mapping[int, str], info: ValidationInfo) -> Mapping[int, str]:
        strangers = set(phones) - set(info.data.get("technicians", phones))
        if strangers:
            raise ValueError(texts.UNKNOWN_TECHNICIAN.format(id=min(strangers)))
        return phones

    def channels(self) -> tuple[ChannelState, ...]:
        """Every channel there is, on or off, for the start to say so."""
        return tuple(
            ChannelState(channel, (*self._no_way_in(channel), *self._missing(needed)))
            for channel, needed in NEEDED.items()
        )

    def _missing(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(variable(field) for field in needed if not getattr(self, field))

    def _no_way_in(self, channel: Channel) -> tuple[str, ...]:
        """Mail comes by one of two ways, or by both."""
        has_none = channel is Channel.MAIL and self.imap_url is None and self.mail_listen is None
        return (variable("imap_url"),) if has_none else ()


def variable(field: str) -> str:
    """The environment variable of a setting: `sms_number` is PERMANENCE_SMS_NUMBER."""
    return PREFIX + field.upper()
