"""Only what Twilio signed passes."""

import base64
import hmac
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from bot.channels.twilio.forms import decode_form
from bot.channels.twilio.signature import SETTINGS, SIGNATURE, Signatures, spellings
from bot.errors import BadSignature
from tests.channels.twilio.twilio_cast import TOKEN, form

URL = "https://desk.example/webhooks/twilio/message"
KEY = "webhooks_sharedkey_01"
SECRET = "a-shared-secret"
SIGNATURES = Signatures([TOKEN], {KEY: SECRET})

PUBLISHED_URL = "https://mycompany.com/myapp.php?foo=1&bar=2"


def signed(pairs, *, url=URL, secret=TOKEN, algorithm="HMAC_SHA1"):
    """The header as Twilio's own library makes it."""
    return {SIGNATURE: RequestValidator(secret).compute_signature(url, MultiDict(pairs), algorithm)}


def is_accepted(pairs, headers, *, url=URL, signatures=SIGNATURES):
    try:
        signatures.check(url, pairs, headers)
    except BadSignature:
        return False
    return True


@pytest.mark.parametrize(
    ("caller", "signature"),
    [
        pytest.param("+14158675310", "GvWf1cFY/Q7PnoempGyD5oXAezc=", id="the example of Twilio's security page"),
        pytest.param("+14158675309", "RSOYDt4T1cUTdK1PDd93/VVr8B8=", id="the example of Twilio's libraries"),
    ],
)
def test_published_signatures_are_accepted(caller, signature):
    pairs = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Caller", caller),
        ("Digits", "1234"),
        ("From", caller),
        ("To", "+18005551212"),
    ]
    signatures = Signatures(["12345"], {})

    assert is_accepted(pairs, {SIGNATURE: signature}, url=PUBLISHED_URL, signatures=signatures)
    assert not is_accepted(pairs, {SIGNATURE: signature}, url=PUBLISHED_URL + "3", signatures=signatures)
    assert not is_accepted(pairs, {SIGNATURE: signature}, url=PUBLISHED_URL)


@pytest.mark.parametrize(
    "signed_url",
    [
        pytest.param("https://desk.example/hook", id="as it is"),
        pytest.param("https://desk.example:443/hook", id="with the default port"),
        pytest.param("https://desk.example/hook#rc=5&rp=all", id="with the fragment"),
        pytest.param("https://desk.example:443/hook#rc=5&rp=all", id="with both"),
    ],
)
@pytest.mark.parametrize("ours", ["https://desk.example/hook#rc=5&rp=all", "https://desk.example:443/hook#rc=5&rp=all"])
def test_the_url_is_accepted_with_and_without_default_port_and_fragment(signed_url, ours):
    pairs = form("sms")

    assert is_accepted(pairs, signed(pairs, url=signed_url), url=ours)


def test_a_port_of_its_own_belongs_to_the_url():
    pairs, url = form("sms"), "https://desk.example:8443/hook"

    assert is_accepted(pairs, signed(pairs, url=url), url=url)
    assert not is_accepted(pairs, signed(pairs, url="https://desk.example/hook"), url=url)
    assert spellings(url) == (url.encode(),)


def test_several_tokens_are_valid_during_a_rotation():
    pairs, signatures = form("sms"), Signatures(["old", "new"], {})

    assert is_accepted(pairs, signed(pairs, secret="old"), signatures=signatures)
    assert is_accepted(pairs, signed(pairs, secret="new"), signatures=signatures)
    assert not is_accepted(pairs, signed(pairs, secret="older"), signatures=signatures)


@pytest.mark.parametrize(
    ("settings", "secret", "algorithm", "expected"),
    [
        pytest.param(f"key={KEY},algorithm=HMAC_SHA256", SECRET, "HMAC_SHA256", True, id="key and SHA-256"),
        pytest.param(f"key={KEY}, algorithm=HMAC_SHA256", SECRET, "HMAC_SHA256", True, id="a space after the comma"),
        pytest.param(f"key={KEY},algorithm=HMAC_SHA1", SECRET, "HMAC_SHA1", True, id="key and SHA-1"),
        pytest.param("", TOKEN, "HMAC_SHA1", True, id="an empty header is the account's token"),
        pytest.param("key=another,algorithm=HMAC_SHA256", SECRET, "HMAC_SHA256", False, id="unknown key"),
        pytest.param("key=another,algorithm=HMAC_SHA1", TOKEN, "HMAC_SHA1", False, id="unknown key, and the token"),
        pytest.param(f"key={KEY},algorithm=HMAC_MD5", SECRET, "HMAC_SHA256", False, id="unknown algorithm"),
        pytest.param(f"key={KEY},algorithm=HMAC_SHA256", SECRET, "HMAC_SHA1", False, id="another algorithm than named"),
        pytest.param(f"key={KEY},algorithm=HMAC_SHA256", TOKEN, "HMAC_SHA256", False, id="the token for the key"),
        pytest.param("algorithm=HMAC_SHA256", TOKEN, "HMAC_SHA256", False, id="the token with SHA-256"),
        pytest.param("key=,algorithm=HMAC_SHA256", "", "HMAC_SHA256", False, id="no key and no secret"),
    ],
)
def test_a_shared_key_signs_with_the_algorithm_that_the_header_names(settings, secret, algorithm, expected):
    pairs = form("sms")
    headers = signed(pairs, secret=secret, algorithm=algorithm) | {SETTINGS: settings}

    assert is_accepted(pairs, headers) is expected


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="no header"),
        pytest.param({SIGNATURE: ""}, id="empty"),
        pytest.param({SIGNATURE: "é" * 28}, id="not ASCII"),
        pytest.param({SIGNATURE: "\udc80"}, id="not a character"),
    ],
)
def test_a_missing_or_odd_header_is_a_bad_signature(headers):
    assert not is_accepted(form("sms"), headers)


@pytest.mark.parametrize(
    "url", ["https://desk.example:port/hook", "https://desk.example:99999/hook", "https://\ud800/"]
)
def test_an_odd_url_is_a_bad_signature(url):
    assert not is_accepted(form("sms"), {SIGNATURE: "x"}, url=url)


def test_characters_that_no_form_can_carry_are_a_bad_signature():
    assert not is_accepted([("Body", "\ud800")], {SIGNATURE: "x"})


@pytest.mark.parametrize(("tokens", "keys"), [([""], {}), ([TOKEN, ""], {}), ([], {"key": ""})])
def test_an_empty_secret_is_refused_at_once(tokens, keys):
    with pytest.raises(ValueError, match="empty secret"):
        Signatures(tokens, keys)


def test_without_any_secret_nothing_is_accepted():
    pairs = form("sms")

    assert not is_accepted(pairs, signed(pairs, secret=""), signatures=Signatures([], {}))


def test_bytes_that_are_not_text_are_signed_as_they_came():
    digest = hmac.digest(TOKEN.encode(), URL.encode() + b"Body\xff\xfe", "sha1")

    assert is_accepted(decode_form(b"Body=%ff%fe"), {SIGNATURE: base64.b64encode(digest).decode()})


names = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)
values = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
forms = st.lists(st.tuples(names, values), max_size=12)


@given(forms)
def test_every_form_that_twilio_signs_is_accepted_repeated_names_too(pairs):
    assert is_accepted(pairs, signed(pairs))


@given(forms, st.data())
def test_a_changed_signature_is_never_accepted(pairs, data):
    header = signed(pairs)[SIGNATURE]
    position = data.draw(st.integers(0, len(header) - 1))
    other = data.draw(st.characters(exclude_categories=["Cs"]))
    assume(other != header[position])

    assert not is_accepted(pairs, {SIGNATURE: header[:position] + other + header[position + 1 :]})


@given(forms, names, values)
def test_a_field_more_is_never_accepted(pairs, name, value):
    assume((name, value) not in pairs)

    assert not is_accepted([*pairs, (name, value)], signed(pairs))


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_header_gets_a_yes_or_a_no(signature, settings):
    assert not is_accepted(form("sms"), {SIGNATURE: signature, SETTINGS: settings})
