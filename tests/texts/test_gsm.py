"""SMS alphabets."""

import pytest

from bot.texts.gsm import BASIC, EXTENDED, fold, is_gsm7, parts


def test_the_tables_are_those_of_the_standard() -> None:
    assert (len(BASIC), len(EXTENDED)) == (127, 10)  # 128 with the escape, which is no character


@pytest.mark.parametrize("char", "éèàùìòÉÇñÜ@€{}[]~|^\\\n")
def test_gsm_7_holds(char: str) -> None:
    assert is_gsm7(char)


@pytest.mark.parametrize("char", ["ç", "ê", "â", "î", "ô", "û", "œ", "°", "’", "«", "…", "–", "\u00a0", "😀", "À"])
def test_gsm_7_does_not_hold(char: str) -> None:
    assert not is_gsm7(char)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("éèàùìòÉ", "éèàùìòÉ", id="what GSM-7 holds stays"),
        pytest.param("reçu à bientôt, maïs, hâte, île, dû", "recu à bientot, mais, hate, ile, du", id="accents"),
        pytest.param("e\u0301te\u0301", "été", id="accents written apart"),
        pytest.param("ÇA Ê Œuvre, cœur", "ÇA E OEuvre, coeur", id="capitals and ligatures"),
        pytest.param("l’été « bleu » “a” ‘b’", 'l\'été "bleu" "a" \'b\'', id="quotation marks"),
        pytest.param("à 9\u00a0h : n°\u202f41", "à 9 h : no 41", id="no-break spaces and the degree sign"),
        pytest.param("a – b — c… d•e", "a - b - c... d-e", id="dashes, dots, bullets"),
        pytest.param("12 € [x]", "12 € [x]", id="the extension table"),
        pytest.param("Ω Δ Ж 漢 😀", "Ω Δ ? ? ?", id="what has no likeness"),
        pytest.param("a\u200bb\ufeff ❤\ufe0f", "ab ?", id="invisible characters"),
        pytest.param("½ ① ﬁn", "? 1 fin", id="compatible letters where they fit"),
        pytest.param("a\r\nb\tc", "a\nb c", id="ends of line and tabs"),
        pytest.param("x\u0323", "x", id="a mark that no letter takes"),
    ],
)
def test_folding(text: str, expected: str) -> None:
    assert fold(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", 1, id="nothing is one part"),
        pytest.param("é" * 160, 1, id="160 septets"),
        pytest.param("é" * 161, 2, id="161 septets"),
        pytest.param("a" * 306, 2, id="twice 153"),
        pytest.param("a" * 307, 3, id="one more"),
        pytest.param("€" * 80, 1, id="80 characters of two septets"),
        pytest.param("€" * 81, 2, id="81 of them"),
        pytest.param("€" * 152, 2, id="a part holds 76 of them, since none is split"),
        pytest.param("€" * 153, 3, id="not 153 in two parts"),
        pytest.param("ç" * 70, 1, id="70 units of UCS-2"),
        pytest.param("ç" * 71, 2, id="71 units"),
        pytest.param("ç" * 134, 2, id="twice 67"),
        pytest.param("ç" * 135, 3, id="one more than twice 67"),
        pytest.param("😀" * 35, 1, id="35 emoji of two units"),
        pytest.param("😀" * 66, 2, id="a part holds 33 of them"),
        pytest.param("😀" * 67, 3, id="67 of them"),
    ],
)
def test_parts(text: str, expected: int) -> None:
    assert parts(text) == expected
