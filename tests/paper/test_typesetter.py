"""The papers themselves: one page for twelve interventions, read back; and nobody's text is more than text (S4)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from bot.domain.tickets import Recontact
from bot.domain.workstations import Workstation
from bot.errors import PaperError
from bot.paper.typesetter import TypstTypesetter
from bot.rules.contract_terms import Terms
from bot.rules.quota import Balance
from bot.rules.recontact import Reading
from bot.texts.contract_wording import read_wording
from bot.texts.labels import CHECKLIST
from bot.texts.letterhead import Letterhead
from bot.texts.statement import Promise, StatedCorrection
from tests.factories import PARIS
from tests.paper.reading import pages_of, text_of
from tests.paper.views import ALONE, HEAD, contract, statement, work

PAPERS = TypstTypesetter()
TWELVE = [
    work(
        nth,
        on=date(2026, nth, 12),
        reason="Impression d’ordonnances impossible : l’imprimante « Bureau 2 » reste hors ligne",
        decision="under_guarantee" if nth % 4 == 0 else "counted",
        guarantee_of=nth - 1 if nth % 4 == 0 else None,
        why="même imprimante, même message" if nth % 4 == 0 else "",
        units=0 if nth % 4 == 0 else 1,
    )
    for nth in range(1, 13)
]


def said(view) -> str:
    return text_of(PAPERS.statement(view))


def test_twelve_interventions_are_one_page():
    pages = pages_of(PAPERS.statement(statement(*TWELVE)))
    assert len(pages) == 1
    assert "page" not in pages[0]


def test_twelve_wordy_ones_are_set_smaller_and_are_one_page_too():
    wordy = [
        replace(
            each,
            doctor="Dr Marie-Antoinette de la Rochefoucauld",
            reason=f"{each.reason} depuis le déménagement",
            decision="under_guarantee",
            guarantee_of=41,
            why="même imprimante, même message d’erreur",
            sittings=3,
            units=0,
        )
        for each in TWELVE
    ]
    assert len(pages_of(PAPERS.statement(statement(*wordy)))) == 1
    assert len(pages_of(PAPERS.statement(statement(*wordy, work())))) == 2


def test_an_intervention_is_read_back_with_all_that_was_traced():
    text = said(statement(work()))
    assert text.startswith(
        "Atelier des Lilas 12 rue des Arts · 75011 Paris Relevé d’interventions du 1er mars 2026 au 28 février 2027 "
        "Cabinet des Tilleuls 3 place du Marché · 69001 Lyon Contrat : cabinet de groupe · Période : n° 1 · "
        "Forfait : 12 unités de 15 minutes · Établi le : 23/11/2026 12 au forfait 2 décomptées 10 jusqu’au 28/02/2027 "
        "N° Date Médecin et motif Horaires À distance Délai Unités "
        "12 12/03/2026 Dr Hélène Vasseur MediStory ne se lance plus 14h10 – 14h32 22 min oui "
        "tenu le 11/03 à 15h10 (intervention) échéance le 17/03 à 14h10 2 Total 2"
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param(
            {"decision": "under_guarantee", "units": 0, "guarantee_of": 41, "why": "même message"},
            "Non décompté : sous garantie (C9), garantie du n° 41 : même message",
            id="under guarantee",
        ),
        pytest.param(
            {"decision": "failed", "units": 0}, "Non décompté : les moyens sont dus, pas le résultat (C8)", id="failed"
        ),
        pytest.param({"decision": "panne", "units": 0}, "Non décompté : panne", id="a decision that we don't know"),
        pytest.param({"is_open": True}, "ticket rouvert, décompte à revoir", id="reopened"),
        pytest.param({"sittings": 2}, "2 séances, 22 min", id="several sittings"),
        pytest.param(
            {"ended_at": datetime(2026, 3, 13, 0, 5, tzinfo=PARIS)}, "14h10 – 13/03 à 0h05", id="over midnight"
        ),
        pytest.param({"started_at": None, "ended_at": None, "sittings": 0}, "— oui tenu", id="without a sitting"),
        pytest.param({"remote": False}, "22 min non", id="on the spot"),
        pytest.param({"remote": None}, "22 min — tenu", id="nobody said whether remote"),
        pytest.param({"doctor": "", "reason": ""}, "12/03/2026 — — 14h10", id="nobody said who and why"),
    ],
)
def test_a_line_says_what_is_particular_to_it(changes, words):
    assert words in said(statement(work(**changes)))


@pytest.mark.parametrize(
    ("promise", "words"),
    [
        pytest.param({"kept": False}, "manqué le 11/03 à 15h10 (intervention) échéance", id="missed"),
        pytest.param({"by": Recontact.REPLY}, "tenu le 11/03 à 15h10 (réponse) échéance", id="by an answer"),
        pytest.param({"by": Recontact.CALL}, "tenu le 11/03 à 15h10 (appel pris) échéance", id="by taking a call"),
        pytest.param({"by": None}, "tenu le 11/03 à 15h10 échéance", id="nobody knows by what"),
        pytest.param(
            {"kept": None, "recontacted_at": None, "by": None},
            "sans objet sans recontact échéance le 17/03 à 14h10",
            id="nobody had to",
        ),
        pytest.param({"kept": None}, "oui le 11/03 à 15h10", id="undecided, yet recontacted"),
    ],
)
def test_each_deadline_is_explained(promise, words):
    usual: Promise = work().promise
    assert words in said(statement(work(promise=replace(usual, **promise))))


def test_what_was_lost_and_what_went_beyond_is_said():
    ended = said(statement(work(), is_over=True))
    assert "10 perdues" in ended
    assert "Période close : 10 unités non utilisées sont perdues, sans report sur la période suivante." in ended
    one = said(statement(work(units=11), is_over=True))
    assert "1 perdue" in one
    assert "1 unité non utilisée est perdue" in one
    beyond = said(statement(work(units=14)))
    assert "2 hors forfait" in beyond
    assert "Forfait dépassé de 2 unités (hors forfait)" in beyond


def test_corrections_and_uncovered_work_stand_apart():
    at = datetime(2026, 4, 2, 9, tzinfo=PARIS)
    corrections = (
        StatedCorrection(12, at, -1, "durée corrigée"),
        StatedCorrection(9, at, 2, "", is_apart=True),
        StatedCorrection(8, at, 0, "", is_apart=True),
    )
    text = said(statement(work(), corrections=corrections, elsewhere=(work(50, decision="not_covered", units=0),)))
    assert (
        "Corrections n° 12, le 02/04/2026 : −1 (comprise ci-dessus) : durée corrigée n° 9, le 02/04/2026 : +2 "
        "n° 8, le 02/04/2026 : 0 Hors de toute période de contrat (non décompté)" in text
    )
    assert "Total 4" in text


def test_an_individual_is_shown_no_unit():
    text = said(statement(work(decision="individual_contract", units=0), client=ALONE, balance=None))
    assert "Unités" not in text
    assert "Non décompté" not in text
    assert "Contrat : individuel" in text
    assert "1 intervention N°" in text
    assert "2 interventions N°" in said(statement(work(), work(13), client=ALONE, balance=None))


def test_a_period_without_work_says_so():
    text = said(statement())
    assert "Aucune intervention sur cette période." in text
    assert "0 décomptée 12 jusqu’au" in text


def test_several_pages_repeat_the_header_and_are_numbered_from_the_second_on():
    pages = pages_of(PAPERS.statement(statement(*TWELVE * 4, balance=Balance(12, 36))))
    assert len(pages) == 3
    assert all("Médecin et motif" in page for page in pages)
    assert [f"page {nth} sur 3" in page for nth, page in enumerate(pages, start=1)] == [False, True, True]
    assert "Atelier des Lilas · relevé de Cabinet des Tilleuls" in pages[1]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param('#panic() #eval("1+1") #sys.inputs', None, id="typst code"),
        pytest.param("*gras* _italique_ `code` $x^2$ = titre - item + 1", None, id="typst markup"),
        pytest.param("<label> @ref https://exemple.fr \\ // rien /* rien */", None, id="typst references"),
        pytest.param("\"quotes\" 'simple' «déjà» “autres”", None, id="quotes"),
        pytest.param("]] )) }} {{ (( [[", None, id="brackets"),
        pytest.param("שלום עולם", None, id="right to left"),
        pytest.param("a\u202eb\u2066c", "abc", id="marks that turn the direction"),
        pytest.param("a\x00b", "ab", id="a control character"),
        pytest.param("/clore @tous", None, id="words that Telegram would make live"),
        pytest.param("ligne 1\n\n\nligne 2\ttab", "ligne 1 ligne 2 tab", id="lines become one"),
    ],
)
def test_whatever_is_written_stays_text(written, shown):
    text = said(statement(work(reason=written, doctor="#panic()")))
    for word in (shown or written).split():
        assert word in text or word[::-1] in text  # what goes from right to left is set in the order it is seen
    assert "#panic()" in text


def test_an_emoji_does_not_stop_the_press():
    text = said(statement(work(reason="avant 😀👩‍⚕️ après")))
    assert "avant " in text
    assert " après 14h10" in text


@pytest.mark.parametrize(
    "reason",
    [
        pytest.param("Un motif qui n’en finit pas, " * 345, id="10,000 characters"),
        pytest.param("A" * 10_000, id="one word of 10,000"),
        pytest.param("W" * 60, id="one word of wide letters"),
    ],
)
def test_a_long_reason_is_cut_and_never_pushes_the_others_out(reason):
    text = said(statement(work(reason=reason)))
    assert reason[:60].strip() in text.replace(" ", "") or reason[:60].strip() in text
    assert "tenu le 11/03 à 15h10" in text
    assert len(pages_of(PAPERS.statement(statement(work(reason=reason))))) == 1


def test_money_dates_and_quotes_are_set_as_the_french_do():
    page = " ".join(pages_of(PAPERS.contract(contract(terms=Terms(12, 132_000)))))
    assert "1\u00a0320,00\u00a0€" in page
    assert "«\u00a0hors forfait\u00a0»" in page
    assert "échoué\u202f;" in page


def test_two_papers_of_one_view_are_the_same_file():
    assert PAPERS.statement(statement(work())) == PAPERS.statement(statement(work()))


def test_without_a_logo_and_address_the_name_stands_alone():
    assert said(statement(work(), letterhead=Letterhead("Permanence"))).startswith("Permanence Relevé")


def test_a_damaged_logo_is_an_error_that_quotes_nobody():
    broken = replace(HEAD, logo=b"\x89PNG\r\n\x1a\n" + b"Dr Vasseur" * 9, logo_format="png")
    with pytest.raises(PaperError) as caught:
        PAPERS.head(broken)
    assert "Vasseur" not in str(caught.value)
    assert PAPERS.head(HEAD).startswith(b"%PDF-")


def test_the_contract_is_filled_from_the_file():
    text = text_of(PAPERS.contract(contract()))
    for words in (
        "Contrat d’accompagnement du 1er mars 2026",
        "Atelier des Lilas (le prestataire) accompagne Cabinet des Tilleuls (le client)",
        "ou courriel, au +33 6 39 98 00 00.",
        "(validée le 20 février 2026)",
        "Trois iMac Un serveur",
        "MediStory 4 (vendu et installé par nous)",
        "La période en cours va du 1er mars 2026 au 28 février 2027.",
        "330,00 € TTC",
        "reçue 3 mois au moins avant l’anniversaire",
        "Le forfait d’une période est de 12 unités de 15 minutes.",
        "ouvert du lundi au vendredi de 8h00 à 18h30",
        "dans un délai de 48 heures d’ouverture au plus",
        "garantie 1 mois à partir de sa fin",
        "Pour Atelier des Lilas Date, nom et signature Pour Cabinet des Tilleuls Signé le 25/02/2026",
    ):
        assert words in text
    assert all(label in text for label in CHECKLIST.values())
    assert text.count("✓") == 7


def test_a_contract_that_is_not_counted_or_ends_says_so():
    paper = contract()
    alone = contract(
        client=ALONE,
        is_counted=False,
        contract=replace(paper.contract, ends_on=date(2027, 2, 28), signed_on=None),
        products=(),
        workstations=(),
        reading=Reading.WORKING_DAYS,
        phone="",
    )
    text = text_of(PAPERS.contract(alone))
    assert "Le contrat est souscrit à titre individuel" in text
    assert "(pas encore validée)" in text
    assert "Le contrat prend fin le 28 février 2027." in text
    assert "48 heures de jours ouvrés" in text
    assert "Aucun poste n’est encore au dossier." in text
    assert "Aucun logiciel n’est encore noté au dossier." in text
    assert "Aucune note d’architecture au dossier." in text
    assert "ou courriel. Chaque demande" in text


def test_eight_workstations_stand_in_two_tables():
    eight = tuple(Workstation(nth, 1, f"Poste {nth}") for nth in range(1, 9))
    text = text_of(PAPERS.contract(contract(workstations=eight)))
    assert all(f"Poste {nth}" in text for nth in range(1, 9))
    assert text.count("Power Nap") == 2


def test_the_shops_own_wording_takes_the_place_of_ours():
    articles = read_wording("# #panic() {client}\n\n*{shop}* {{ok}} pour {price}\n", source="own")
    client = replace(ALONE, name="Dr {shop} Morel")
    text = text_of(PAPERS.contract(contract(articles=articles, client=client)))
    assert "1. #panic() Dr {shop} Morel *Atelier des Lilas* {ok} pour 330,00 €" in text


def test_two_hundred_interventions_are_set_too():
    works = [work(nth, on=date(2026, 3, 1) + timedelta(days=nth)) for nth in range(200)]
    assert len(pages_of(PAPERS.statement(statement(*works)))) > 5
