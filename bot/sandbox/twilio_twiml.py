"""TwiML as the stand-in understands it: read, and refused where Twilio would not go on. Pure.

Twilio passes over some of what it does not know with a warning; the stand-in refuses it, so that a slip of the pen
shows. Verbs and attributes after https://www.twilio.com/docs/voice/twiml, held against Twilio's own library in the
tests.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin
from xml.etree import ElementTree

import phonenumbers

LONGEST_DOCUMENT = 64 * 1024
PARSE_FAILURE, SCHEMA_FAILURE = 12100, 12200
INVALID_CALLER_ID, INVALID_NUMBER = 13214, 13224
FETCH_FAILURE = 11200
LONGEST_TEXT = 4096

_NUMBER = re.compile(r"\+[1-9]\d{6,14}")
_RECORDING_EVENTS = frozenset(("in-progress", "completed", "absent"))


class TwimlRefusal(Exception):
    """Twilio cannot go on: the caller hears an error, and the call ends."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(f"{code}: {why}")
        self.code = code


@dataclass(frozen=True)
class Verb:
    """One step of a document: `attributes` are checked, `text` is what stands in it (of a Dial: the number).

    `inner` are the steps within it: what a Gather says, the one Number of a Dial.
    """

    name: str
    attributes: Mapping[str, str]
    text: str = ""
    inner: tuple["Verb", ...] = ()

    def number(self, name: str, default: int) -> int:
        return int(self.attributes.get(name, default))

    def url(self, name: str, document_url: str) -> str | None:
        """An address of an attribute, as seen from the document it stands in."""
        given = self.attributes.get(name)
        return urljoin(document_url, given) if given else None


def _whole(least: int, most: int) -> Callable[[str], bool]:
    return lambda value: value.isascii() and value.isdigit() and least <= int(value) <= most


def _one_of(*values: str) -> Callable[[str], bool]:
    return lambda value: value in values


def _is_url(value: str) -> bool:
    return bool(re.fullmatch(r"(https?://[^\s/]+)?(/[^\s]*)?", value)) and bool(value)


def _anything(value: str) -> bool:
    return len(value) <= LONGEST_TEXT


def _recording_events(value: str) -> bool:
    return bool(value.split()) and set(value.split()) <= _RECORDING_EVENTS


_BOOLEAN, _METHOD = _one_of("true", "false"), _one_of("GET", "POST")
_TRIM = _one_of("trim-silence", "do-not-trim")
_CALLBACK = {
    "recordingStatusCallback": _is_url,
    "recordingStatusCallbackMethod": _METHOD,
    "recordingStatusCallbackEvent": _recording_events,
}

VERBS: Mapping[str, Mapping[str, Callable[[str], bool]]] = {
    "Say": {"voice": _anything, "language": _anything, "loop": _whole(0, 1000)},
    "Pause": {"length": _whole(1, 600)},
    "Hangup": {},
    "Reject": {"reason": _one_of("rejected", "busy")},
    "Redirect": {"method": _METHOD},
    "Dial": {
        "action": _is_url,
        "method": _METHOD,
        "timeout": _whole(1, 600),
        "timeLimit": _whole(1, 14_400),
        "callerId": _anything,
        "answerOnBridge": _BOOLEAN,
        "hangupOnStar": _BOOLEAN,
        "ringTone": _anything,
        "record": _one_of("do-not-record", "record-from-answer", "record-from-ringing"),
        "trim": _TRIM,
        **_CALLBACK,
    },
    "Gather": {
        "input": _one_of("dtmf"),
        "action": _is_url,
        "method": _METHOD,
        "timeout": _whole(1, 600),
        "numDigits": _whole(1, 100),
        "finishOnKey": lambda value: bool(re.fullmatch(r"[0-9#*]?", value)),
    },
    "Record": {
        "action": _is_url,
        "method": _METHOD,
        "timeout": _whole(1, 3600),
        "finishOnKey": lambda value: bool(re.fullmatch(r"[0-9#*]*", value)),
        "maxLength": _whole(2, 14_400),
        "playBeep": _BOOLEAN,
        "trim": _TRIM,
        "transcribe": _BOOLEAN,
        "transcribeCallback": _is_url,
        **_CALLBACK,
    },
}
"""The verbs that are carried out, with what each attribute may hold. Play and the others are none of ours."""

NUMBER: Mapping[str, Callable[[str], bool]] = {"url": _is_url, "method": _METHOD}
"""The attributes of the one Number that a Dial rings."""

WITH_TEXT = frozenset(("Say", "Redirect", "Dial"))


def fetched(status: int | None, answer: str) -> str:
    """What came back when a document was asked for; what is no 2xx is a `TwimlRefusal`."""
    if status is None or not 200 <= status < 300:
        raise TwimlRefusal(FETCH_FAILURE, f"HTTP {status}")
    return answer


def read_twiml(document: str, *, callers: Collection[str]) -> list[Verb]:
    """The steps of a document, or a `TwimlRefusal`. `callers` are the numbers that a Dial may show."""
    if len(document.encode()) > LONGEST_DOCUMENT:
        raise TwimlRefusal(PARSE_FAILURE, "longer than 64 kB")
    try:
        root = ElementTree.fromstring(document)  # noqa: S314 - a stand-in, that reads what the program under test wrote
    except ElementTree.ParseError as error:
        raise TwimlRefusal(PARSE_FAILURE, "no XML") from error
    if root.tag != "Response":
        raise TwimlRefusal(PARSE_FAILURE, f"<{root.tag}> is no <Response>")
    return [_verb(element, callers) for element in root]


def _verb(element: ElementTree.Element, callers: Collection[str]) -> Verb:
    allowed = VERBS.get(element.tag)
    if allowed is None:
        raise TwimlRefusal(SCHEMA_FAILURE, f"<{element.tag}> is no verb")
    _check_attributes(element, allowed)
    text = _dialled(element) if element.tag == "Dial" else (element.text or "").strip()
    if any(element.tag != "Dial" and (element.tag, each.tag) != ("Gather", "Say") for each in element):
        raise TwimlRefusal(SCHEMA_FAILURE, f"<{element.tag}> holds other elements")
    if bool(text) != (element.tag in WITH_TEXT) or len(text) > LONGEST_TEXT:
        raise TwimlRefusal(SCHEMA_FAILURE, f"<{element.tag}> with {len(text)} characters")
    shown = element.attrib.get("callerId")
    if shown is not None and shown not in callers:
        raise TwimlRefusal(INVALID_CALLER_ID, "callerId is neither the caller's number nor the called one")
    if element.tag == "Dial":
        inner = [Verb("Number", dict(each.attrib), text) for each in element]
    else:
        inner = [_verb(each, callers) for each in element]
    return Verb(element.tag, dict(element.attrib), text, tuple(inner))


def _check_attributes(element: ElementTree.Element, allowed: Mapping[str, Callable[[str], bool]]) -> None:
    for name, value in element.attrib.items():
        if name not in allowed or not allowed[name](value):
            raise TwimlRefusal(SCHEMA_FAILURE, f'<{element.tag} {name}="{value}">')


def _dialled(element: ElementTree.Element) -> str:
    """The number to ring: as a <Number>, or as the text."""
    children = list(element)
    if children and (len(children) > 1 or children[0].tag != "Number" or len(children[0])):
        raise TwimlRefusal(SCHEMA_FAILURE, "<Dial> rings one <Number> here")
    for each in children:
        _check_attributes(each, NUMBER)
    number = ((children[0] if children else element).text or "").strip()
    try:
        is_possible = phonenumbers.is_possible_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        is_possible = False
    if not _NUMBER.fullmatch(number) or not is_possible:
        raise TwimlRefusal(INVALID_NUMBER, "<Number> is no number")
    return number
