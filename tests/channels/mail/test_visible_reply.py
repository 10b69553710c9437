"""Every sample under `replies/` shows what its writer wrote, and nothing of a mail is ever lost.

A sample is a mail's text, a line `======== visible ========`, what is to be seen of it and, where that is of interest,
a line `======== signature ========` and the signature. Blank space around them does not count.
"""

import time
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.mail.replies.visible_reply import Reply, visible_reply

REPLIES = Path(__file__).parent / "replies"
PROGRAMS = {
    "apicrypt", "apple", "avast", "emclient", "evolution", "fairemail", "free", "gmail", "hotmail", "iphone", "k9",
    "laposte", "lotus", "mailo", "mssante", "orange", "outlook", "protonmail", "roundcube", "samsung", "sfr", "spark",
    "thunderbird", "trap", "tutanota", "wanadoo", "yahoo", "zoho",
}  # fmt: skip


class Sample(NamedTuple):
    mail: str
    visible: str
    signature: str | None


def read(path: Path) -> Sample:
    mail, _, rest = path.read_text(encoding="utf-8").partition("======== visible ========\n")
    visible, _, signature = rest.partition("======== signature ========\n")
    return Sample(mail, visible.strip(), signature.strip() or None)


SAMPLES = {path.stem: read(path) for path in sorted(REPLIES.glob("*.txt"))}


@pytest.mark.parametrize("sample", [pytest.param(sample, id=name) for name, sample in SAMPLES.items()])
def test_sample_shows_what_was_written(sample: Sample) -> None:
    reply = visible_reply(sample.mail)
    assert reply.visible == sample.visible
    if sample.signature is not None:
        assert reply.signature.strip() == sample.signature


def test_samples_are_many_from_many_programs() -> None:
    programs = [name.split("-")[1] for name in SAMPLES]
    assert len(SAMPLES) >= 140
    assert set(programs) >= PROGRAMS
    assert programs.count("trap") >= 12


@pytest.mark.parametrize("sample", [pytest.param(sample, id=name) for name, sample in SAMPLES.items()])
def test_line_ends_of_the_wire_change_nothing(sample: Sample) -> None:
    reply = visible_reply(sample.mail.replace("\n", "\r\n"))
    assert reply.visible.replace("\r\n", "\n") == sample.visible


def test_stretches_of_a_reply_beneath_a_quotation() -> None:
    mail = "Le 23/11/2026 à 10:12, Support a écrit :\n> Quel poste ?\n\nLe 3\n\nCordialement,\nDr Modèle\n"
    assert visible_reply(mail) == Reply(
        above="Le 23/11/2026 à 10:12, Support a écrit :\n> Quel poste ?\n\n",
        visible="Le 3",
        signature="\n\nCordialement,\nDr Modèle\n",
        below="",
    )


def test_stretches_of_a_reply_above_a_quotation() -> None:
    mail = "Le 3\n\nDe : Support\nDate : 23/11/2026 10:12\nObjet : poste\n\nQuel poste ?\n"
    reply = visible_reply(mail)
    assert reply == Reply("", "Le 3", "", mail.removeprefix("Le 3"))
    assert reply.quoted == mail.removeprefix("Le 3")


def test_forwarded_mail_is_not_a_quotation() -> None:
    mail = "Pour vous\n\nDe : Éditeur\nEnvoyé : lundi 23 novembre 2026 10:12\nObjet : licence\n\nExpirée.\n"
    assert visible_reply(mail).visible == "Pour vous"
    assert visible_reply(mail, is_forward=True) == Reply("", mail.strip(), "", "\n")


def test_blank_mail_has_nothing_to_show() -> None:
    assert visible_reply("") == Reply("", "", "", "")
    assert visible_reply(" \n\n") == Reply("", "", "", " \n\n")


_LINES = sorted(set(chain.from_iterable(sample.mail.splitlines() for sample in SAMPLES.values())))
_NASTY = [
    "", "", "", ">", "> ", ">>", "> oui", "oui", "Bonjour,", "-- ", "--", "________________", "Le", "a écrit :", "De :",
    "Le 23 nov. 2026 à 10:12, X", "<x@example.fr>", "a écrit\u00a0:", "Cordialement", "Merci,", "Dr Modèle", "***",
    "**", "\u2028", "\x0c", "\ufeff", "x" * 500, "Tél :", "Voici leur réponse du jour :", ">>> URGENT <<<", "PS : ?",
]  # fmt: skip
MAILS = st.lists(st.sampled_from(_NASTY) | st.sampled_from(_LINES) | st.text(max_size=12), max_size=14).map("\n".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(MAILS, st.text(max_size=200)))
@example("Le 23 nov. 2026 à 10:12, X\n> Q\na écrit :\n> q\n\nr")
def test_every_character_stays(mail: str) -> None:
    reply = visible_reply(mail)
    assert reply.above + reply.visible + reply.signature + reply.below == mail
    assert bool(reply.visible) == bool(mail.strip())


@settings(max_examples=800, deadline=None)
@given(MAILS)
@example(">\nCordialement\n> Le 23 nov. 2026 à 10:12, Support <s@example.fr> a écrit :\noui\n> Et ceci ?")
def test_what_is_visible_is_visible_in_itself(mail: str) -> None:
    visible = visible_reply(mail).visible
    assert visible_reply(visible).visible == visible


@pytest.mark.parametrize(
    "piece",
    [
        pytest.param("Le \n", id="Le"),
        pytest.param("Le 23 nov. 2026 à 10:12, X\n", id="headings that never end"),
        pytest.param("Le 23 nov. 2026 à 10:12, X a écrit :\n> q\n", id="headings and quotations"),
        pytest.param("Voici leur réponse :\n> q\n", id="announced quotations"),
        pytest.param(">", id="marks on one line"),
        pytest.param("> \n", id="marks"),
        pytest.param("\n", id="blank lines"),
        pytest.param("De :\nÀ :\n", id="fields without a date"),
        pytest.param("Cordialement\n", id="closings"),
        pytest.param("Bonjour\nCordialement, Dr X\n", id="greetings and closings"),
        pytest.param("Merci\n\nDr X\n", id="names"),
        pytest.param("Envoyé de mon iPhone\n\n", id="telephones"),
        pytest.param("Ce message et ses pièces jointes sont confidentiels.\n\n", id="notices"),
        pytest.param("-- \n", id="delimiters"),
        pytest.param("________\n\n", id="rules"),
        pytest.param("Le 23 ", id="one endless line"),
        pytest.param("wrote a écrit le @ ", id="one endless line of key words"),
    ],
)
def test_time_grows_with_the_size_alone(piece: str) -> None:
    """Four times the text takes about four times as long (sixteen, were it quadratic), whatever it is made of."""
    little = piece * (20_000 // len(piece))

    def seconds(text: str) -> float:
        began = time.process_time()
        visible_reply(text)
        return time.process_time() - began

    def is_in_proportion() -> bool:
        return min(seconds(little * 4) for _ in range(2)) < 9 * max(min(seconds(little) for _ in range(3)), 0.002)

    assert any(is_in_proportion() for _ in range(5))  # other programs may slow one measurement down
