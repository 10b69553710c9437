"""Names are found whatever the way they were typed."""

import pytest

from bot.rules.folding import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("Cabinet  des Tilleuls", "cabinet des tilleuls", id="case and runs of spaces"),
        pytest.param(" Hélène\tVASSEUR\n", "helene vasseur", id="accents, tabs, line ends"),
        pytest.param("cœur Œdème", "coeur oedeme", id="œ is two letters"),
        pytest.param("He\u0301le\u0300ne", "helene", id="accents that stand apart"),
        pytest.param("Straße", "strasse", id="a German street"),
        pytest.param("ＭＳＰ №１", "msp no1", id="full-width letters"),
        pytest.param("a\u00a0b\u202fc", "a b c", id="no-break spaces"),
        pytest.param("", "", id="nothing"),
        pytest.param("👍", "👍", id="an emoji stays"),
    ],
)
def test_text_is_folded_for_searching(text, folded):
    assert fold(text) == folded


def test_folding_twice_changes_nothing():
    assert fold(fold("Œuvre d’Été")) == fold("Œuvre d’Été")
