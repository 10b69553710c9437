"""What clients are told of their own part: one SMS each, in GSM-7 (C25, C26)."""

from datetime import date

import pytest

from bot.domain.addresses import Channel
from bot.texts.client import ClientTexts
from bot.texts.client_obligations import backup_reminder, macos_answer
from bot.texts.gsm import is_gsm7, parts

TEXTS, ON = ClientTexts(), date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            macos_answer(TEXTS, agreed=True, on=ON, workstation="iMac accueil", shop="Atelier"),
            "Atelier : vous pouvez mettre à jour macOS sur iMac accueil (accord du 23/11/2026). "
            "Faites d'abord une sauvegarde.",
            id="agreed for one Mac",
        ),
        pytest.param(
            macos_answer(TEXTS, agreed=True, on=ON, channel=Channel.WHATSAPP),
            "Vous pouvez mettre à jour macOS (accord du 23/11/2026). Faites d’abord une sauvegarde.",
            id="agreed, on WhatsApp, without a shop's name",
        ),
        pytest.param(
            macos_answer(TEXTS, agreed=False, on=ON, workstation="iMac accueil", shop="Atelier"),
            "Atelier : réponse du 23/11/2026 : merci de ne pas mettre à jour macOS sur iMac accueil pour le moment.",
            id="refused",
        ),
        pytest.param(
            backup_reminder(TEXTS, number=41, shop="Atelier"),
            "Atelier : avant notre intervention sur votre demande 41, faites une sauvegarde. "
            "Puis répondez SAUVEGARDE OK.",
            id="a reminder",
        ),
        pytest.param(
            backup_reminder(TEXTS, number=41, answer_to="+33639980000", shop="Atelier"),
            "Atelier : avant notre intervention sur votre demande 41, faites une sauvegarde. "
            "Puis envoyez SAUVEGARDE OK au +33639980000.",
            id="from a sender that cannot be answered",
        ),
    ],
)
def test_a_text(text: str, expected: str) -> None:
    assert text == expected


def test_the_longest_ones_are_one_sms() -> None:
    for text in (
        macos_answer(TEXTS, agreed=True, on=ON, workstation="x" * 60, shop="y" * 60),
        macos_answer(TEXTS, agreed=False, on=ON, workstation="x" * 60, shop="y" * 60),
        backup_reminder(TEXTS, number=10**9, answer_to="+33639980000", shop="y" * 60),
    ):
        assert is_gsm7(text)
        assert parts(text) == 1
