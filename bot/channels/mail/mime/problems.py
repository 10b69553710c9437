"""What can be wrong with a mail that was read all the same."""

from enum import StrEnum


class Problem(StrEnum):
    """One thing that was wrong. The mail is read without it; the desk may say so."""

    UNREADABLE = "unreadable"  # nothing but the raw bytes could be kept
    NO_SENDER = "no_sender"
    SEVERAL_SENDERS = "several_senders"
    NO_MESSAGE_ID = "no_message_id"
    NO_DATE = "no_date"
    ABSURD_DATE = "absurd_date"  # before 1990, from the future, or no date at all
    NO_TEXT = "no_text"
    WRONG_CHARSET = "wrong_charset"  # unknown, or not what the bytes are
    BROKEN_ENCODING = "broken_encoding"  # base64 that is none, an unknown transfer encoding
    BROKEN_BOUNDARY = "broken_boundary"  # a multipart without its parts
    BROKEN_HEADER = "broken_header"
    BROKEN_HTML = "broken_html"
    TOO_DEEP = "too_deep"
    TOO_MANY_PARTS = "too_many_parts"
    TOO_LONG = "too_long"  # the mail's end was not read
    HEADERS_CUT = "headers_cut"
    TEXT_CUT = "text_cut"
    SEALED = "sealed"  # encrypted, or wrapped in its signature in a way that is not read
    WINMAIL = "winmail"  # Outlook's winmail.dat: attachments that only Outlook opens
