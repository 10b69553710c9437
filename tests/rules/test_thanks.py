"""Thanks ask for nothing; in doubt a message is a request."""

import pytest

from bot.rules.thanks import is_thanks


@pytest.mark.parametrize(
    "text",
    [
        "merci", "MERCI", "Merci beaucoup !", "ok merci", "Ok", "parfait, bonne journée", "👍", "👍🏽", "🙏🙏", ":-)",
        "c’est bon merci", "C'est bon, merci.", "super merci à vous", "Merci à vous, bonne soirée 😊", "merci :)",
        "Merci infiniment pour votre aide. Cordialement", "je vous remercie", "Merci et bonne journée à vous",
        "nickel ça marche", "Un grand merci", "Bonjour, merci beaucoup", "Merci c'est résolu",
        "Merci pour votre retour", "Merci !\n\nBon week-end", "D’accord, à bientôt",
    ],
)  # fmt: skip
def test_thanks(text: str) -> None:
    assert is_thanks(text)


@pytest.mark.parametrize(
    "text",
    [
        "merci de me rappeler", "merci mais ça ne marche pas", "ok pour demain ?", "merci ?", "", "   ", "...",
        "bonjour", "merci d'avance", "merci de votre retour", "ça ne marche pas", "super, ça marche plus",
        "ok demain 14h", "Urgent merci", "oui", "non", "ok rappelez-moi", "merci 12", "parfait sauf que", "😡",
        "merci 😡", "et", "rebonjour", "merci, le problème est revenu", "Merci Camille",
        "tout est bon sauf Excel", "stop",
    ],
)  # fmt: skip
def test_in_doubt_it_is_a_request(text: str) -> None:
    assert not is_thanks(text)


def test_a_long_text_is_a_request_whatever_its_words() -> None:
    assert is_thanks("merci " * 20)
    assert not is_thanks("merci " * 20 + "!")
    assert not is_thanks("merci encore " * 5_000)
