"""What is let into the inbox, kept raw."""

import json
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.twilio.forms import MAX_FIELDS, MAX_VALUE, decode_form, signed_text
from bot.channels.twilio.inbound import TwilioInbound
from bot.domain.inbox import InboxEntry, Source
from bot.errors import BadForm
from tests.channels.twilio.twilio_cast import ACCOUNT, CLIENT, NOW, SMS_NUMBER, WHATSAPP_NUMBER, body, form, payload

INBOUND = TwilioInbound(account_sid=ACCOUNT, sms_number=SMS_NUMBER, whatsapp_number=WHATSAPP_NUMBER)
SID = f"SM{'0' * 31}1"


def without(pairs, name):
    return [pair for pair in pairs if pair[0] != name]


@pytest.mark.parametrize(
    "name",
    [
        "sms",
        "sms_stop",
        "whatsapp_text",
        "whatsapp_picture",
        "whatsapp_location",
        "whatsapp_button",
        "whatsapp_without_number",
    ],
)
def test_a_message_is_kept_as_it_came_under_its_sid(name):
    pairs = decode_form(body(form(name)))

    assert INBOUND.message_entry(pairs, received_at=NOW) == InboxEntry(
        source=Source.TWILIO_MESSAGE,
        external_id=payload(name)["MessageSid"],
        payload=json.dumps({"form": [list(pair) for pair in form(name)]}),
        received_at=NOW,
    )


@pytest.mark.parametrize("name", ["status_delivered", "status_undelivered", "status_whatsapp_read"])
def test_a_state_is_kept_once_for_each_sid_and_state(name):
    said = payload(name)

    assert INBOUND.status_entry(form(name), received_at=NOW) == InboxEntry(
        source=Source.TWILIO_STATUS,
        external_id=f"{said['MessageSid']}:{said['MessageStatus']}",
        payload=json.dumps({"form": [list(pair) for pair in form(name)]}),
        received_at=NOW,
    )


def test_parameters_that_twilio_adds_one_day_are_kept_and_ignored():
    entry = INBOUND.message_entry([*form("sms"), ("Novelty", "1"), ("Novelty", "2")], received_at=NOW)

    assert entry.external_id == SID
    assert json.loads(entry.payload)["form"][-2:] == [["Novelty", "1"], ["Novelty", "2"]]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("é" * 60_000, id="60,000 characters"),
        pytest.param("a\0b", id="NUL"),
        pytest.param("👩🏽‍⚕️", id="emoji"),
        pytest.param("\u202eabc\u200f", id="right-to-left marks"),
        pytest.param("\udcff", id="a byte that is not UTF-8"),
        pytest.param("", id="nothing"),
    ],
)
def test_any_text_is_kept_whole_in_ascii(text):
    entry = INBOUND.message_entry(decode_form(body(form("sms", Body=text))), received_at=NOW)

    assert entry.payload.isascii()
    assert dict(json.loads(entry.payload)["form"])["Body"] == text


@pytest.mark.parametrize(
    "sender",
    [
        pytest.param("36180", id="a short code"),
        pytest.param("Ma Banque", id="a sender id"),
        pytest.param("+441632960001", id="a foreign number"),
    ],
)
def test_a_sender_is_opaque(sender):
    assert INBOUND.message_entry(form("sms", From=sender), received_at=NOW).external_id == SID


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"MessageSid": "SM123"}, id="a short SID"),
        pytest.param({"MessageSid": SID + "0"}, id="a long SID"),
        pytest.param({"MessageSid": SID + "\n"}, id="a line end after the SID"),
        pytest.param({"MessageSid": f"SM{'A' * 32}"}, id="a SID in capitals"),
        pytest.param({"MessageSid": "CA" + SID[2:]}, id="a call's SID"),
        pytest.param({"AccountSid": f"AC{'0' * 31}2"}, id="another account"),
        pytest.param({"To": "+33639980003"}, id="another number"),
        pytest.param({"To": f"whatsapp:{SMS_NUMBER}"}, id="our SMS number on WhatsApp"),
        pytest.param({"To": f"whatsapp:{WHATSAPP_NUMBER}"}, id="from SMS to WhatsApp"),
        pytest.param({"From": f"whatsapp:{CLIENT}"}, id="from WhatsApp to SMS"),
        pytest.param({"From": ""}, id="no sender"),
        pytest.param({"From": " "}, id="a blank sender"),
        pytest.param({"From": "+3363998\0"}, id="NUL in the sender"),
        pytest.param({"From": "\udcff"}, id="a sender that is not text"),
        pytest.param({"From": "1" * 129}, id="an endless sender"),
    ],
)
def test_a_message_that_is_not_for_us_is_a_bad_form(changed):
    INBOUND.message_entry(form("sms"), received_at=NOW)

    with pytest.raises(BadForm):
        INBOUND.message_entry(form("sms", **changed), received_at=NOW)


def test_a_whatsapp_sender_without_an_identifier_is_a_bad_form():
    with pytest.raises(BadForm):
        INBOUND.message_entry(form("whatsapp_text", From="whatsapp:"), received_at=NOW)


@pytest.mark.parametrize("name", ["MessageSid", "AccountSid", "To", "From"])
def test_a_field_that_decides_is_there_exactly_once(name):
    pairs = form("sms")

    with pytest.raises(BadForm):
        INBOUND.message_entry(without(pairs, name), received_at=NOW)
    with pytest.raises(BadForm):
        INBOUND.message_entry([*pairs, (name, dict(pairs)[name])], received_at=NOW)


@pytest.mark.parametrize("state", ["", "DELIVERED", "delivered ", "a" * 33, "a\n"])
def test_a_state_that_is_no_word_is_a_bad_form(state):
    with pytest.raises(BadForm):
        INBOUND.status_entry(form("status_delivered", MessageStatus=state), received_at=NOW)


def test_without_a_whatsapp_number_nothing_comes_in_on_whatsapp():
    sms_only = TwilioInbound(account_sid=ACCOUNT, sms_number=SMS_NUMBER, whatsapp_number=None)

    assert sms_only.message_entry(form("sms"), received_at=NOW).external_id == SID
    with pytest.raises(BadForm):
        sms_only.message_entry(form("whatsapp_text", To="whatsapp:None"), received_at=NOW)


FORGED = "+33639980099"


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        pytest.param(
            f"xFrom{FORGED}G",
            lambda pairs: [
                *(pair for pair in pairs if not pair[0].startswith("From") and pair[0] != "Body"),
                ("Body", "x"),
                ("From", FORGED),
                ("G", signed_text([pair for pair in pairs if pair[0].startswith("From")])),
            ],
            id="another sender",
        ),
        pytest.param(
            f"xFrom{FORGED}MessageSidSM{'f' * 32}N",
            lambda pairs: [
                *(pair for pair in pairs if pair[0] < "Body" or pair[0] >= "To"),
                ("Body", "x"),
                ("From", FORGED),
                ("MessageSid", f"SM{'f' * 32}"),
                ("N", signed_text([pair for pair in pairs if "Body" < pair[0] < "To"])),
            ],
            id="another sender and SID",
        ),
        pytest.param(
            f"xFrom{FORGED}MessageSidSM{'f' * 32}N",
            lambda pairs: [
                *(pair for pair in pairs if pair[0] < "Body" or pair[0] >= "To"),
                ("Body", "x"),
                ("From", FORGED),
                ("MessageSid", f"SM{'f' * 32}"),
                *halves(signed_text([pair for pair in pairs if "Body" < pair[0] < "To"]), at="SidSM"),
            ],
            id="the true SID cut in two",
        ),
    ],
)
def test_fields_cut_anew_under_the_same_signature_are_a_bad_form(text, cut):
    pairs = form("sms", Body=text)
    recut = cut(pairs)

    assert signed_text(recut) == signed_text(pairs)
    assert recut != pairs
    with pytest.raises(BadForm, match="more than one way"):
        INBOUND.message_entry(recut, received_at=NOW)


def halves(text, *, at):
    """A field `N` and one that begins within the true SID's name."""
    place = text.index(at)
    return [("N", text[:place]), (at[:3], text[place + 3 :])]


@pytest.mark.parametrize(
    ("raw", "pairs"),
    [
        pytest.param(b"", [], id="an empty body"),
        pytest.param(b"a=", [("a", "")], id="an empty value"),
        pytest.param(b"a=1&a=2", [("a", "1"), ("a", "2")], id="a repeated name"),
        pytest.param(b"a=1+2%2B3", [("a", "1 2+3")], id="plus and percent"),
        pytest.param(b"a=b=c", [("a", "b=c")], id="an equals sign in the value"),
        pytest.param(b"a=%C3%A9", [("a", "é")], id="UTF-8"),
        pytest.param(b"a=%00", [("a", "\0")], id="NUL"),
        pytest.param(b"a=%ED%A0%80", [("a", "\udced\udca0\udc80")], id="a surrogate in UTF-8"),
        pytest.param(b"a=%zz", [("a", "%zz")], id="a percent sign that is none"),
    ],
)
def test_a_form_is_decoded_without_loss(raw, pairs):
    assert decode_form(raw) == pairs


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"a", id="no equals sign"),
        pytest.param(b"a=1&&b=2", id="an empty field"),
        pytest.param("a=é".encode(), id="raw bytes outside ASCII"),
        pytest.param(b"\xff\xfe", id="no text at all"),
        pytest.param(b'{"a": 1}', id="JSON"),
        pytest.param(b"&".join([b"a=1"] * (MAX_FIELDS + 1)), id="too many fields"),
        pytest.param(b"a=" + b"b" * (MAX_VALUE + 1), id="a value too long"),
        pytest.param(b"a" * 129 + b"=1", id="a name too long"),
    ],
)
def test_what_is_no_form_is_a_bad_form(raw):
    with pytest.raises(BadForm):
        decode_form(raw)


@given(st.text(alphabet="abz&=+%C3A9ED0é\0", max_size=60))
def test_a_form_is_decoded_as_the_standard_library_does(text):
    try:
        text.encode("ascii")
        expected = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="surrogateescape")
    except ValueError:
        with pytest.raises(BadForm):
            decode_form(text.encode())
    else:
        assert decode_form(text.encode()) == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_a_bad_form(raw):
    try:
        pairs = decode_form(raw)
        INBOUND.message_entry(pairs, received_at=NOW)
    except BadForm:
        pass


@given(st.dictionaries(st.sampled_from(list(dict(form("sms")))), st.text(max_size=40)))
def test_any_values_are_an_entry_or_a_bad_form(changed):
    try:
        entry = INBOUND.message_entry(form("sms", **changed), received_at=NOW)
    except BadForm:
        return
    assert entry.payload.isascii()
    assert json.loads(entry.payload) == {"form": [list(pair) for pair in form("sms", **changed)]}
