"""The contract's products, recognised in what people write (C2)."""

import pytest

from bot.rules.products import PRODUCTS, recognise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("MediStory 4 ne synchronise plus", "MediStory 4", id="with its version"),
        pytest.param("MEDISTORY3 plante", "MediStory 3", id="the version glued on, in capitals"),
        pytest.param("Médistory v4", "MediStory 4", id="an accent, and v4"),
        pytest.param("medistory-4", "MediStory 4", id="with a hyphen"),
        pytest.param("medi story ne s'ouvre pas", "MediStory", id="in two words, without a version"),
        pytest.param("MediStory 4 et MediStoryStation", "MediStoryStation", id="of two the most precise"),
        pytest.param("la station de secours", "MediStoryStation de secours", id="the backup station"),
        pytest.param("MediStoryStation de secours", "MediStoryStation de secours", id="the backup station in full"),
        pytest.param("Express Vitale 5", "ExpressVitale 5", id="ExpressVitale 5 in two words"),
        pytest.param("expressvitale version 4", "ExpressVitale 4", id="ExpressVitale 4"),
        pytest.param("express-vitale", "ExpressVitale", id="ExpressVitale"),
        pytest.param("vigi paiement", "VigiPaiement", id="VigiPaiement in two words"),
        pytest.param("vigipaiment", "VigiPaiement", id="VigiPaiement misspelt"),
        pytest.param("VigiCompta", "VigiCompta", id="VigiCompta"),
        pytest.param("ScanSnap Home", "ScanSnap Home", id="ScanSnap Home"),
        pytest.param("scan snap manager", "ScanSnap Manager", id="ScanSnap Manager"),
        pytest.param("le scansnap", "ScanSnap", id="ScanSnap"),
        pytest.param("Excel", "Microsoft Excel", id="Excel"),
        pytest.param("ms word", "Microsoft Word", id="Word"),
        pytest.param("Power Point", "Microsoft PowerPoint", id="PowerPoint"),
        pytest.param("mon iMac rame", "Mac", id="the Mac itself"),
        pytest.param("Excel sur mon MacBook", "Microsoft Excel", id="a program rather than the Mac"),
        pytest.param("mon mac, MediStory 4", "MediStory 4", id="the order does not matter"),
    ],
)
def test_a_product_is_recognised(text: str, expected: str) -> None:
    assert recognise(text) == expected


@pytest.mark.parametrize("text", ["", "c’est excellent", "une macro", "wording", "l’imprimante", "express", "station"])
def test_other_words_name_no_product(text: str) -> None:
    assert recognise(text) is None


@pytest.mark.parametrize("name", PRODUCTS)
def test_the_contract_s_own_names_are_recognised_as_they_stand(name: str) -> None:
    assert recognise(name) == name


def test_a_very_long_text_is_read_to_its_end() -> None:
    assert recognise("medi " * 12_000 + "vigicompta") == "VigiCompta"
