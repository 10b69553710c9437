"""The scenes that are shipped, played by the whole program; and what a scene says when it goes wrong."""

import pytest

from bot.sandbox import scene_expectations
from bot.sandbox.scene_player import play_scene
from bot.sandbox.scenes import SHIPPED, load_scene, parse_scene
from tests.sandbox_page.conftest import PATIENCE, start_program


@pytest.mark.parametrize("name", ["une-journee", "urgent-la-nuit", "rappels", "un-mail-puis-un-appel"])
async def test_a_shipped_scene_goes_as_written(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene_expectations, "PATIENCE_SECONDS", PATIENCE)
    told: list[str] = []
    went_well = await play_scene(load_scene(SHIPPED / f"{name}.yaml"), start_program, told.append)
    assert went_well, "\n".join(told)
    assert told[-1].startswith("Tout s’est passé comme prévu")


async def test_a_disappointed_expectation_fails_the_scene_and_says_what_was_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scene_expectations, "PATIENCE_SECONDS", 0.5)
    scene = parse_scene(
        "title: T\nstarts: 2026-11-23 09:12\nsteps:\n"
        "  - client: {who: secretariat, text: Bonjour}\n"
        "  - expect: {balance: 7, ticket: {state: open}}\n"
        "  - technician: {who: Claire, presses: Envoyer un pigeon}\n"
        "  - clock: {to: next-reminder}\n"
    )
    told: list[str] = []
    assert not await play_scene(scene, start_program, told.append)
    transcript = "\n".join(told)
    assert "✗ ATTENDU\u00a0: il reste 7 à Cabinet des Tilleuls\n           VU\u00a0: 12" in transcript
    assert "✓ le dernier ticket est state=open" in transcript
    assert "✗ IMPOSSIBLE\u00a0: aucun bouton « Envoyer un pigeon » au bureau" in transcript
    assert "mercredi 25 novembre" in transcript  # and the scene went on to its end
    assert told[-1] == "2 attentes déçues, 1 tenue(s)."
