"""What a shop may write in its settings, and what it is told when that cannot be meant."""

from datetime import date, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.config import ChannelState, Settings, load_settings
from bot.config.mail_values import (
    ClamdAddress,
    ImapAfter,
    MailListen,
    clamd_address,
    imap_after,
    imap_server,
    mail_listen,
    smtp_server,
)
from bot.domain.addresses import Channel
from bot.errors import SettingsError
from bot.texts import settings as texts

SID = "AC" + "0" * 32
TELEGRAM = {
    "PERMANENCE_TELEGRAM_TOKEN": "1:token",
    "PERMANENCE_TELEGRAM_CHAT_ID": "-100",
    "PERMANENCE_TECHNICIANS": "7:Camille,8:Dominique",
}
TWILIO = {"PERMANENCE_TWILIO_ACCOUNT_SID": SID, "PERMANENCE_TWILIO_AUTH_TOKEN": "auth"}
SMS = TWILIO | {"PERMANENCE_SMS_NUMBER": "+33639980001"}


def problems_of(environ: dict[str, str], env_file: Path | None = None, *, needs_channel: bool = False) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(environ, env_file, needs_channel=needs_channel)
    return list(caught.value.problems)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_set_gives_the_defaults_of_the_contract() -> None:
    settings = load_settings({}, needs_channel=False)
    assert settings == Settings()
    assert settings.office_hours == {day: ((time(8), time(18, 30)),) for day in range(5)}
    assert (settings.timezone, settings.holidays) == (ZoneInfo("Europe/Paris"), "FR")
    assert (settings.recontact_hours, settings.recontact_reading) == (48, "office-hours")
    assert (settings.allowance, settings.quota_rounding) == (12, "ticket")
    assert (settings.balance_thresholds, settings.lost_days) == ((3, 1, 0), 30)
    assert (settings.guarantee_months, settings.notice_months, settings.arrears_days) == (1, 3, 30)
    assert settings.database_url.get_secret_value() == "sqlite:///var/permanence.db"
    assert (settings.http_host, settings.http_port) == ("127.0.0.1", 8080)


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        pytest.param(
            "PUBLIC_URL", "https://desk.example/x/", "public_url", "https://desk.example/x", id="no last slash"
        ),
        pytest.param("PRICE", "350,50 €", "price", 35_050, id="a price in cents"),
        pytest.param("PRICE", "0", "price", 0, id="for nothing"),
        pytest.param("SMS_NUMBER", "+33 6 39 98 00 01", "sms_number", "+33639980001", id="a number with spaces"),
        pytest.param("SMS_AUTOMATIC", "CABINET 42", "sms_automatic", "CABINET 42", id="a sender id"),
        pytest.param(
            "TECHNICIANS", " 7: Camille , 8:Dominique", "technicians", {7: "Camille", 8: "Dominique"}, id="two"
        ),
        pytest.param(
            "TECHNICIAN_PHONES", "8:+33 639980001", "technician_phones", {8: "+33639980001"}, id="their phones"
        ),
        pytest.param("TIMEZONE", "Indian/Reunion", "timezone", ZoneInfo("Indian/Reunion"), id="another zone"),
        pytest.param("HOLIDAYS", "fr-6ae", "holidays", "FR-6AE", id="Alsace in small letters"),
        pytest.param("OFFICE_HOURS", "tue 09:00-12:00", "office_hours", {1: ((time(9), time(12)),)}, id="Tuesday"),
        pytest.param(
            "CLOSED_ON",
            "2026-05-15, 2026-12-30..2027-01-01",
            "closed_on",
            frozenset({date(2026, 5, 15), date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1)}),
            id="a date and a stretch of dates",
        ),
        pytest.param(
            "SPECIAL_HOURS",
            "2026-12-24 08:00-12:00",
            "special_hours",
            {date(2026, 12, 24): ((time(8), time(12)),)},
            id="24 December until noon",
        ),
        pytest.param(
            "TELEGRAM_PACED", "off", "telegram_paced", False, id="a Bot API server of one's own needs no pace"
        ),
        pytest.param("BODIES_IN_TELEGRAM", "off", "bodies_in_telegram", False, id="bodies stay out of Telegram"),
        pytest.param("BALANCE_THRESHOLDS", "0, 5,2,2", "balance_thresholds", (5, 2, 0), id="balances, in any order"),
        pytest.param("LOG_LEVEL", "debug", "log_level", "DEBUG", id="a level in small letters"),
        pytest.param("MEDIA_DIR", "/srv/media", "media_dir", Path("/srv/media"), id="a folder"),
        pytest.param(
            "SHOP_ADDRESS",
            "12 rue des Arts ; 75011 Paris ;",
            "shop_address",
            ("12 rue des Arts", "75011 Paris"),
            id="lines",
        ),
        pytest.param("SHOP_LOGO", "logo.svg", "shop_logo", Path("logo.svg"), id="a logo, looked at later"),
        pytest.param("CONTRACT_FILE", "c.txt", "contract_file", Path("c.txt"), id="a contract, read later"),
        pytest.param("SHOP_NAME", " ", "shop_name", "Permanence", id="an empty value counts as not given"),
    ],
)
def test_a_text_becomes_a_value(name: str, text: str, field: str, value: object) -> None:
    environ = TELEGRAM | SMS | {f"PERMANENCE_{name}": text}
    assert getattr(load_settings(environ), field) == value


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        pytest.param("HTTP_PORT", "eighty", texts.WRONG_VALUES["int_parsing"], id="a port that is no number"),
        pytest.param("HTTP_PORT", "65536", "un nombre d’au plus 65535 est attendu.", id="a port too high"),
        pytest.param("RECONTACT_HOURS", "0", "un nombre d’au moins 1 est attendu.", id="a delay of zero"),
        pytest.param("MEDIA_MAX_BYTES", "9" * 5000, texts.WRONG_VALUES["int_parsing_size"], id="an endless number"),
        pytest.param("BODIES_IN_TELEGRAM", "peut-être", texts.WRONG_VALUES["bool_parsing"], id="neither on nor off"),
        pytest.param(
            "LOG_FORMAT", "xml", "une de ces valeurs est attendue : 'json' ou 'console'.", id="a format that is not one"
        ),
        pytest.param("DATABASE_URL", "mysql://db/x", texts.WRONG_DATABASE_URL, id="another engine"),
        pytest.param("DATABASE_URL", "sqlite://", texts.WRONG_DATABASE_URL, id="a database in memory"),
        pytest.param("DATABASE_URL", "postgresql://db", texts.WRONG_DATABASE_URL, id="a server without a database"),
        pytest.param("PUBLIC_URL", "desk.example", texts.WRONG_WEB_ADDRESS, id="an address without http"),
        pytest.param("PUBLIC_URL", "ftp://desk.example", texts.WRONG_WEB_ADDRESS, id="not the web"),
        pytest.param("PUBLIC_URL", "https://desk.example/?a=b", texts.WRONG_WEB_ADDRESS, id="an address with a query"),
        pytest.param("PUBLIC_URL", "https://desk.example/#rc=5", texts.WRONG_WEB_ADDRESS, id="with a fragment"),
        pytest.param("PUBLIC_URL", "https://desk.example:99999", texts.WRONG_WEB_ADDRESS, id="an impossible port"),
        pytest.param("PUBLIC_URL", "https://[::1", texts.WRONG_WEB_ADDRESS, id="half an IPv6 address"),
        pytest.param("SMS_AUTOMATIC", "CABINET MEDICAL", texts.WRONG_SMS_AUTOMATIC, id="a sender id of 15"),
        pytest.param("SMS_AUTOMATIC", "123456", texts.WRONG_SMS_AUTOMATIC, id="a sender id without a letter"),
        pytest.param("SMS_AUTOMATIC", "Éditeur", texts.WRONG_SMS_AUTOMATIC, id="a sender id with an accent"),
        pytest.param("SMS_AUTOMATIC", "number", texts.AUTOMATIC_NEEDS_NUMBER, id="number without a number"),
        pytest.param("TWILIO_SHARED_KEYS", "key", texts.WRONG_SHARED_KEYS, id="a shared key without its secret"),
        pytest.param("TECHNICIAN_PHONES", "7:0612", texts.WRONG_PHONE_NUMBER, id="a phone that is not one"),
        pytest.param("TECHNICIAN_PHONES", "7:+33639980001", texts.UNKNOWN_TECHNICIAN.format(id=7), id="a stranger's"),
        pytest.param("PRICE", "bla", texts.WRONG_PRICE.format(text="bla"), id="no price"),
        pytest.param("PRICE", "-1", texts.WRONG_PRICE.format(text="-1"), id="a price below zero"),
        pytest.param("TIMEZONE", "Europe/Pari", texts.UNKNOWN_ZONE.format(text="Europe/Pari"), id="an unknown zone"),
        pytest.param("TIMEZONE", "Europe", texts.UNKNOWN_ZONE.format(text="Europe"), id="a folder of zones"),
        pytest.param("TIMEZONE", "/etc/passwd", texts.UNKNOWN_ZONE.format(text="/etc/passwd"), id="a path as a zone"),
        pytest.param("HOLIDAYS", "FR-75", texts.UNKNOWN_HOLIDAYS.format(text="FR-75"), id="Paris has none of its own"),
        pytest.param("OFFICE_HOURS", "mon-fry 8", texts.WRONG_OFFICE_HOURS.format(text="mon-fry 8"), id="a wrong day"),
        pytest.param("OFFICE_HOURS", "; ;", texts.WRONG_OFFICE_HOURS.format(text="; ;"), id="no hours at all"),
        pytest.param("BALANCE_THRESHOLDS", "3;1", texts.WRONG_THRESHOLDS, id="balances parted by something else"),
        pytest.param("CLOSED_ON", "Noël", texts.WRONG_CLOSED_ON.format(text="Noël"), id="a closed day that is no date"),
        pytest.param(
            "SPECIAL_HOURS", "2026-12-24", texts.WRONG_SPECIAL_HOURS.format(text="2026-12-24"), id="a date, no hours"
        ),
    ],
)
def test_a_value_that_cannot_be_meant_gets_one_line_that_says_what_to_write(
    name: str, text: str, sentence: str
) -> None:
    assert problems_of({f"PERMANENCE_{name}": text}) == [f"PERMANENCE_{name} : {sentence}"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        pytest.param("SMS_NUMBER", "0639980001", texts.WRONG_PHONE_NUMBER, id="a number without its country"),
        pytest.param("SMS_NUMBER", "+33639", texts.WRONG_PHONE_NUMBER, id="a number too short"),
        pytest.param("TWILIO_ACCOUNT_SID", "AC123", texts.WRONG_ACCOUNT_SID, id="a short account SID"),
        pytest.param("TWILIO_AUTH_TOKEN", "new,,old", texts.WRONG_AUTH_TOKENS, id="a hole between two tokens"),
    ],
)
def test_a_wrong_value_of_twilios_gets_one_line(name: str, text: str, sentence: str) -> None:
    assert problems_of(SMS | {f"PERMANENCE_{name}": text}) == [f"PERMANENCE_{name} : {sentence}"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Camille", id="a name without an id"),
        pytest.param("7:", id="an id without a name"),
        pytest.param("x7:Camille", id="an id that is no number"),
        pytest.param("7:Camille,7:Dominique", id="the same id twice"),
        pytest.param("7:Camille,", id="a comma too many"),
    ],
)
def test_malformed_technicians_are_refused(text: str) -> None:
    problems = problems_of(TELEGRAM | {"PERMANENCE_TECHNICIANS": text})
    assert problems == [f"PERMANENCE_TECHNICIANS : {texts.WRONG_TECHNICIANS}"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        pytest.param("IMAP_URL", "https://mail.example", texts.WRONG_IMAP_URL, id="not IMAP"),
        pytest.param(
            "IMAP_URL", "imaps://mail.example:port/INBOX", texts.WRONG_IMAP_URL, id="a port that is no number"
        ),
        pytest.param("SMTP_URL", "smtps://", texts.WRONG_SMTP_URL, id="no server"),
        pytest.param("MAIL_ADDRESS", "support", texts.WRONG_MAIL_ADDRESS, id="no domain"),
        pytest.param("MAIL_ADDRESS", "dépannage@exemple.fr", texts.WRONG_MAIL_ADDRESS, id="an accent in the name"),
        pytest.param("MAIL_ADDRESS", "support@exemple..fr", texts.WRONG_MAIL_ADDRESS, id="a domain with a hole"),
        pytest.param("MAIL_LISTEN", "lmtp://127.0.0.1", texts.WRONG_MAIL_LISTEN, id="no port to listen on"),
        pytest.param("MAIL_LISTEN", "http://127.0.0.1:25", texts.WRONG_MAIL_LISTEN, id="no way to listen"),
        pytest.param("IMAP_AFTER", "delete", texts.WRONG_IMAP_AFTER, id="deleting is not offered"),
        pytest.param("IMAP_AFTER", "move:", texts.WRONG_IMAP_AFTER, id="moved to nowhere"),
        pytest.param("CLAMD_URL", "tcp://127.0.0.1", texts.WRONG_CLAMD, id="a scanner without a port"),
        pytest.param("CLAMD_URL", "unix://host/run/clamd", texts.WRONG_CLAMD, id="a socket on another machine"),
    ],
)
def test_a_wrong_value_of_the_mail_gets_one_line(name: str, text: str, sentence: str) -> None:
    mail = {
        "PERMANENCE_IMAP_URL": "imaps://u:p@mail.example/INBOX",
        "PERMANENCE_SMTP_URL": "smtps://u:p@mail.example",
        "PERMANENCE_MAIL_ADDRESS": "desk@mail.example",
    }
    assert load_settings(mail, needs_channel=False).channels()[2] == ChannelState(Channel.MAIL, ())
    assert problems_of(mail | {f"PERMANENCE_{name}": text}) == [f"PERMANENCE_{name} : {sentence}"]


MAIL_OUT = {"PERMANENCE_SMTP_URL": "smtps://u:p@mail.example", "PERMANENCE_MAIL_ADDRESS": "Desk@mail.example"}


def test_mail_needs_a_way_in_and_two_are_better() -> None:
    (told,) = problems_of(MAIL_OUT)
    assert told == (
        "PERMANENCE_IMAP_URL : manque pour le mail ; le renseigner, ou retirer PERMANENCE_SMTP_URL, "
        "PERMANENCE_MAIL_ADDRESS pour laisser le mail de côté."
    )
    both = {"PERMANENCE_MAIL_LISTEN": "lmtp://127.0.0.1:8024", "PERMANENCE_IMAP_URL": "imaps://u:p@mail.example"}
    for name, text in both.items():
        assert load_settings(MAIL_OUT | {name: text}).channels()[2].is_on
        assert [line.split(" : ")[0] for line in problems_of({name: text})][:2] == [
            "PERMANENCE_SMTP_URL",
            "PERMANENCE_MAIL_ADDRESS",
        ]
    assert load_settings(MAIL_OUT | both).mail_address == "desk@mail.example"
    accented = MAIL_OUT | both | {"PERMANENCE_MAIL_ADDRESS": "desk@dépannage.example"}
    assert load_settings(accented).mail_address == "desk@xn--dpannage-b1a.example"


def test_oauth_is_set_whole_or_not_at_all() -> None:
    mail = MAIL_OUT | {"PERMANENCE_IMAP_URL": "imaps://u@mail.example"}
    given = "PERMANENCE_MAIL_OAUTH_CLIENT_ID"
    assert [line.split(" : ")[0] for line in problems_of(mail | {given: "app"})] == [
        "PERMANENCE_MAIL_OAUTH_TOKEN_URL",
        "PERMANENCE_MAIL_OAUTH_REFRESH_TOKEN",
    ]


def test_the_phone_needs_twilio_and_a_public_address() -> None:
    assert [line.split(" : ")[0] for line in problems_of({"PERMANENCE_VOICE_NUMBER": "+33639980001"})] == [
        "PERMANENCE_TWILIO_ACCOUNT_SID",
        "PERMANENCE_TWILIO_AUTH_TOKEN",
        "PERMANENCE_PUBLIC_URL",
    ]


@pytest.mark.parametrize(
    ("url", "read", "server"),
    [
        (
            "imaps://support%40exemple.fr:p%2Fss@imap.exemple.fr/Clients/IT",
            imap_server,
            ("imap.exemple.fr", 993, True, "support@exemple.fr", "p/ss", "Clients/IT", False),
        ),
        ("imap://u:p@127.0.0.1:1143", imap_server, ("127.0.0.1", 1143, False, "u", "p", "INBOX", True)),
        ("imap://u@[::1]", imap_server, ("::1", 143, False, "u", "", "INBOX", True)),
        ("smtps://u:p@mail.example", smtp_server, ("mail.example", 465, True, "u", "p", "", False)),
        ("smtp://localhost", smtp_server, ("localhost", 587, False, "", "", "", True)),
    ],
    ids=["a folder and odd letters", "another port", "an address of six", "sending", "this machine"],
)
def test_a_mail_server_is_read_from_its_address(url: str, read: Any, server: tuple[object, ...]) -> None:
    found = read(SecretStr(url))
    assert (
        found.host,
        found.port,
        found.is_tls,
        found.username,
        found.password.get_secret_value(),
        found.path,
        found.is_local,
    ) == server


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("IMAP_AFTER", "Seen", ImapAfter("seen")),
        ("IMAP_AFTER", "move: Traités", ImapAfter("move", "Traités")),
        ("CLAMD_URL", "tcp://127.0.0.1:3310", ClamdAddress("127.0.0.1", 3310)),
        ("CLAMD_URL", "unix:///run/clamav/clamd.ctl", ClamdAddress(path="/run/clamav/clamd.ctl")),
        ("MAIL_LISTEN", "smtp://0.0.0.0:2525", MailListen("smtp", "0.0.0.0", 2525)),
    ],
    ids=["marked", "moved", "a port", "a socket", "beyond this machine"],
)
def test_what_mail_is_set_to(name: str, text: str, value: object) -> None:
    settings = load_settings({f"PERMANENCE_{name}": text} | MAIL_OUT | IMAP, needs_channel=False)
    read = {"IMAP_AFTER": imap_after, "CLAMD_URL": clamd_address, "MAIL_LISTEN": mail_listen}
    assert read[name](getattr(settings, name.lower())) == value


IMAP = {"PERMANENCE_IMAP_URL": "imaps://u:p@mail.example/INBOX"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        pytest.param("PERMANENCE_SMS_NUMBERS", " ; vouliez-vous dire PERMANENCE_SMS_NUMBER ?", id="nearly a setting"),
        pytest.param("PERMANENCE_COLOUR_OF_THE_SKY", ".", id="nothing like a setting"),
        pytest.param("PERMANENCE_sms_automatic", ".", id="in small letters"),
        pytest.param(
            "PERMANENCE_HTTP_HOST_FILE", " ; vouliez-vous dire PERMANENCE_HTTP_HOST ?", id="a file, no secret"
        ),
    ],
)
def test_an_unknown_name_is_an_error_in_the_environment_and_in_the_file(name: str, hint: str, tmp_path: Path) -> None:
    line = f"{name} : réglage inconnu{hint} La liste est dans .env.example."
    assert problems_of({name: ""}) == [line]
    assert problems_of({}, write(tmp_path / ".env", f"{name}=x\n")) == [line]


def test_names_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    env_file = write(tmp_path / ".env", "TZ=UTC\nOTHER=1\n")
    assert load_settings({"HOME": "/", "permanence": "x"}, env_file, needs_channel=False) == Settings()


def test_the_environment_wins_over_the_file_and_dollars_stay_dollars(tmp_path: Path) -> None:
    env_file = write(
        tmp_path / ".env",
        "# a remark\nexport PERMANENCE_SHOP_NAME=File # and another\nPERMANENCE_DATABASE_URL=postgresql://u:a$b${HOME}@db/x\n",
    )
    settings = load_settings({"PERMANENCE_SHOP_NAME": "Environment", "HOME": "/root"}, env_file, needs_channel=False)
    assert settings.shop_name == "Environment"
    assert settings.database_url.get_secret_value() == "postgresql://u:a$b${HOME}@db/x"
    assert load_settings({}, env_file, needs_channel=False).shop_name == "File"


def test_a_missing_env_file_is_no_problem(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / ".env", needs_channel=False) == Settings()


def test_a_line_that_cannot_be_read_is_named_by_its_number(tmp_path: Path) -> None:
    env_file = write(tmp_path / ".env", "PERMANENCE_SHOP_NAME=A\nPERMANENCE_HTTP_PORT\n'broken\n")
    assert problems_of({}, env_file) == [
        texts.describe_unreadable_line(str(env_file), number=2),
        texts.describe_unreadable_line(str(env_file), number=3),
    ]


def test_an_env_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    env_file = tmp_path / ".env"
    env_file.write_bytes("PERMANENCE_SHOP_NAME=Médecins".encode("latin-1"))
    assert problems_of({}, env_file) == [texts.describe_unreadable_env_file(str(env_file))]


@pytest.mark.parametrize(
    ("name", "field"),
    [
        pytest.param("PERMANENCE_TELEGRAM_TOKEN", "telegram_token", id="a token"),
        pytest.param("PERMANENCE_TWILIO_AUTH_TOKEN", "twilio_auth_token", id="several tokens"),
        pytest.param("PERMANENCE_TWILIO_SHARED_KEYS", "twilio_shared_keys", id="shared keys"),
        pytest.param("PERMANENCE_DATABASE_URL", "database_url", id="a database with a password"),
        pytest.param("PERMANENCE_IMAP_URL", "imap_url", id="a mailbox with a password"),
        pytest.param("PERMANENCE_SMTP_URL", "smtp_url", id="a mail server with a password"),
    ],
)
def test_every_secret_may_stand_in_a_file_and_never_shows(name: str, field: str, tmp_path: Path) -> None:
    text = {
        "telegram_token": "canary",
        "twilio_auth_token": "canary,canary-too",
        "twilio_shared_keys": "key:canary",
        "database_url": "postgresql://u:canary@db/x",
        "imap_url": "imaps://u:canary@mail.example/INBOX",
        "smtp_url": "smtp://u:canary@mail.example:587",
    }[field]
    rest = TELEGRAM | SMS | {"PERMANENCE_IMAP_URL": "imap://m", "PERMANENCE_SMTP_URL": "smtp://m"}
    rest |= {"PERMANENCE_MAIL_ADDRESS": "desk@mail.example"}
    by_value = load_settings(rest | {name: text})
    rest.pop(name, None)
    by_file = load_settings(rest | {f"{name}_FILE": str(write(tmp_path / "secret", f"{text}\n"))})
    assert getattr(by_file, field) == getattr(by_value, field)
    assert "canary" not in repr(by_file) + str(by_file) + str(by_file.model_dump())


def test_a_wrong_secret_does_not_show_in_what_is_said_of_it() -> None:
    wrong = {
        "PERMANENCE_TWILIO_SHARED_KEYS": "canary",
        "PERMANENCE_DATABASE_URL": "mysql://u:canary@db",
        "PERMANENCE_TWILIO_AUTH_TOKEN": "canary with spaces",
    }
    with pytest.raises(SettingsError) as caught:
        load_settings(SMS | wrong)
    assert len(caught.value.problems) == 3
    assert "canary" not in str(caught.value)


def test_the_first_token_sends_and_all_are_kept() -> None:
    settings = load_settings(SMS | {"PERMANENCE_TWILIO_AUTH_TOKEN": "new, old"})
    assert settings.twilio_auth_token == (SecretStr("new"), SecretStr("old"))


def test_a_secret_given_twice_or_in_a_file_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    name = "PERMANENCE_TELEGRAM_TOKEN"
    rest = {key: text for key, text in TELEGRAM.items() if key != name}
    empty = write(tmp_path / "empty", "\n")
    missing = tmp_path / "missing"
    assert problems_of(TELEGRAM | {f"{name}_FILE": str(empty)}) == [texts.describe_given_twice(name)]
    for path in (empty, missing, tmp_path):
        assert problems_of(rest | {f"{name}_FILE": str(path)}) == [
            texts.describe_unreadable_secret(f"{name}_FILE", path=str(path))
        ]
    assert load_settings(TELEGRAM | {f"{name}_FILE": ""}).telegram_token == SecretStr("1:token")


def test_a_secret_file_of_the_environment_wins_over_a_value_in_the_env_file(tmp_path: Path) -> None:
    env_file = write(tmp_path / ".env", "PERMANENCE_TELEGRAM_TOKEN=old\n")
    secret = write(tmp_path / "secret", "new")
    rest = {key: text for key, text in TELEGRAM.items() if key != "PERMANENCE_TELEGRAM_TOKEN"}
    settings = load_settings(rest | {"PERMANENCE_TELEGRAM_TOKEN_FILE": str(secret)}, env_file)
    assert settings.telegram_token == SecretStr("new")


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        pytest.param(
            {"PERMANENCE_TELEGRAM_TOKEN": "1:token", "PERMANENCE_TECHNICIANS": "7:Camille"},
            [("TELEGRAM_CHAT_ID", "Telegram", "PERMANENCE_TELEGRAM_TOKEN, PERMANENCE_TECHNICIANS")],
            id="a token without a chat id",
        ),
        pytest.param(
            {"PERMANENCE_SMS_NUMBER": "+33639980001"},
            [
                ("TWILIO_ACCOUNT_SID", "Twilio", "PERMANENCE_SMS_NUMBER"),
                ("TWILIO_AUTH_TOKEN", "Twilio", "PERMANENCE_SMS_NUMBER"),
            ],
            id="a number without an account",
        ),
        pytest.param(
            TWILIO,
            [("SMS_NUMBER", "Twilio", "PERMANENCE_TWILIO_ACCOUNT_SID, PERMANENCE_TWILIO_AUTH_TOKEN")],
            id="an account without a number",
        ),
        pytest.param(
            {"PERMANENCE_IMAP_URL": "imap://m", "PERMANENCE_MAIL_ADDRESS": "desk@mail.example"},
            [("SMTP_URL", "le mail", "PERMANENCE_IMAP_URL, PERMANENCE_MAIL_ADDRESS")],
            id="mail that can be read and not sent",
        ),
    ],
)
def test_a_half_set_channel_says_what_is_missing(environ: dict[str, str], missing: list[tuple[str, str, str]]) -> None:
    assert problems_of(environ, needs_channel=True) == [
        texts.describe_half_set(f"PERMANENCE_{name}", service=service, given=given) for name, service, given in missing
    ]


def test_no_channel_at_all_names_the_demo() -> None:
    assert problems_of({"PERMANENCE_SHOP_NAME": "A"}, needs_channel=True) == [texts.NO_CHANNEL]
    assert "permanence demo" in texts.NO_CHANNEL


def test_channels_are_on_or_say_what_they_miss() -> None:
    whatsapp = {"PERMANENCE_WHATSAPP_NUMBER": "+33639980002"}
    channels = load_settings(TELEGRAM | TWILIO | whatsapp).channels()
    assert [state.channel for state in channels if state.is_on] == [Channel.WHATSAPP, Channel.TELEGRAM]
    assert channels == (
        ChannelState(Channel.SMS, ("PERMANENCE_SMS_NUMBER",)),
        ChannelState(Channel.WHATSAPP, ()),
        ChannelState(Channel.MAIL, ("PERMANENCE_IMAP_URL", "PERMANENCE_SMTP_URL", "PERMANENCE_MAIL_ADDRESS")),
        ChannelState(Channel.PHONE, ("PERMANENCE_VOICE_NUMBER", "PERMANENCE_PUBLIC_URL")),
        ChannelState(Channel.TELEGRAM, ()),
    )
    assert texts.describe_channel(Channel.WHATSAPP, missing=()) == "WhatsApp : en service"
    assert (
        texts.describe_channel(Channel.SMS, missing=("PERMANENCE_SMS_NUMBER",))
        == "SMS : désactivé, à régler : PERMANENCE_SMS_NUMBER"
    )


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    env_file = write(tmp_path / ".env", "PERMANENCE_HTTP_PORT\nPERMANENCE_TYPO=1\nPERMANENCE_POLL_SECONDS=often\n")
    environ = {
        "PERMANENCE_TELEGRAM_TOKEN": "1:token",
        "PERMANENCE_TIMEZONE": "Mars/Olympus",
        "PERMANENCE_SMS_NUMBER": "12",
        "PERMANENCE_IMAP_URL_FILE": str(tmp_path / "missing"),
    }
    problems = problems_of(environ, env_file, needs_channel=True)
    assert [line.partition(" : ")[0].removeprefix("PERMANENCE_") for line in problems] == [
        f"{env_file}, ligne 1",
        "TYPO",
        "IMAP_URL_FILE",
        "SMS_NUMBER",
        "POLL_SECONDS",
        "TIMEZONE",
        "TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN",
        "TELEGRAM_CHAT_ID",
        "TECHNICIANS",
        "SMTP_URL",
        "MAIL_ADDRESS",
    ]


def test_the_settings_cannot_be_changed_afterwards_and_ignore_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMANENCE_SHOP_NAME", "From the process")
    settings = Settings()
    assert settings.shop_name == "Permanence"
    with pytest.raises(ValueError, match="frozen"):
        settings.shop_name = "Another"
