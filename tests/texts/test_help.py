"""Help, and commands that we don't have."""

import pytest

from bot.domain.desk import Verb
from bot.texts import help
from tests.texts.desk import read


def test_help_names_every_command_that_can_be_typed() -> None:
    text = read(help.commands())
    typed = {verb for verb in Verb if f"/{verb} " in f"{text} ".replace("\n", " ").replace(",", " ")}
    only_pressed = {
        Verb.OUTCOME, Verb.DOCTOR, Verb.REASON, Verb.REMOTE, Verb.TIMES, Verb.CONFIRM, Verb.CANCEL, Verb.MEDIA,
        Verb.WHOLE, Verb.REPLY, Verb.FILE, Verb.ON, Verb.PRODUCT, Verb.GUARANTEE, Verb.AGREEMENT, Verb.SHARE,
        Verb.UNKNOWN,
    }  # fmt: skip
    assert typed == set(Verb) - only_pressed - {Verb.HELP, Verb.HELLO}
    assert len(text) < 4096


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param(
            "/tiket",
            "Je ne connais pas « /\u2060tiket ». Vouliez-vous dire /ticket ou /tickets ? "
            "/aide montre toutes les commandes.",
            id="near two",
        ),
        pytest.param("/xyz", "Je ne connais pas « /\u2060xyz ». /aide montre les commandes.", id="near none"),
        pytest.param("", "Je ne connais pas « … ». /aide montre les commandes.", id="nothing"),
    ],
)
def test_an_unknown_command(typed: str, expected: str) -> None:
    assert read(help.unknown(typed)) == expected


def test_hello() -> None:
    assert read(help.hello("Camille")).startswith("Bonjour Camille. Les alertes urgentes")
