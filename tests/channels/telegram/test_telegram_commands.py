"""How technicians type."""

import pytest

from bot.channels.telegram.commands import Command, read_command
from bot.domain.desk import Verb


@pytest.mark.parametrize(
    ("typed", "verb", "ticket", "words"),
    [
        pytest.param("/prendre 12", Verb.TAKE, 12, "", id="a command and a ticket"),
        pytest.param("/PRENDRE 12", Verb.TAKE, 12, "", id="capitals"),
        pytest.param("/Clore 12 Résolu", Verb.CLOSE, 12, "Résolu", id="the words keep their capitals and accents"),
        pytest.param("/répondre 12 d'accord", Verb.ANSWER, 12, "d'accord", id="accents in the command"),
        pytest.param("/re\u0301pondre 12 oui", Verb.ANSWER, 12, "oui", id="accents as combining marks"),
        pytest.param("/début 12 14h10", Verb.START, 12, "14h10", id="debut is the start of a sitting"),
        pytest.param("/start", Verb.HELLO, None, "", id="start is Telegram's hello"),
        pytest.param("/start invite42", Verb.HELLO, None, "invite42", id="hello with Telegram's parameter"),
        pytest.param("/rep 12 oui", Verb.ANSWER, 12, "oui", id="rep for repondre"),
        pytest.param("/reponse 12 oui", Verb.ANSWER, 12, "oui", id="reponse for repondre"),
        pytest.param("/fermer 12", Verb.CLOSE, 12, "", id="fermer for clore"),
        pytest.param("/help", Verb.HELP, None, "", id="help for aide"),
        pytest.param("  /prendre   12  ", Verb.TAKE, 12, "", id="spaces around"),
        pytest.param("/prendre\u00a012", Verb.TAKE, 12, "", id="a no-break space"),
        pytest.param("/prendre n°12", Verb.TAKE, 12, "", id="n°12"),
        pytest.param("/prendre N° 12", Verb.TAKE, 12, "", id="N° 12"),
        pytest.param("/prendre nº12", Verb.TAKE, 12, "", id="nº12 with the ordinal sign"),
        pytest.param("/prendre no 12", Verb.TAKE, 12, "", id="no 12"),
        pytest.param("/prendre #12", Verb.TAKE, 12, "", id="#12"),
        pytest.param("/prendre : 12", Verb.TAKE, 12, "", id="a colon after the command"),
        pytest.param("/prendre12", Verb.TAKE, 12, "", id="no space before the number"),
        pytest.param("/ticket_12", Verb.SHOW, 12, "", id="a number within the link"),
        pytest.param("/note 12: rappeler demain", Verb.NOTE, 12, "rappeler demain", id="a colon after the number"),
        pytest.param("/note 12 - rappeler", Verb.NOTE, 12, "rappeler", id="a dash after the number"),
        pytest.param("/note 12 -5 % de toner", Verb.NOTE, 12, "-5 % de toner", id="a minus belongs to the words"),
        pytest.param("/repondre 12 Bonjour,\n\nà 14 h.", Verb.ANSWER, 12, "Bonjour,\n\nà 14 h.", id="several lines"),
        pytest.param("/repondre 12\nBonjour", Verb.ANSWER, 12, "Bonjour", id="the words on the next line"),
        pytest.param("/note rappeler demain", Verb.NOTE, None, "rappeler demain", id="no number"),
        pytest.param("/rdv 12 12 mai 14h", Verb.APPOINTMENT, 12, "12 mai 14h", id="a ticket and a date"),
        pytest.param("/debut 14h10", Verb.START, None, "14h10", id="14h10 is no ticket"),
        pytest.param("/debut 14:10", Verb.START, None, "14:10", id="14:10 is no ticket"),
        pytest.param("/rdv 12/05 14h", Verb.APPOINTMENT, None, "12/05 14h", id="12/05 is no ticket"),
        pytest.param(
            "/rdv 12 mai 14h", Verb.APPOINTMENT, 12, "mai 14h", id="12 mai is a ticket where none is answered"
        ),
        pytest.param("/fusionner 12 13", Verb.MERGE, 12, "13", id="two tickets"),
        pytest.param("/prendre 1234567890123", Verb.TAKE, None, "1234567890123", id="too long for a ticket"),
        pytest.param("/prendre ١٢", Verb.TAKE, None, "١٢", id="only European digits"),
        pytest.param("/tickets urgents", Verb.LIST, None, "urgents", id="a list"),
        pytest.param("/client 12 rue des Lilas", Verb.CLIENT, None, "12 rue des Lilas", id="an address is no ticket"),
        pytest.param("/recherche 12", Verb.SEARCH, None, "12", id="a search for a number"),
        pytest.param("/appel 06 écran noir", Verb.CALL, None, "06 écran noir", id="a call has no ticket yet"),
        pytest.param("/quota Lilas", Verb.QUOTA, None, "Lilas", id="a quota of a client"),
        pytest.param("/panre 12", Verb.UNKNOWN, None, "12", id="a typing error"),
        pytest.param("/annuler 12", Verb.UNKNOWN, None, "12", id="what only a button gives"),
        pytest.param("/2526 lundi", Verb.UNKNOWN, None, "lundi", id="a number as a command"),
        pytest.param("/1314 27/11", Verb.MEETING, None, "27/11", id="the one number that is a command"),
        pytest.param("/weather_12", Verb.UNKNOWN, None, "", id="a number within an unknown command"),
        pytest.param("/tickets_12", Verb.UNKNOWN, None, "", id="a number within a command that takes none"),
    ],
)
def test_reads_a_command(typed: str, verb: Verb, ticket: int | None, words: str) -> None:
    assert read_command(typed) == Command(verb, ticket, words, None)


@pytest.mark.parametrize(
    ("typed", "ticket", "words"),
    [
        pytest.param("/rdv 12 mai 14h", None, "12 mai 14h", id="a day and its month"),
        pytest.param("/rdv 12 AOÛT", None, "12 AOÛT", id="a month in capitals with its accent"),
        pytest.param("/rdv 12 déc. 14h", None, "12 déc. 14h", id="a shortened month"),
        pytest.param("/rdv n°12 mai", 12, "mai", id="a number that is marked as one"),
        pytest.param("/rdv 12 demain", 12, "demain", id="another word than a month"),
        pytest.param("/note 12 mai était férié", 12, "mai était férié", id="a command that takes no date"),
    ],
)
def test_where_a_card_is_answered_a_number_before_a_month_is_a_day(typed: str, ticket: int | None, words: str) -> None:
    command = read_command(typed, answers_card=True)
    assert command is not None
    assert (command.ticket, command.words) == (ticket, words)


@pytest.mark.parametrize(
    ("typed", "bot"),
    [
        pytest.param("/prendre@permanence_bot 12", "permanence_bot", id="with a name"),
        pytest.param("/prendre_12@permanence_bot", "permanence_bot", id="with a name behind the number"),
        pytest.param("/prendre 12 @permanence_bot", None, id="a name in the words"),
    ],
)
def test_says_which_bot_is_meant(typed: str, bot: str | None) -> None:
    command = read_command(typed)
    assert command is not None
    assert (command.verb, command.ticket, command.bot) == (Verb.TAKE, 12, bot)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("/", id="a slash alone"),
        pytest.param("prendre 12", id="no slash"),
        pytest.param("/ prendre 12", id="a space behind the slash"),
        pytest.param("/!\\ attention", id="a warning sign"),
        pytest.param("/etc/hosts", id="a path"),
        pytest.param("voir /ticket 12", id="a command within a sentence"),
    ],
)
def test_takes_other_texts_for_no_command(typed: str) -> None:
    assert read_command(typed) is None


@pytest.mark.parametrize(
    "word",
    [
        *("aide", "tickets", "ticket", "prendre", "repondre", "note", "debut", "fin", "clore", "rouvrir", "urgent"),
        *("normal", "rdv", "appel", "rattacher", "bloquer", "fusionner", "client", "quota", "pourquoi", "recherche"),
        "start",
    ],
)
def test_reads_every_command_of_the_guide_by_its_own_name(word: str) -> None:
    command = read_command(f"/{word}")
    assert command is not None
    assert command.verb == Verb(word)
