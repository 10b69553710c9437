"""Which names of clients are the same, and which are near."""

import pytest

from bot.rules.client_names import close_names, same_name

CLIENTS = ["Cabinet des Tilleuls", "Dr Anne Morel", "Cabinet du Port", "MSP de l’Étang"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("CABINET  des tilleuls", "Cabinet des Tilleuls", id="case and spaces"),
        pytest.param("msp de l’etang", "MSP de l’Étang", id="accents"),
        pytest.param("Cabinet des Tilleul", None, id="a letter less is another name"),
        pytest.param("Tilleuls", None, id="a part is another name"),
    ],
)
def test_the_same_name(name: str, expected: str | None) -> None:
    assert same_name(name, CLIENTS) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Cabinet Tilleul", ["Cabinet des Tilleuls"], id="a letter less"),
        pytest.param("Les Tilleuls", ["Cabinet des Tilleuls"], id="without what every practice has"),
        pytest.param("Dr Morel Anne", ["Dr Anne Morel"], id="the words in another order"),
        pytest.param("MSP de l'Etang", ["MSP de l’Étang"], id="another apostrophe"),
        pytest.param("Cabinet des Platanes", [], id="another practice"),
        pytest.param("Dr Anne Moreau", ["Dr Anne Morel"], id="ten letters of eleven"),
        pytest.param("Centre médical", [], id="nothing but what every practice has"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_close_names(name: str, expected: list[str]) -> None:
    assert close_names(name, CLIENTS) == expected


def test_eight_letters_of_ten_are_near_and_seven_are_not() -> None:
    assert close_names("abcdefghxx", ["abcdefghij"]) == ["abcdefghij"]
    assert close_names("abcdefgxxx", ["abcdefghij"]) == []


def test_the_three_closest_the_closest_first() -> None:
    names = ["Tilleuls 4", "Tilleuls", "Tilleuls 33", "Tilleuls 2"]
    assert close_names("Tilleuls", names) == ["Tilleuls", "Tilleuls 2", "Tilleuls 4"]
