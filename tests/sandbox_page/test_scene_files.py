"""A scene's file is read strictly: every problem with its line, and nothing is guessed."""

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.sandbox.scenes import SHIPPED, Scene, SceneRejected, load_scene, parse_scene

GOOD = """\
title: Une scène
starts: 2026-11-23 09:12
steps:
  - client: {who: secretariat, text: Bonjour}
  - at: 22:00
    technician: {who: Claire, presses: Je prends, ticket: 1}
  - clock: {advance: 15min}
  - expect: {ticket: {state: closed, urgent: true}, balance: 11}
"""


def problems_of(text: str) -> list[str]:
    with pytest.raises(SceneRejected) as rejected:
        parse_scene(text)
    return list(rejected.value.problems)


def with_step(step: str) -> str:
    return f"title: T\nstarts: 2026-11-23 09:12\nsteps:\n  - {step}\n"


def test_a_scene_is_read_whole() -> None:
    scene = parse_scene(GOOD)
    assert (scene.title, scene.starts) == (
        "Une scène",
        datetime(2026, 11, 23, 9, 12, tzinfo=ZoneInfo("Europe/Paris")),
    )
    assert scene.steps[1].at == time(22, 0)  # YAML 1.1 would make 1320 of it
    assert scene.steps[2].clock is not None
    assert scene.steps[2].clock.advance == timedelta(minutes=15)
    assert scene.steps[3].expect is not None
    assert scene.steps[3].expect.balance == 11


@pytest.mark.parametrize(
    ("step", "told"),
    [
        pytest.param(
            "client: {who: personne, text: Bonjour}",
            "ligne 4, steps[0].client.who\u00a0: personne de ce nom ; choisir parmi : "
            "lambert, nguyen, secretariat, morel, inconnu.",
            id="an unknown client",
        ),
        pytest.param(
            "mail: {who: morel, text: Bonjour}",
            "ligne 4, steps[0].mail\u00a0: un mail a un objet (subject), ou répond au dernier reçu (answers: true).",
            id="a mail about nothing",
        ),
        pytest.param(
            "mail: {who: morel, subject: Panne, text: Bonjour, answers: true}",
            "ligne 4, steps[0].mail\u00a0: un mail a un objet (subject), ou répond au dernier reçu (answers: true).",
            id="a mail that answers and begins",
        ),
        pytest.param(
            "call: {who: morel, how: faxes}",
            "ligne 4, steps[0].call.how\u00a0: une de ces valeurs est attendue : 'talks', 'speaks' or 'hangs_up'.",
            id="a call that nobody can make",
        ),
        pytest.param(
            "client: {who: morel, texte: Bonjour, text: Bonjour}",
            "ligne 4, steps[0].client.texte\u00a0: ce mot n’est pas connu ici.",
            id="a word that means nothing",
        ),
        pytest.param(
            "client: {who: morel}",
            "ligne 4, steps[0].client\u00a0: un client envoie un texte ou une photo (picture: true).",
            id="a client who says nothing",
        ),
        pytest.param(
            "technician: {who: Claire, says: /aide, presses: Voir}",
            "ligne 4, steps[0].technician\u00a0: un technicien fait une chose à la fois : "
            "says, presses, answers ou replies.",
            id="two deeds at once",
        ),
        pytest.param(
            "technician: {says: /aide}",
            "ligne 4, steps[0].technician.who\u00a0: il manque cette ligne.",
            id="a technician without a name",
        ),
        pytest.param(
            "clock: {advance: longtemps}",
            "ligne 4, steps[0].clock.advance\u00a0: durée illisible ; écrire par exemple 15min, 1h ou 2j.",
            id="a length that cannot be read",
        ),
        pytest.param(
            "clock: {to: noël}",
            "ligne 4, steps[0].clock.to\u00a0: une de ces valeurs est attendue : 'next-opening' or 'next-reminder'.",
            id="a moment the clock does not know",
        ),
        pytest.param(
            "expect: {who: morel}",
            "ligne 4, steps[0].expect\u00a0: rien n’est attendu : écrire client_receives, desk_shows, desk_lacks, "
            "ticket ou balance.",
            id="an expectation of nothing",
        ),
        pytest.param(
            "{}",
            "ligne 4, steps[0]\u00a0: un pas a une action et une seule : client, mail, call, technician, clock ou "
            "expect (ou « at » seul).",
            id="an empty step",
        ),
        pytest.param(
            'at: "9 heures"',
            "ligne 4, steps[0].at\u00a0: heure illisible ; écrire par exemple 09:12.",
            id="a time that cannot be read",
        ),
        pytest.param(
            "client: {who: morel, text: Bonjour, text: Urgent}",
            "ligne 4\u00a0: « text » est donné deux fois.",
            id="a word given twice",
        ),
    ],
)
def test_a_slip_is_told_with_its_line(step: str, told: str) -> None:
    assert problems_of(with_step(step)) == [told]


def test_all_problems_are_told_at_once() -> None:
    text = "starts: demain\nsteps:\n  - client: {who: x, text: a}\n  - technician: {who: y, says: z}\n"
    assert [problem.partition("\u00a0")[0] for problem in problems_of(text)] == [
        "ligne 1, title",
        "ligne 1, starts",
        "ligne 3, steps[0].client.who",
        "ligne 4, steps[1].technician.who",
    ]


@pytest.mark.parametrize("text", ["", "- [", "title: {"], ids=["empty", "an open list", "an open mapping"])
def test_what_is_no_yaml_is_no_scene(text: str) -> None:
    [told] = problems_of(text)
    assert told.endswith("ce fichier n’est pas du YAML lisible.")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_scene_is_found_by_its_bare_name(path: Path) -> None:
    assert load_scene(Path(path.stem)) == load_scene(path)


def test_four_scenes_are_shipped() -> None:
    assert {path.stem for path in SHIPPED.glob("*.yaml")} == {
        "une-journee",
        "urgent-la-nuit",
        "rappels",
        "un-mail-puis-un-appel",
    }
    assert all(isinstance(load_scene(path), Scene) for path in SHIPPED.glob("*.yaml"))
