"""What a caller gets, in Twilio's own language (https://www.twilio.com/docs/voice/twiml).

Written by hand and not by Twilio's library: it has no types, and six verbs need none of it. Tests hold the
result against the library's.
"""

from xml.sax.saxutils import escape, quoteattr

from bot.rules.calls import LONGEST_TALK

LANGUAGE = "fr-FR"
VOICE = "Polly.Lea"
SILENCE_SECONDS = 8
"""A message ends after so long a silence; people stop to think."""

Attributes = dict[str, str | int | bool]


def document(*verbs: str) -> bytes:
    """A whole answer: `document(hang_up())`."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{"".join(verbs)}</Response>'.encode()


def say(text: str) -> str:
    """Read it aloud, in French."""
    return _verb("Say", {"language": LANGUAGE, "voice": VOICE}, escape(text))


def dial(number: str, *, seconds: int, shown: str, action: str, screen: str | None = None) -> str:
    """Let a telephone ring; what became of it is told to `action`, and the caller hears it ring until somebody answers.

    `shown` is the number the telephone shows: Twilio takes ours, or the caller's (13214 for any other). `screen` is
    asked what to say to whoever picks up, before they are connected; the caller hears it ring until then.
    """
    attributes: Attributes = {
        "timeout": seconds,
        "timeLimit": int(LONGEST_TALK.total_seconds()),
        "answerOnBridge": True,
        "callerId": shown,
        "action": action,
        "method": "POST",
    }
    asked: Attributes = {} if screen is None else {"url": screen, "method": "POST"}
    return _verb("Dial", attributes, _verb("Number", asked, escape(number)))


def ask_for_key(text: str, *, seconds: int, action: str) -> str:
    """Read it aloud, and tell `action` the first key that is pressed, from the first word on.

    Where none is, for so long after the last word, it goes on with the next verb.
    """
    attributes: Attributes = {
        "input": "dtmf",
        "numDigits": 1,
        "timeout": seconds,
        "action": action,
        "method": "POST",
    }
    return _verb("Gather", attributes, say(text))


def record(*, seconds: int, action: str, callback: str) -> str:
    """A beep, then what the caller says, never put into words by a machine (C30).

    Twilio tells `action` when it ends, unless nothing was said: then it goes on with the next verb. `callback` is told
    when the recording can be fetched.
    """
    attributes: Attributes = {
        "maxLength": seconds,
        "timeout": SILENCE_SECONDS,
        "playBeep": True,
        "trim": "trim-silence",
        "finishOnKey": "#",
        "transcribe": False,
        "action": action,
        "method": "POST",
        "recordingStatusCallback": callback,
        "recordingStatusCallbackMethod": "POST",
        "recordingStatusCallbackEvent": "completed absent",
    }
    return _verb("Record", attributes, "")


def hang_up() -> str:
    return _verb("Hangup", {}, "")


def _verb(name: str, attributes: Attributes, content: str) -> str:
    written = "".join(f" {key}={quoteattr(_value(value))}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
