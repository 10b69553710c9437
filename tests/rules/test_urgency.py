"""A message that begins with "Urgent" (C18)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rules.urgency import is_urgent, is_urgent_mail, without_answer_marks, without_urgent_prefix

ZERO_WIDTH, RIGHT_TO_LEFT, BYTE_ORDER = "\u200b", "\u202e", "\ufeff"

URGENT = [
    ("Urgent", ""),
    ("urgent", ""),
    ("URGENT", ""),
    ("uRgEnT imprimante", "imprimante"),
    ("Urgent l'imprimante est en panne ", "l'imprimante est en panne"),
    ("Urgent: imprimante", "imprimante"),
    ("Urgent : imprimante", "imprimante"),
    ("Urgent\u00a0: imprimante", "imprimante"),
    ("Urgent, imprimante", "imprimante"),
    ("Urgent. Imprimante.", "Imprimante."),
    ("Urgent - imprimante", "imprimante"),
    ("Urgent-imprimante", "imprimante"),
    ("Urgent\nimprimante", "imprimante"),
    ("URGENT!!!imprimante", "imprimante"),
    ("URGENT !!! imprimante", "imprimante"),
    ("Urgent… imprimante", "imprimante"),
    ("Urgent2 postes", "2 postes"),
    ("  \t\n urgent", ""),
    ("ÜRGENT", ""),
    ("urgént", ""),
    ("urge\u0301nt", ""),
    ("u\u0308r\u0308gent\u0308 x", "x"),
    ("ＵＲＧＥＮＴ　imprimante", "imprimante"),
    ("𝐔𝐫𝐠𝐞𝐧𝐭 imprimante", "imprimante"),
    ("Ⓤⓡⓖⓔⓝⓣ imprimante", "imprimante"),
    ("🅄🅁🄶🄴🄽🅃", ""),
    ("« Urgent » l'imprimante", "l'imprimante"),
    ("“Urgent” imprimante", "imprimante"),
    ('"Urgent" imprimante', "imprimante"),
    ("'Urgent' imprimante", "imprimante"),
    ('Urgent "Excel" plante', '"Excel" plante'),
    ("Urgent (imprimante)", "(imprimante)"),
    ("*URGENT* imprimante", "imprimante"),
    ("_Urgent_ : imprimante", "imprimante"),
    ("[URGENT] imprimante", "imprimante"),
    ("(urgent) imprimante", "imprimante"),
    ("!!! urgent imprimante", "imprimante"),
    ("¡Urgent! imprimante", "imprimante"),
    ("--- urgent", ""),
    ("> urgent", ""),
    ("🚨URGENT imprimante", "imprimante"),
    ("🚨 🚨 Urgent 🚨 imprimante", "imprimante"),
    ("⚠️Urgent⚠️imprimante", "imprimante"),
    ("ℹ️ Urgent", ""),
    ("ℹ Urgent", ""),
    ("1️⃣ Urgent", ""),
    ("👩🏽\u200d⚕️ urgent", ""),
    ("🇫🇷 urgent", ""),
    ("🈶 urgent", ""),
    ("™ urgent", ""),
    ("Urgentℹ️", "ℹ️"),
    (f"{ZERO_WIDTH}urgent", ""),
    (f"{BYTE_ORDER}Urgent: x", "x"),
    (f"{RIGHT_TO_LEFT}urgent{RIGHT_TO_LEFT} x", "x"),
    (f"u{ZERO_WIDTH}rg{ZERO_WIDTH}ent x", "x"),
    (f"Urgent{ZERO_WIDTH}imprimante", "imprimante"),
    ("ur\u00adgent", ""),
    ("\x00urgent", ""),
    ("\ud800urgent", ""),
    ("Urgente demande", "demande"),
    ("urgents !", ""),
    ("urgentes", ""),
    ("Urgentissime : x", "x"),
    ("urgent urgent", "urgent"),
]

NOT_URGENT = [
    "",
    " ",
    "🚨",
    "Pas urgent",
    "Non urgent : imprimante",
    "Bonjour, c'est urgent",
    "C'est urgent",
    "Très urgent",
    "« Bonjour » urgent",
    "Urgence",
    "urgences dentaires",
    "Urgemment",
    "Urgentiste de garde",
    "urgently",
    "Urgentimprimante",
    "urgen t",
    "u r g e n t",
    "urg\x00ent",
    "rgent",
    "1. urgent",
    "1 urgent",
    "x urgent",
    "ⓧ urgent",
    "insurgent",
    "µrgent",
    "u®gent",
    "urgen™",
    "urgent\u0301e\u0301e",
]


@pytest.mark.parametrize(("text", "rest"), URGENT, ids=[repr(text) for text, _ in URGENT])
def test_it_begins_with_urgent(text: str, rest: str) -> None:
    assert is_urgent(text) is True
    assert without_urgent_prefix(text) == rest


@pytest.mark.parametrize("text", NOT_URGENT, ids=repr)
def test_it_does_not_begin_with_urgent(text: str) -> None:
    assert is_urgent(text) is False
    assert without_urgent_prefix(text) == text


@given(st.text())
def test_any_text_has_an_answer_and_what_is_left_is_its_end(text: str) -> None:
    assert is_urgent(f"Urgent {text}") is True
    assert is_urgent(f"Bonjour {text}") is False
    assert text.rstrip().endswith(without_urgent_prefix(f"Urgent {text}"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("!" * 60_000 + "urgent", True, id="punctuation"),
        pytest.param(" " * 60_000, False, id="spaces"),
        pytest.param("u" + "\u0301\u0323" * 30_000 + "rgent", True, id="accents in turns"),
        pytest.param("urgent" * 10_000, False, id="one long word"),
        pytest.param("urgent" + ZERO_WIDTH * 60_000 + "x", True, id="invisible characters"),
    ],
)
def test_a_text_of_60000_characters_is_read_once(text: str, expected: bool) -> None:
    assert is_urgent(text) is expected


def test_an_endless_word_is_left_after_a_few_letters() -> None:
    class Counted(str):
        reads = 0

        def __getitem__(self, key: object) -> str:
            Counted.reads += 1
            return super().__getitem__(key)  # type: ignore[index]

    assert not is_urgent(Counted("u" * 60_000))
    assert 0 < Counted.reads < 200


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param("Urgent", "Urgent", id="nothing to take off"),
        pytest.param("Re: Urgent", "Urgent", id="Re:"),
        pytest.param("RE : Urgent", "Urgent", id="RE and a space"),
        pytest.param("RE\u00a0: Urgent", "Urgent", id="RE and a no-break space"),
        pytest.param("Fwd: Urgent", "Urgent", id="Fwd:"),
        pytest.param("Fw: Urgent", "Urgent", id="Fw:"),
        pytest.param("TR: Urgent", "Urgent", id="TR:"),
        pytest.param("Rép: Urgent", "Urgent", id="Rép:"),
        pytest.param("RV: Urgent", "Urgent", id="RV:"),
        pytest.param("Ref: Urgent", "Urgent", id="Ref:"),
        pytest.param(" Re: TR :Fwd:RE: Urgent ", "Urgent", id="several"),
        pytest.param("Re[2]: Urgent", "Urgent", id="Re[2]:"),
        pytest.param("Re (3) : Urgent", "Urgent", id="Re(3):"),
        pytest.param("Re^12: Urgent", "Urgent", id="Re^12:"),
        pytest.param("Re：Urgent", "Urgent", id="a wide colon"),
        pytest.param("Remise: urgent", "Remise: urgent", id="a word that begins so"),
        pytest.param("Imprimante Re: urgent", "Imprimante Re: urgent", id="not in the middle"),
        pytest.param("Re", "Re", id="no colon"),
        pytest.param("Re" + " " * 60_000 + "x", "Re" + " " * 60_000 + "x", id="60,000 spaces"),
    ],
)
def test_marks_of_answers_are_taken_off_a_subject(subject: str, expected: str) -> None:
    assert without_answer_marks(subject) == expected


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        pytest.param("Urgent", "", True, id="the subject"),
        pytest.param("TR: RE : [URGENT] imprimante", "Bonjour", True, id="the subject of an answer"),
        pytest.param("Imprimante", "Urgent : elle fume\nMerci", True, id="the first line of the body"),
        pytest.param("Imprimante", "\n \r\n\u00a0\nUrgent", True, id="the first written line"),
        pytest.param("Imprimante", "Bonjour,\nUrgent", False, id="not the second line"),
        pytest.param("Imprimante", "---\nUrgent", False, id="not below a rule"),
        pytest.param("Imprimante", " > Urgent\nOui", False, id="not what is quoted"),
        pytest.param("Urgent", "> Pas urgent", True, id="the subject, whatever is quoted"),
        pytest.param("Pas urgent", "Pas urgent", False, id="neither"),
        pytest.param("", "", False, id="nothing"),
    ],
)
def test_mail_is_read_by_subject_and_first_line(subject: str, body: str, expected: bool) -> None:
    assert is_urgent_mail(subject, body) is expected
