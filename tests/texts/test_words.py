"""Labels in both directions, refusals, spacing, and why a message did not arrive."""

import ast
from pathlib import Path

import pytest

import bot
from bot.channels.mail import errors as smtp_errors
from bot.channels.twilio.errors import CODES, UNKNOWN
from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.domain.tickets import DeliveryState, Outcome, Recontact, TicketState
from bot.rules.quota import Reason
from bot.rules.sending import NoRoute
from bot.texts import labels
from bot.texts.posts import Post
from bot.texts.refusals import SENTENCES, WHY_NOT, refusal
from bot.texts.rich import Rich, blockquote, bold
from bot.texts.splitting import split
from bot.texts.typography import typeset
from bot.texts.undelivered import EXPLANATIONS, REASONS, explain_undelivered
from tests.rules.calendars import PARIS, paris

# labels


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("résolu", Outcome.RESOLVED),
        ("Resolu", Outcome.RESOLVED),
        ("RÉSOLUE", Outcome.RESOLVED),
        ("échec", Outcome.FAILED),
        ("commercial", Outcome.COMMERCIAL),
        ("éditeur", Outcome.VENDOR_FAULT),
        ("hors-périmètre", Outcome.OUT_OF_SCOPE),
        ("hors perimetre", Outcome.OUT_OF_SCOPE),
        ("sans-objet", Outcome.NOT_A_REQUEST),
        ("doublon", Outcome.DUPLICATE),
        ("vendor_fault", Outcome.VENDOR_FAULT),
        ("", None),
        ("peut-être", None),
    ],
)
def test_an_outcome_from_what_was_typed(word: str, expected: Outcome | None) -> None:
    assert labels.outcome_from_word(word) is expected


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_is_found_again_by_its_label_and_by_its_button(outcome: Outcome) -> None:
    assert labels.outcome_from_word(labels.OUTCOMES[outcome]) is outcome
    assert labels.outcome_from_word(labels.OUTCOMES[outcome].replace(" ", "-").upper()) is outcome
    assert labels.outcome_from_word(outcome.value) is outcome


@pytest.mark.parametrize(
    ("table", "names"),
    [
        pytest.param(labels.CHANNELS, Channel, id="channels"),
        pytest.param(labels.STATES, TicketState, id="states"),
        pytest.param(labels.OUTCOMES, Outcome, id="outcomes"),
        pytest.param(labels.RECONTACTS, Recontact, id="recontacts"),
        pytest.param(labels.DELIVERIES, DeliveryState, id="deliveries"),
        pytest.param(labels.KINDS, ClientKind, id="kinds of client"),
        pytest.param(labels.DECISIONS, Reason, id="decisions"),
    ],
)
def test_nothing_is_without_a_french_name(table: dict[str, str], names: type) -> None:
    assert set(table) == set(names)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("", "all"), ("Urgents", "urgent"), ("retard", "late"), ("en retard", "late"), ("moi", "mine"), ("x", None)],
)
def test_which_tickets_to_list(words: str, expected: str | None) -> None:
    assert labels.which_tickets(words) == expected


def test_small_words() -> None:
    assert labels.threading_label("first") == "première demande de cet expéditeur"
    assert labels.threading_label("unreadable") == ""
    assert labels.decision_label("individual_contract") == "contrat individuel, jamais compté (C11)"
    assert labels.decision_label("correction") == "correction"
    assert labels.phone_label("+33639980001") == "+33 6 39 98 00 01"
    assert labels.phone_label("anne@exemple.fr") == "anne@exemple.fr"
    assert [labels.subject_of_media(count) for count in (0, 1, 2)] == [
        "Message vide",
        "Photo sans texte",
        "2 photos sans texte",
    ]
    assert labels.subject_of_unreadable(7) == "Message illisible (entrée 7)"
    assert [labels.plural(count, "unité") for count in (0, 1, 2, -2)] == ["0 unité", "1 unité", "2 unités", "-2 unités"]


# refusals


def raised_reasons() -> set[str]:
    """Every reason with which the program raises a `DeskRefusal`, read from its source."""
    reasons = set()
    for file in Path(bot.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"DeskRefusal", "AlreadyDone"}
            ):
                reason = node.args[0]
                assert isinstance(reason, ast.Constant), f"{file}:{node.lineno} refuses for a reason that is computed"
                reasons.add(str(reason.value))
    return reasons


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    assert len(raised_reasons()) > 20
    assert set(SENTENCES) == raised_reasons()


def test_a_refusal_says_what_to_do() -> None:
    post = refusal(
        "moment_ahead",
        {"words": "demain 9h", "at": paris("2026-04-08 09:00")},
        zone=PARIS,
        now=paris("2026-04-07 10:00"),
    )
    assert post.rich.text.replace("\u00a0", " ") == (
        "« demain 9h » serait demain à 9h00, qui est à venir. Écrivez quand cela a eu lieu, par exemple hier 9h."
    )
    several = refusal("several_clients", {"words": "dr", "names": ["Dr Petit", "Dr Roux"]})
    assert several.rich.text.replace("\u00a0", " ") == (
        "Plusieurs clients pour « dr » : Dr Petit, Dr Roux. Écrivez le nom entier."
    )


@pytest.mark.parametrize("obstacle", [*NoRoute, "no_address", "ours"])
def test_why_a_client_cannot_be_written_to_is_said_in_french(obstacle: str) -> None:
    assert obstacle in WHY_NOT
    assert WHY_NOT[obstacle] in refusal("no_way_to_write", {"number": 3, "why": obstacle}).rich.text


def test_what_a_refusal_was_not_told_does_not_lose_it() -> None:
    assert refusal("taken").rich.text.replace("\u00a0", " ") == "Déjà fait : … a pris le n° …."
    assert refusal("nonsense").rich.text == "Ce n’est pas possible ici (nonsense)."
    assert "2026" in refusal("sitting_ahead", {"at": paris("2026-04-08 09:00")}).rich.text
    assert "xyz" in refusal("no_way_to_write", {"number": 3, "why": "xyz"}).rich.text


def test_a_stranger_s_words_in_a_refusal_stay_on_their_line() -> None:
    text = refusal("unknown_client", {"words": "a\nb {number} /clore_41"}).rich.text
    assert "a b {number} /\u2060clore_41" in text


# what did not arrive


def test_every_reason_of_the_channels_codes_is_explained_and_no_other() -> None:
    known = {meaning.reason for meaning in (*CODES.values(), *smtp_errors.CODES.values())}
    assert set(EXPLANATIONS) == known | {UNKNOWN.reason}


def test_the_codes_we_know_ourselves_mean_what_the_channel_says() -> None:
    assert {code: CODES[code].reason for code in REASONS} == REASONS


@pytest.mark.parametrize(
    ("code", "reason", "expected"),
    [
        pytest.param("30006", None, EXPLANATIONS["not_mobile"], id="by its code"),
        pytest.param("63001", "bad_sender", EXPLANATIONS["bad_sender"], id="by its reason"),
        pytest.param("channel_off", None, EXPLANATIONS["channel_off"], id="a code of our own"),
        pytest.param("31999", None, "raison inconnue (code 31999)", id="an unknown code is shown"),
        pytest.param("31999", "unknown", "raison inconnue (code 31999)", id="an unknown reason too"),
        pytest.param(None, None, "raison inconnue", id="nothing known"),
    ],
)
def test_why_a_message_did_not_arrive(code: str | None, reason: str | None, expected: str) -> None:
    assert explain_undelivered(code, reason) == expected


# spacing and length


def test_a_post_has_french_spacing_but_quotes_as_they_were_written() -> None:
    post = Post(Rich.of("😀 Qui ? « ", bold("n° 41"), " » :\n", blockquote("quoi ? « x »"), "\nfin !"))
    assert post.rich.text == "😀 Qui\u00a0? «\u00a0n°\u00a041\u00a0»\u00a0:\nquoi ? « x »\nfin !".replace(
        "fin !", "fin\u00a0!"
    )
    assert [span.type for span in post.rich.spans] == ["bold", "blockquote"]


def test_a_sum_of_money_and_a_share_are_kept_whole() -> None:
    told = typeset(Rich("reste 330,00 € sur 12 mois, 98 % à temps")).text
    assert told == "reste 330,00\u00a0€ sur 12 mois, 98\u00a0% à temps"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("déjà le n° 1 ouvert", "déjà le n°\u00a01 ouvert", id="a ticket"),
        pytest.param("SMS +33 6 39 98 00 01.", "SMS +33\u00a06\u00a039\u00a098\u00a000\u00a001.", id="a number"),
        pytest.param("de 3 39 98", "de 3 39 98", id="figures that are none"),
    ],
)
def test_what_names_a_ticket_or_a_telephone_is_kept_whole(written: str, expected: str) -> None:
    assert typeset(Rich(written)).text == expected


def test_spacing_moves_nothing() -> None:
    rich = Rich.of(blockquote(Rich.of("a : ", bold("b"))), " : ", bold("c"))
    assert typeset(rich) == Rich("a : b\u00a0: c", rich.spans)


def test_a_post_is_cut_to_what_telegram_takes_and_its_toast_to_200() -> None:
    post = Post.of("a" * 5_000)
    assert (len(post.rich), len(post.toast)) == (4096, 200)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("court", ["court"], id="what fits is one piece"),
        pytest.param(" " + "a" * 10 + " ", ["a" * 10], id="spaces around do not count"),
        pytest.param("aaaaaa bbbbbb", ["(1/2) aaaaaa", "(2/2) bbbbbb"], id="at a space"),
        pytest.param("aaaaaa\nb bbbb", ["(1/2) aaaaaa", "(2/2) b bbbb"], id="rather at an end of line"),
        pytest.param("a" * 25, ["(1/3) " + "a" * 10, "(2/3) " + "a" * 10, "(3/3) aaaaa"], id="anywhere"),
    ],
)
def test_a_long_answer_goes_in_pieces(text: str, expected: list[str]) -> None:
    assert split(text, limit=10) == expected


def test_pieces_are_short_enough_for_a_provider() -> None:
    assert max(len(piece) for piece in split("mot " * 5_000)) <= 1_600
