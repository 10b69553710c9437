"""What is read in an update."""

import json
from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.reading import MEDIA, parse
from bot.domain.desk import Order, Verb
from bot.domain.inbox import ChatMoved, Noise
from bot.errors import Unreadable
from tests.channels.telegram.telegram_desk import API_NAME, BOT_ID, DESK, PAYLOADS, entry, payload


def read(update: object, *, bot_username: str | None = API_NAME) -> Order | Noise:
    return parse(entry(update), bot_id=BOT_ID, bot_username=bot_username)


def order(verb: Verb, message_id: int, **more: Any) -> Order:
    return Order(verb, user_id=501, user_name="Alice Réparatrice", chat_id=DESK, message_id=message_id, **more)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "command_in_the_desk",
            order(Verb.TAKE, 90, ticket=12, typed="/prendre@permanence_bot 12"),
            id="a command aimed at us",
        ),
        pytest.param(
            "answer_to_a_card",
            order(Verb.REPLY, 91, words="Bonjour,\nnous passons à 14 h. 👍", reply_to=88),
            id="an answer to a card goes to the client",
        ),
        pytest.param(
            "pressed_button", order(Verb.TAKE, 88, ticket=12, callback_id="2152500001234567890"), id="a pressed button"
        ),
        pytest.param(
            "pressed_button_of_an_old_message",
            order(Verb.OUTCOME, 88, ticket=12, words="resolved", callback_id="2152500001234567891"),
            id="a button of a message that Telegram does not show any more",
        ),
        pytest.param(
            "picture_as_answer",
            order(Verb.REPLY, 93, words="Voici le réglage", typed=MEDIA, reply_to=88),
            id="a picture as an answer",
        ),
        pytest.param(
            "picture_with_a_command",
            order(Verb.REPLY, 94, ticket=12, words="voici le réglage", typed=MEDIA),
            id="a command under a picture does not lose the picture in silence",
        ),
        pytest.param(
            "voice_as_answer", order(Verb.REPLY, 95, typed=MEDIA, reply_to=88), id="a voice message as an answer"
        ),
    ],
)
def test_reads_an_order_in_the_desk(name: str, expected: Order) -> None:
    assert read(payload(name)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("start_in_private", (Verb.HELLO, "", "/start"), id="hello"),
        pytest.param("talk_in_private", (Verb.UNKNOWN, "bonjour", "bonjour"), id="talk gets help"),
        pytest.param("sticker_in_private", (Verb.UNKNOWN, "", MEDIA), id="a sticker gets help"),
    ],
)
def test_reads_everything_in_private(name: str, expected: tuple[Verb, str, str]) -> None:
    found = read(payload(name))
    assert isinstance(found, Order)
    assert (found.verb, found.words, found.typed) == expected
    assert (found.is_private, found.chat_id, found.user_id) == (True, 501, 501)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        pytest.param("talk_in_the_desk", "talk between people", id="talk in the desk"),
        pytest.param("answer_to_a_colleague", "talk between people", id="an answer to a colleague"),
        pytest.param("talk_in_a_topic_that_we_made", "talk between people", id="talk in a topic of ours"),
        pytest.param("forwarded_command", "talk between people", id="a command that somebody else wrote"),
        pytest.param("sticker_in_the_desk", "no text", id="a sticker in the desk"),
        pytest.param("new_title", "no text", id="a new title"),
        pytest.param("new_member", "no text", id="a new member"),
        pytest.param("pinned_message", "no text", id="a pinned message"),
        pytest.param("edited_message", "an edited message", id="an edited command"),
        pytest.param("our_membership", "our membership: member", id="our own membership"),
        pytest.param(
            "anonymous_administrator",
            "written in the name of a group or channel: nobody to answer for it",
            id="an anonymous administrator",
        ),
        pytest.param("another_bot", "not written by a person", id="another bot"),
        pytest.param("channel_post", "a kind of update we do not ask for", id="a channel's post"),
        pytest.param("unknown_kind", "a kind of update we do not ask for", id="a kind of update of years to come"),
        pytest.param("pressed_button_of_an_inline_message", "a button that is not ours", id="a button elsewhere"),
    ],
)
def test_reads_nothing_of_ours(name: str, why: str) -> None:
    assert read(payload(name)) == Noise(why)


def said(text: str, **more: Any) -> dict[str, Any]:
    """A message in the desk."""
    update = payload("talk_in_the_desk")
    update["message"] |= {"text": text} | more
    return update


def test_a_command_for_another_bot_is_not_ours() -> None:
    assert read(said("/prendre@meteo_bot 12")) == Noise("a command for another bot")


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        pytest.param("/prendre@Permanence_Bot 12", "permanence_bot", id="whatever the capitals"),
        pytest.param("/prendre@permanence_bot 12", "@permanence_bot", id="whether or not our name has its @"),
        pytest.param("/prendre@anything_bot 12", None, id="any name, while Telegram has not said ours"),
    ],
)
def test_a_command_with_our_name_is_ours(typed: str, known: str | None) -> None:
    assert read(said(typed), bot_username=known) == order(Verb.TAKE, 97, ticket=12, typed=typed)


def test_an_unknown_command_says_what_was_typed() -> None:
    assert read(said("/panre 12")) == order(Verb.UNKNOWN, 97, words="12", typed="/panre 12")


def test_a_command_that_answers_a_card_says_which() -> None:
    update = payload("answer_to_a_card")
    update["message"]["text"] = "/rdv 12 mai 14h"
    assert read(update) == order(Verb.APPOINTMENT, 91, words="12 mai 14h", typed="/rdv 12 mai 14h", reply_to=88)


def test_a_command_that_answers_a_colleague_answers_no_card() -> None:
    update = payload("answer_to_a_colleague")
    update["message"]["text"] = "/prendre 12"
    assert read(update) == order(Verb.TAKE, 92, ticket=12, typed="/prendre 12")


def test_a_forwarded_command_in_private_gives_no_order() -> None:
    update = payload("forwarded_command")
    update["message"]["chat"] = payload("start_in_private")["message"]["chat"]
    found = read(update)
    assert isinstance(found, Order)
    assert (found.verb, found.ticket, found.typed) == (Verb.UNKNOWN, None, "/clore 12 résolu")


def test_a_stranger_is_read_like_anybody() -> None:
    stranger = {"id": 999, "is_bot": False, "first_name": "Inconnu"}
    update = said("/prendre 12", **{"from": stranger})
    assert read(update) == Order(
        Verb.TAKE, user_id=999, user_name="Inconnu", chat_id=DESK, message_id=97, ticket=12, typed="/prendre 12"
    )


def test_a_button_of_another_version_says_what_it_carried() -> None:
    update = payload("pressed_button")
    update["callback_query"]["data"] = "danser:12"
    assert read(update) == order(
        Verb.UNKNOWN, 88, words="danser:12", typed="danser:12", callback_id="2152500001234567890"
    )


def test_keeps_nul_and_emoji_whole_and_half_a_surrogate_pair_out() -> None:
    found = read(json.dumps(said("/note 12 a\0b 👍 \ud83d fin")))
    assert isinstance(found, Order)
    assert found.words == "a\0b 👍 ? fin"


def test_reads_a_text_of_sixty_thousand_characters() -> None:
    found = read(said("/note 12 " + "é\n" * 30_000 + "fin"))
    assert isinstance(found, Order)
    assert (found.ticket, len(found.words)) == (12, 60_003)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("{", id="half a document"),
        pytest.param("[]", id="a list"),
        pytest.param("null", id="null"),
        pytest.param('"texte"', id="a text"),
        pytest.param("{}", id="no update id"),
        pytest.param('{"update_id": "1"}', id="an id that is no number"),
        pytest.param('{"update_id": 1, "message": "bonjour"}', id="a message that is no object"),
        pytest.param('{"update_id": 1, "message": {}}', id="an empty message"),
        pytest.param('{"update_id": 1, "callback_query": {"id": "1"}}', id="a press by nobody"),
        pytest.param("[" * 100_000, id="deep nesting"),
    ],
)
def test_what_is_no_update_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match="telegram update 1 cannot be read"):
        read(text)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param("text", 12, id="a text that is a number"),
        pytest.param("message_id", "97", id="an id that is a text"),
        pytest.param("message_id", 2**63, id="an id that no database takes"),
        pytest.param("message_id", True, id="an id that is true"),
        pytest.param("date", 10**30, id="a date at the end of time"),
        pytest.param("chat", 5, id="a chat that is a number"),
    ],
)
def test_a_message_of_wrong_types_is_unreadable(place: str, value: object) -> None:
    update = said("/prendre 12")
    assert isinstance(read(update), Order)
    update["message"][place] = value
    with pytest.raises(Unreadable):
        read(update)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
UPDATES = [json.loads(path.read_text()) for path in sorted(PAYLOADS.glob("*.json"))]


@st.composite
def damaged_updates(draw: st.DrawFn) -> Any:
    """A real update in which something, anywhere, is replaced by anything or left out."""
    update = json.loads(json.dumps(draw(st.sampled_from(UPDATES))))
    inside, at = draw(st.sampled_from(list(_places(update))))
    if draw(st.booleans()):
        inside[at] = draw(JSON)
    else:
        del inside[at]
    return update


def _places(value: Any) -> Any:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


@given(JSON | damaged_updates())
def test_any_json_is_an_order_or_noise_or_unreadable(update: Any) -> None:
    try:
        found = read(update)
    except Unreadable:
        return
    assert isinstance(found, Order | ChatMoved | Noise)
    if isinstance(found, Order):
        kinds = {field.name: type(getattr(found, field.name)) for field in fields(found)}
        assert {kinds[name] for name in ("user_id", "chat_id", "message_id")} == {int}
        assert {kinds[name] for name in ("user_name", "words", "typed")} == {str}
        assert {kinds["ticket"], kinds["reply_to"]} <= {int, type(None)}
        assert json.dumps([found.user_name, found.words, found.typed], ensure_ascii=False).encode()


def test_a_group_that_became_a_supergroup_has_moved() -> None:
    update = payload("group_became_supergroup")
    told = parse(entry(update), bot_id=BOT_ID)
    assert told == ChatMoved(update["message"]["chat"]["id"], -1001234567890)
