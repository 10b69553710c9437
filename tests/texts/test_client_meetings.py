"""What clients are told about a "13-14" session (C29): the link whole, one SMS where it fits, never above two."""

import pytest

from bot.domain.addresses import Channel
from bot.rules.meetings import LONGEST_LINK
from bot.texts.client import ClientTexts
from bot.texts.client_meetings import cancelled, invitation, noted, relinked, reminder
from bot.texts.gsm import is_gsm7, parts
from tests.rules.calendars import day

TEXTS = ClientTexts()
ON = day("2026-11-27")
LINK = "https://zoom.us/j/81234567890"
USUAL_LINK = "https://us02web.zoom.us/j/81234567890?pwd=abcdefghijklmnop"
LONG_LINK = "https://zoom.us/" + "a" * (LONGEST_LINK - len("https://zoom.us/"))


@pytest.mark.parametrize(
    ("link", "shop", "expected"),
    [
        pytest.param(
            LINK,
            "Atelier",
            f"Atelier : session 13-14 (visio) du vendredi 27 novembre de 13h à 14h : {LINK} "
            "Viendrez-vous ? Répondez OUI ou NON.",
            id="a short link",
        ),
        pytest.param(
            USUAL_LINK,
            "Atelier",
            f"Atelier : session 13-14 (visio) du ven. 27/11 de 13h à 14h : {USUAL_LINK} "
            "Viendrez-vous ? Répondez OUI ou NON.",
            id="a long one shortens the day",
        ),
        pytest.param(
            USUAL_LINK,
            "Informatique Médicale de Bretagne",
            f"Session 13-14 (visio) du vendredi 27 novembre de 13h à 14h : {USUAL_LINK} "
            "Viendrez-vous ? Répondez OUI ou NON.",
            id="then the shop's name gives way",
        ),
    ],
)
def test_an_invitation_is_one_sms(link: str, shop: str, expected: str) -> None:
    said = invitation(TEXTS, on=ON, link=link, shop=shop)
    assert (said, parts(said), is_gsm7(said)) == (expected, 1, True)


@pytest.mark.parametrize("shop", ["", "Atelier", "Ж" * 90], ids=["no shop", "a shop", "cyrillic"])
def test_the_longest_link_stands_whole_in_two_sms(shop: str) -> None:
    for said in (
        invitation(TEXTS, on=ON, link=LONG_LINK, shop=shop, answer_to="+33639980000"),
        reminder(TEXTS, link=LONG_LINK, has_answered=False, shop=shop, answer_to="+33639980000"),
        relinked(TEXTS, on=ON, link=LONG_LINK, shop=shop),
    ):
        assert (LONG_LINK in said, parts(said), is_gsm7(said)) == (True, 2, True)


def test_who_has_answered_is_not_asked_again() -> None:
    assert reminder(TEXTS, link=LINK, has_answered=True) == (f"Session 13-14 (visio) aujourd'hui de 13h à 14h : {LINK}")
    assert reminder(TEXTS, link=LINK, has_answered=False).endswith("Viendrez-vous ? Répondez OUI ou NON.")


def test_on_other_channels_it_is_as_written() -> None:
    said = reminder(TEXTS, link=LINK, has_answered=True, shop="Atelier", channel=Channel.WHATSAPP)
    assert said == f"Atelier : session 13-14 (visio) aujourd’hui de 13h à 14h : {LINK}"
    assert cancelled(TEXTS, on=ON, channel=Channel.MAIL) == "La session 13-14 du vendredi 27 novembre est annulée."


def test_an_answer_is_noted() -> None:
    assert noted(TEXTS, on=ON, coming=True) == (
        "C'est noté, nous vous attendons à la session 13-14 du vendredi 27 novembre."
    )
    assert noted(TEXTS, on=ON, coming=False) == (
        "C'est noté, vous ne viendrez pas à la session 13-14 du vendredi 27 novembre."
    )


def test_a_shop_says_it_in_its_own_words() -> None:
    texts = ClientTexts({"meeting_cancelled": "Pas de visio {day}."})
    assert cancelled(texts, on=ON, shop="Atelier") == "Atelier : Pas de visio du vendredi 27 novembre."
