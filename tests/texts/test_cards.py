"""A ticket's card: what a technician reads, and which buttons a state allows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.addresses import Channel
from bot.domain.buttons import decode
from bot.domain.clients import ClientKind
from bot.domain.desk import Verb
from bot.domain.tickets import DeliveryState, Direction, Outcome, Recontact, TicketState
from bot.rules.sending import Brake, NoRoute
from bot.rules.threading import Reason
from bot.texts.cards import ACKNOWLEDGED, CardView, MessageView, Post, card
from bot.texts.labels import THREADING
from tests.rules.calendars import PARIS, hm, paris

NOW = paris("2026-11-23 16:05")
REQUEST = MessageView(Direction.IN, paris("2026-11-23 16:02"), "Excel ne s’ouvre plus", id=5)
PHOTO = MessageView(Direction.IN, paris("2026-11-23 16:02"), "", n_media=1, media_ids=(7,))
VIEW = CardView(
    number=41,
    urgent=False,
    state=TicketState.OPEN,
    channel=Channel.SMS,
    opened_at=NOW,
    due_at=paris("2026-11-27 14:00"),
    address_label="+33639980123",
    client_name="Cabinet des Tilleuls",
    client_kind=ClientKind.GROUP_PRACTICE,
    contact_name="Anne Martin",
    contact_role="secrétaire",
    product="Microsoft Excel",
    left=hm(38, 55),
    balance=(7, 12),
    messages=(REQUEST,),
    threading="first",
    acknowledged="sent",
)


def shown(view: CardView) -> str:
    """The card's text, with plain spaces."""
    return posted(view).rich.text.replace("\u00a0", " ")


def posted(view: CardView) -> Post:
    return card(view, zone=PARIS, now=NOW)


def buttons(view: CardView) -> list[list[str]]:
    return [[button.text for button in row] for row in posted(view).buttons]


def test_a_whole_card() -> None:
    assert shown(VIEW) == (
        "n° 41 · Cabinet des Tilleuls\n"
        "Anne Martin, secrétaire · SMS +33 6 39 98 01 23\n"
        "Microsoft Excel\n"
        "\n"
        "Client, lun. 23/11 à 16h02 :\n"
        "Excel ne s’ouvre plus\n"
        "\n"
        "À recontacter avant vendredi 27 novembre à 14h00 · reste 38 h 55 ouvrées\n"
        "Personne ne l’a pris\n"
        "Solde : 7 sur 12\n"
        "\n"
        "Classement : première demande de cet expéditeur.\n"
        "Accusé de réception envoyé.\n"
        "\n"
        "à jour lun. 23/11 à 16h05"
    )
    assert buttons(VIEW) == [["Je prends", "Répondre"], ["Débuter", "Clore", "Urgent"]]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param({"urgent": True}, "🔴 URGENT · n° 41 · Cabinet des Tilleuls", id="urgent"),
        pytest.param({"client_name": None, "contact_name": None}, "n° 41 · expéditeur inconnu", id="unknown"),
        pytest.param({"contact_name": None}, "SMS +33 6 39 98 01 23", id="no name: the number alone"),
        pytest.param({"contact_role": ""}, "Anne Martin · SMS +33 6 39 98 01 23", id="no role"),
        pytest.param(
            {"address_label": "anne@exemple.fr", "channel": Channel.MAIL},
            "Anne Martin, secrétaire · mail anne@exemple.fr",
            id="mail",
        ),
        pytest.param({"assigned_to": "Camille"}, "Pris par Camille", id="taken"),
        pytest.param({"left": None}, "À recontacter avant vendredi 27 novembre à 14h00", id="time left unknown"),
        pytest.param(
            {"due_at": paris("2026-11-23 14:05"), "left": -hm(2)},
            "⚠️ EN RETARD de 2 h ouvrées : il fallait recontacter avant lundi 23 novembre à 14h05",
            id="late",
        ),
        pytest.param(
            {"due_at": paris("2026-11-23 16:05"), "left": None},
            "⚠️ EN RETARD : il fallait recontacter avant lundi 23 novembre à 16h05",
            id="late by nothing",
        ),
        pytest.param(
            {"recontacted_at": NOW, "recontacted_by": Recontact.REPLY},
            "Recontacté lun. 23/11 à 16h05 : réponse envoyée",
            id="recontacted",
        ),
        pytest.param(
            {"recontacted_at": NOW, "recontacted_by": Recontact.CALL},
            "Recontacté lun. 23/11 à 16h05 : appel pris",
            id="recontacted by taking a call",
        ),
        pytest.param({"recontacted_at": NOW}, "Recontacté lun. 23/11 à 16h05", id="recontacted somehow"),
        pytest.param(
            {"appointment_at": paris("2026-11-24 09:00")}, "Rendez-vous mardi 24 novembre à 9h00", id="appointment"
        ),
        pytest.param(
            {"backup_at": paris("2026-11-23 10:12")}, "Sauvegarde confirmée lun. 23/11 à 10h12", id="a backup confirmed"
        ),
        pytest.param(
            {"state": TicketState.IN_PROGRESS}, "Intervention en cours : pensez à « Terminer »", id="in progress"
        ),
        pytest.param(
            {"client_kind": ClientKind.INDIVIDUAL, "balance": None},
            "Contrat individuel : jamais compté",
            id="individual",
        ),
        pytest.param({"balance": (-2, 12)}, "Solde : 0 sur 12, hors forfait de 2", id="beyond the package"),
        pytest.param(
            {"unidentified": True}, "⚠️ Expéditeur inconnu : à rattacher à un client, ou à bloquer.", id="unidentified"
        ),
        pytest.param(
            {"not_covered": True}, "⚠️ Non couvert : aucun contrat en cours pour ce client (C13).", id="not covered"
        ),
        pytest.param(
            {"colleague_ticket": 38}, "Un collègue du même cabinet a déjà le n° 38 ouvert.", id="a colleague's is open"
        ),
        pytest.param(
            {"acknowledged": "off"}, "Accusé de réception : aucun (envoi automatique coupé).", id="not acknowledged"
        ),
        pytest.param({"unreadable": True}, "⚠️ Message illisible : l’original est gardé, à examiner.", id="unreadable"),
        pytest.param({"messages": (PHOTO,)}, "Client, lun. 23/11 à 16h02 · 1 photo", id="a picture without a text"),
        pytest.param({"bodies_hidden": True}, "texte gardé hors de Telegram", id="texts kept out of Telegram"),
    ],
)
def test_a_line_of_the_card(changes: dict[str, object], line: str) -> None:
    assert line not in shown(VIEW).split("\n")
    assert line in shown(replace(VIEW, **changes)).split("\n")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        pytest.param(
            {"decision": "counted", "units": 2, "outcome": Outcome.RESOLVED},
            "Clos lun. 23/11 à 16h05 : résolu, compté 2. Solde : 7 sur 12",
            id="counted",
        ),
        pytest.param(
            {"decision": "failed", "outcome": Outcome.FAILED},
            "Clos lun. 23/11 à 16h05 : échec, non compté : les moyens sont dus, pas le résultat (C8). Solde : 7 sur 12",
            id="not counted",
        ),
        pytest.param({"closed_at": None, "balance": None}, "Clos.", id="nothing known"),
    ],
)
def test_a_closed_card(changes: dict[str, object], line: str) -> None:
    view = replace(VIEW, state=TicketState.CLOSED, **{"closed_at": NOW, **changes})  # type: ignore[arg-type]
    lines = shown(view).split("\n")
    assert lines[0] == "✅ Clos · n° 41 · Cabinet des Tilleuls"
    assert line in lines
    assert buttons(view) == [["Rouvrir"]]


def test_the_last_three_messages_of_people_are_shown() -> None:
    answer = MessageView(Direction.OUT, NOW, "Je regarde", state=DeliveryState.DELIVERED, author="Camille")
    ours = MessageView(Direction.OUT, NOW, "Bonjour", state=DeliveryState.UNDELIVERED)
    note = MessageView(Direction.NOTE, NOW, "Rappeler demain")
    automatic = replace(answer, automatic=True, body="Votre demande est arrivée")
    text = shown(replace(VIEW, messages=(REQUEST, automatic, answer, ours, note)))
    assert text.split("\n")[4:11] == [
        "1 message plus haut : /ticket 41",
        "Camille, lun. 23/11 à 16h05, remis :",
        "Je regarde",
        "Nous, lun. 23/11 à 16h05, NON REMIS :",
        "Bonjour",
        "📝 Note interne, lun. 23/11 à 16h05 :",
        "Rappeler demain",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            {"assigned_to": "Camille"},
            [["Répondre", "Appelé, sans réponse"], ["Débuter", "Clore", "Urgent"]],
            id="taken",
        ),
        pytest.param({"urgent": True}, [["Je prends", "Répondre"], ["Débuter", "Clore", "Normal"]], id="urgent"),
        pytest.param(
            {"state": TicketState.IN_PROGRESS, "assigned_to": "Camille"},
            [["Répondre"], ["Terminer", "Clore", "Urgent"]],
            id="in progress",
        ),
        pytest.param(
            {"unidentified": True},
            [["Je prends", "Répondre"], ["Débuter", "Clore", "Urgent"], ["Rattacher", "Bloquer"]],
            id="unidentified",
        ),
        pytest.param(
            {"colleague_ticket": 38},
            [["Je prends", "Répondre"], ["Débuter", "Clore", "Urgent"], ["Joindre au n° 38"]],
            id="a colleague's is open",
        ),
        pytest.param(
            {"messages": (PHOTO,)},
            [["Je prends", "Répondre"], ["Débuter", "Clore", "Urgent"], ["Photo"]],
            id="a picture",
        ),
        pytest.param(
            {"messages": (replace(PHOTO, media_ids=(1, 2, 3, 4, 5)),)},
            [["Je prends", "Répondre"], ["Débuter", "Clore", "Urgent"], ["Photo 1", "Photo 2", "Photo 3", "Photo 4"]],
            id="many pictures: the last four",
        ),
        pytest.param(
            {"messages": (replace(REQUEST, body="a" * 701),)},
            [["Je prends", "Répondre"], ["Débuter", "Clore", "Urgent"], ["Texte entier"]],
            id="a long text",
        ),
        pytest.param(
            {"messages": (replace(PHOTO, body="a\n" * 701),), "bodies_hidden": True},
            [["Je prends", "Répondre"], ["Débuter", "Clore", "Urgent"]],
            id="texts and pictures kept out of Telegram",
        ),
        pytest.param(
            {"unreadable": True, "unidentified": True},
            [["Je prends"], ["Débuter", "Clore", "Urgent"]],
            id="unreadable: nobody to answer or to attach",
        ),
        pytest.param(
            {"unreadable": True, "assigned_to": "Camille"}, [["Débuter", "Clore", "Urgent"]], id="unreadable and taken"
        ),
    ],
)
def test_the_buttons(changes: dict[str, object], expected: list[list[str]]) -> None:
    assert buttons(replace(VIEW, **changes)) == expected  # type: ignore[arg-type]


def test_buttons_carry_what_a_press_needs() -> None:
    view = replace(VIEW, colleague_ticket=38, messages=(replace(REQUEST, body="a" * 999, n_media=1, media_ids=(7,)),))
    orders = [decode(button.data) for row in posted(view).buttons for button in row]
    assert orders == [
        (Verb.TAKE, 41, ""),
        (Verb.ANSWER, 41, ""),
        (Verb.START, 41, ""),
        (Verb.CLOSE, 41, ""),
        (Verb.URGENT, 41, ""),
        (Verb.MERGE, 41, "38"),
        (Verb.MEDIA, 41, "7"),
        (Verb.WHOLE, 41, "5"),
    ]


@pytest.mark.parametrize(
    ("body", "quoted", "kind"),
    [
        pytest.param("a" * 300, "a" * 300, "blockquote", id="a short text is quoted whole"),
        pytest.param("a" * 301, "a" * 301, "expandable_blockquote", id="a longer one folds"),
        pytest.param(
            "a" * 60_000,
            "a" * 700 + "… (suite : bouton « Texte entier »)",
            "expandable_blockquote",
            id="60,000 characters are cut with a mark",
        ),
        pytest.param(
            "b\n" * 20, "b\n" * 14 + "b… (suite : bouton « Texte entier »)", "blockquote", id="many lines are cut too"
        ),
        pytest.param("\u202e", "…", "blockquote", id="nothing visible"),
    ],
)
def test_a_text_on_the_card(body: str, quoted: str, kind: str) -> None:
    rich = posted(replace(VIEW, messages=(replace(REQUEST, body=body),))).rich
    span = next(span for span in rich.spans if "blockquote" in span.type)
    assert (rich.text[span.offset : span.offset + span.length], span.type) == (quoted, kind)


def test_every_reason_and_every_brake_has_its_words() -> None:
    assert set(THREADING) == {*Reason, "call", "import"}
    assert set(ACKNOWLEDGED) == {"sent", "braked", "robot", "forged", "stranger", "ours", *NoRoute, *Brake}


words = st.text(max_size=5_000)


@given(name=words, body=words, role=words, address=words)
def test_whatever_a_client_writes_the_card_holds_and_formats_only_what_we_formatted(
    name: str, body: str, role: str, address: str
) -> None:
    view = replace(
        VIEW,
        client_name=name,
        contact_name=name,
        contact_role=role,
        address_label=address,
        assigned_to=name,
        messages=(replace(REQUEST, body=body, n_media=3, media_ids=(1, 2, 3)),) * 4,
    )
    post = posted(view)
    assert len(post.rich) <= 4096
    assert {span.type for span in post.rich.spans} <= {"bold", "italic", "blockquote", "expandable_blockquote"}
    assert sum(span.type == "bold" for span in post.rich.spans) == 1
    assert all(len(button.data.encode()) <= 64 for row in post.buttons for button in row)
    post.rich.text.encode("utf-16-le")


def test_less_than_a_minute_is_said_so() -> None:
    assert "· reste moins d’une minute\n" in shown(replace(VIEW, left=timedelta(seconds=20)))
