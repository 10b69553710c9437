"""How technicians type: a command, its ticket, its words. Pure text; no Telegram object comes in here."""

import re
from dataclasses import dataclass

from bot.domain.desk import Verb
from bot.rules.folding import fold
from bot.rules.typed_dates import MONTHS

_FROM_BUTTONS_ONLY = {
    Verb.OUTCOME,
    Verb.DOCTOR,
    Verb.REASON,
    Verb.REMOTE,
    Verb.CONFIRM,
    Verb.CANCEL,
    Verb.MEDIA,
    Verb.WHOLE,
    Verb.REPLY,
    Verb.FILE,
    Verb.ON,
    Verb.PRODUCT,
    Verb.GUARANTEE,
    Verb.AGREEMENT,
    Verb.SHARE,
    Verb.UNKNOWN,
}
_WORDS_ONLY = {
    Verb.HELP,
    Verb.HELLO,
    Verb.LIST,
    Verb.CALL,
    Verb.CLIENT,
    Verb.QUOTA,
    Verb.SEARCH,
    Verb.CONTRACT,
    Verb.PAID,
    Verb.NOTICE,
    Verb.TERMINATE,
    Verb.TERM,
    Verb.STATEMENT,
    Verb.SHEET,
    Verb.CHANGE,
    Verb.CONTACT,
    Verb.MEETING,
    Verb.REPORT,
    Verb.DUTY,
    Verb.UNKNOWN,
}
_BEFORE_A_DATE = {Verb.APPOINTMENT, Verb.START, Verb.END}

_COMMANDS = {str(verb): verb for verb in Verb if verb not in _FROM_BUTTONS_ONLY} | {
    "help": Verb.HELP,
    "rep": Verb.ANSWER,
    "reponse": Verb.ANSWER,
    "cloturer": Verb.CLOSE,
    "fermer": Verb.CLOSE,
}

# "/prendre", "/prendre@OurBot"; not "/!\", and not a path
_COMMAND = re.compile(r"/(?P<word>\w[\w\u0300-\u036f-]*)(?:@(?P<bot>\w+))?(?P<rest>(?:[\s.,:;!?].*)?)", re.DOTALL)
# "/ticket_12", which Telegram makes a link of, and "/ticket12"
_GLUED = re.compile(r"(?P<word>[^\W\d_]+)_?(?P<number>[0-9]{1,9})")
# "12", "n°12", "no 12", "#12", with what people put behind a number; but "12h30", "12:30" and "12/05" are times
_TICKET = re.compile(
    r"(?:(?P<mark>[#№]|n\s?[°ºo.]?)\s*)?(?P<number>[0-9]{1,9})(?![\w%€])(?![:/.,-][0-9])"
    r"\s*(?:[:;,]|[.-](?=\s))?\s*(?P<words>.*)",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Command:
    """What was typed. `bot` is the one it was aimed at, without "@"; the verb is UNKNOWN where we have no such word."""

    verb: Verb
    ticket: int | None
    words: str
    bot: str | None


def read_command(text: str, *, answers_card: bool = False) -> Command | None:
    """Read "/note n°12 rappeler demain" as NOTE, 12, "rappeler demain"; None when the text is not a command.

    `answers_card`: the card already says which ticket, so that in "/rdv 12 mai 14h" the 12 is a day.
    """
    form = _COMMAND.fullmatch(text.strip())
    if form is None:
        return None
    word, rest = fold(form["word"]), form["rest"].lstrip(" \t\n\u00a0\u202f.,:;!?")
    glued = _GLUED.fullmatch(word)
    if glued is not None and _COMMANDS.get(glued["word"], Verb.UNKNOWN) not in _WORDS_ONLY:
        return Command(_COMMANDS[glued["word"]], int(glued["number"]), rest, form["bot"])
    verb = _COMMANDS.get(word, Verb.UNKNOWN)
    ticket, words = _split(verb, rest, answers_card=answers_card)
    return Command(verb, ticket, words, form["bot"])


def _split(verb: Verb, rest: str, *, answers_card: bool) -> tuple[int | None, str]:
    if verb in _WORDS_ONLY:
        return None, rest
    form = _TICKET.fullmatch(rest)
    if form is None:
        return None, rest
    if answers_card and verb in _BEFORE_A_DATE and form["mark"] is None and _begins_with_month(form["words"]):
        return None, rest
    return int(form["number"]), form["words"]


def _begins_with_month(words: str) -> bool:
    first = re.match(r"[^\W\d_]+", words)
    return first is not None and fold(first[0]) in MONTHS
