"""Telling that a message begins with "Urgent" (C18), however it was typed."""

import re
import unicodedata
from functools import lru_cache

_FORMS = frozenset({"urgent", "urgente", "urgents", "urgentes", "urgentissime"})
_LONGEST = max(map(len, _FORMS))

_INVISIBLE = frozenset({"Mn", "Me", "Cf"})  # accents, variation selectors, zero-width and bidirectional marks
_JOINING = frozenset(":;,.!?…·•/|>~")
_JOINING_CATEGORIES = _INVISIBLE | {"Zs", "Zl", "Zp", "Cc", "Pd", "Pe", "Pf", "So", "Sk"}
_STRAIGHT_QUOTES = frozenset("\"'*_")

# possessive, so that a subject of 60,000 spaces is read once
_ANSWERED = re.compile(r"\s*+(?:re|ref|rép|fwd?|tr|rv)\s*+(?:\[\d++\]|\(\d++\)|\^\d++)?+\s*+[:：]", re.IGNORECASE)


def is_urgent(text: str) -> bool:
    """True when the text's first word is "urgent" (C18).

    Case, accents, full-width letters, invisible characters, and what stands before it (spaces, quotes, punctuation,
    emoji) don't matter: "🚨 « URGENT » imprimante". "Pas urgent" and "Bonjour, c'est urgent" do not begin with it.

    *Reading:* the word counts in its French forms ("urgente", "urgents", "urgentissime"). "Urgence" does not begin with
    it, and "urgentiste" is a doctor. Anything but a letter ends the word: "URGENT!!!imprimante".
    """
    return _first_word(text)[0] in _FORMS


def without_urgent_prefix(text: str) -> str:
    """The text without its "Urgent" and what joins it on: "[URGENT] : imprimante" → "imprimante"; others unchanged."""
    word, end = _first_word(text)
    if word not in _FORMS:
        return text
    while end < len(text) and text[end] in _STRAIGHT_QUOTES:
        end += 1
    while end < len(text) and _joins(text[end]):
        end += 1
    return text[end:].rstrip()


def is_urgent_mail(subject: str, body: str) -> bool:
    """True when the subject, without `Re:`, `Fwd:`, `TR:`, or the first written line of the body is urgent (C18).

    A first line that quotes ("> Urgent…") is somebody's earlier one.
    """
    first_line = next((line for line in body.splitlines() if line.strip()), "")
    is_quotation = first_line.lstrip().startswith(">")
    return is_urgent(without_answer_marks(subject)) or (is_urgent(first_line) and not is_quotation)


def without_answer_marks(subject: str) -> str:
    """The subject without what mail programs put before it: "RE : TR: Urgent" → "Urgent"."""
    at = 0
    while mark := _ANSWERED.match(subject, at):
        at = mark.end()
    return subject[at:].strip()


def _first_word(text: str) -> tuple[str, int]:
    """The first word in plain lower-case letters, and where it ends; cut short when it is longer than any form.

    Characters are taken one by one, because normalising a text whole is quadratic on a long run of accents.
    """
    at = 0
    while at < len(text) and _is_decoration(text, at):
        at += 1
    word = ""
    while at < len(text) and len(word) <= _LONGEST:
        letters = _letters(text, at)
        if letters is None or (word in _FORMS and unicodedata.category(text[at]) == "Cf"):
            break
        word += letters
        at += 1
    return word, at


def _is_decoration(text: str, at: int) -> bool:
    return not _letters(text, at) and (_is_emoji(text, at) or unicodedata.category(text[at])[0] in "CMPSZ")


def _letters(text: str, at: int) -> str | None:
    """The plain letters of a character: none for an accent or an invisible one, None for what ends a word."""
    plain = _plain(text[at])
    return None if plain and _is_emoji(text, at) else plain


@lru_cache(maxsize=1024)
def _plain(character: str) -> str | None:
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    decomposed = unicodedata.normalize("NFKD", character).casefold()
    letters = "".join(part for part in decomposed if unicodedata.category(part) not in _INVISIBLE)
    # Ⓤ is a letter in a circle, while ™ and 🈶 only look like letters to Unicode
    is_letter = character.isalpha() or (len(letters) == 1 and letters.isascii())
    return letters if is_letter and letters.isalpha() else None


def _is_emoji(text: str, at: int) -> bool:
    """True for the characters that Unicode takes for letters and digits: ℹ, and what the emoji style follows (1️⃣)."""
    return text[at] == "\N{INFORMATION SOURCE}" or text[at + 1 : at + 2] == "\N{VARIATION SELECTOR-16}"


def _joins(character: str) -> bool:
    return character in _JOINING or unicodedata.category(character) in _JOINING_CATEGORIES
