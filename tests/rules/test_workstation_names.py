"""Names of Macs: kept tidy and once each, and found by what a technician types."""

import pytest

from bot.domain.workstations import Workstation
from bot.errors import DeskRefusal
from bot.rules.workstation_names import after_whole_client, find_workstation, proper_name

IMAC = Workstation(1, 1, "iMac accueil")
SECOND = Workstation(2, 1, "iMac accueil 2")
BOOK = Workstation(3, 1, "MacBook Dr Vasseur")
ALL = [IMAC, SECOND, BOOK]


def test_a_name_is_kept_with_single_spaces() -> None:
    assert proper_name("  iMac \n du   fond ", others=ALL) == "iMac du fond"


@pytest.mark.parametrize(
    ("words", "reason", "values"),
    [
        pytest.param("  ", "workstation_name", {"words": "", "longest": 60}, id="nothing"),
        pytest.param("x" * 61, "workstation_name", {"words": "x" * 61, "longest": 60}, id="61 letters"),
        pytest.param("IMAC  Accueil", "workstation_named_already", {"name": "iMac accueil"}, id="another's, folded"),
    ],
)
def test_a_name_is_refused(words: str, reason: str, values: dict[str, object]) -> None:
    with pytest.raises(DeskRefusal) as refused:
        proper_name(words, others=ALL)
    assert (refused.value.reason, refused.value.values) == (reason, values)


def test_sixty_letters_are_a_name() -> None:
    assert proper_name("x" * 60, others=ALL) == "x" * 60


@pytest.mark.parametrize(
    ("words", "found", "rest"),
    [
        pytest.param("iMac accueil", [IMAC], "", id="its name"),
        pytest.param("imac ACCUEIL 2", [SECOND], "", id="a longer name, whatever the case"),
        pytest.param("iMac  accueil hier matin", [IMAC], "hier matin", id="its name, and words behind"),
        pytest.param("iMac", [IMAC, SECOND], "", id="a word of two names"),
        pytest.param("vasseur hier", [BOOK], "hier", id="a word within one name"),
        pytest.param("Dr Vasseur", [BOOK], "", id="words within one name"),
        pytest.param("vass", [], "vass", id="half a word is none"),
        pytest.param(" hier matin ", [], "hier matin", id="none"),
        pytest.param("", [], "", id="nothing"),
    ],
)
def test_the_first_words_mean_a_mac(words: str, found: list[Workstation], rest: str) -> None:
    assert find_workstation(words, ALL) == (found, rest)


@pytest.mark.parametrize(
    ("words", "rest"),
    [
        pytest.param("tout le cabinet", "", id="tout le cabinet"),
        pytest.param("Tout le  cabinet hier", "hier", id="with words behind"),
        pytest.param("cabinet hier soir", "hier soir", id="cabinet"),
        pytest.param("tous hier", "hier", id="tous"),
        pytest.param("hier cabinet", None, id="not at the beginning"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_first_words_mean_the_whole_client(words: str, rest: str | None) -> None:
    assert after_whole_client(words) == rest
