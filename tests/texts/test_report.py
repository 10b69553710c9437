"""The report in words, as a table, and as what its picture is drawn from."""

import csv
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.domain.contracts import Ending
from bot.rules.figures import months_back
from bot.rules.quota import Reason
from bot.texts import report
from bot.texts.report import Anniversary, Beyond, ClientUnits, Ends, MonthFigures, ReportView, Unpaid
from bot.texts.report_chart import chart_sheet
from bot.texts.report_table import HEADINGS, report_csv
from tests.texts.desk import read

NOVEMBER = date(2026, 11, 1)
HOUR = timedelta(hours=1)
BUSY = MonthFigures(NOVEMBER, requests=42, urgent=5, kept=41, decided=42, waited=3 * HOUR + 20 * HOUR / 60, units=57)


def view(this: MonthFigures = BUSY, *, before: int = 38, **more: object) -> ReportView:
    """November 2026, looked at on the 23rd; a year earlier so many requests came, and none between."""
    months = [MonthFigures(each) for each in months_back(NOVEMBER)]
    months[0] = replace(months[0], requests=before, urgent=2, units=31)
    months[-1] = this
    return replace(ReportView("Atelier", date(2026, 11, 23), tuple(months)), **more)


FULL = view(
    clients=(
        ClientUnits("Cabinet des Tilleuls", 12, ((Reason.UNDER_GUARANTEE, 2), (Reason.FAILED, 1))),
        ClientUnits("Dr Anne Morel", 0, ((Reason.INDIVIDUAL_CONTRACT, 3),)),
        ClientUnits("Maison des Saules", 1),
    ),
    ends=(
        Ends("Cabinet des Ormes", date(2027, 2, 28), Ending.NOTICE),
        Ends("Dr Petit", date(2027, 3, 31), Ending.TERMINATION),
        Ends("Dr Grand", date(2027, 4, 30), None),
    ),
    anniversaries=(Anniversary("Cabinet des Tilleuls", date(2027, 3, 1), date(2026, 12, 1)),),
    unpaid=(
        Unpaid("Dr Petit", date(2026, 3, 1), 33_000, is_late=True),
        Unpaid("Dr Anne Morel", date(2026, 11, 1), 5, is_late=False),
    ),
    beyond=(Beyond("Cabinet des Tilleuls", 1, 12),),
)


def test_the_whole_report_as_it_is_read_on_a_phone() -> None:
    assert read(report.report(FULL)) == (
        "Novembre 2026 (en cours, au 23/11/2026)\n"
        "42 demandes, dont 5 urgentes ; un an plus tôt : 38 demandes\n"
        "Recontactées à temps : 98 % (41 sur 42)\n"
        "Recontact médian : 3 h 20 ouvrées\n"
        "57 unités décomptées ; un an plus tôt : 31\n"
        "\n"
        "Unités par client\n"
        "Cabinet des Tilleuls : 12 ; non décompté : 2 sous garantie, 1 en échec\n"
        "Dr Anne Morel : 0 ; non décompté : 3 en contrat individuel\n"
        "Maison des Saules : 1\n"
        "\n"
        "Contrats qui prennent fin\n"
        "Cabinet des Ormes : le 28/02/2027 (préavis)\n"
        "Dr Petit : le 31/03/2027 (résiliation)\n"
        "Dr Grand : le 30/04/2027 (fin prévue)\n"
        "\n"
        "Reconductions dans les 4 mois\n"
        "Cabinet des Tilleuls : le 01/03/2027, préavis jusqu’au 01/12/2026\n"
        "\n"
        "Règlements attendus\n"
        "Dr Petit : 330,00 €, période du 01/03/2026 ⚠️ plus de 30 jours\n"
        "Dr Anne Morel : 0,05 €, période du 01/11/2026\n"
        "\n"
        "Hors forfait\n"
        "Cabinet des Tilleuls : 1 unité au-delà des 12 du forfait\n"
        "[CSV]"
    )


def test_a_month_without_anything_says_so() -> None:
    assert read(report.report(view(MonthFigures(NOVEMBER), before=0, made_on=date(2026, 12, 1)))) == (
        "Novembre 2026\n"
        "Aucune demande ; un an plus tôt : aucune demande\n"
        "0 unité décomptée ; un an plus tôt : 31\n"
        "[CSV]"
    )


@pytest.mark.parametrize(
    ("count", "more"), [pytest.param(6, False, id="six fit"), pytest.param(7, True, id="the seventh does not")]
)
def test_a_long_list_is_cut(count: int, more: bool) -> None:
    clients = tuple(ClientUnits(f"Cabinet {nth}", 1) for nth in range(count))
    text = read(report.report(view(clients=clients)))
    assert "Cabinet 5 : 1" in text
    assert ("… et 1 de plus, dans le CSV" in text) is more


def test_everything_at_its_longest_fits_into_a_message() -> None:
    name = "Maison de santé pluriprofessionnelle " * 3
    long = view(
        clients=(ClientUnits(name, 999, tuple((reason, 99) for reason in report.REASONS)),) * 20,
        ends=(Ends(name, NOVEMBER, Ending.TERMINATION),) * 20,
        anniversaries=(Anniversary(name, NOVEMBER, NOVEMBER),) * 20,
        unpaid=(Unpaid(name, NOVEMBER, 99_999_99, is_late=True),) * 20,
        beyond=(Beyond(name, 999, 12),) * 20,
    )
    assert read(report.report(long)).count("… et 14 de plus, dans le CSV") == 5


@pytest.mark.parametrize(
    ("requests", "kept", "decided", "said"),
    [
        pytest.param(42, 41, 42, "En novembre : 42 demandes, 98 % recontactées à temps", id="one missed"),
        pytest.param(42, 42, 42, "En novembre : 42 demandes, toutes recontactées à temps", id="none missed"),
        pytest.param(42, 40, 40, "En novembre : 42 demandes, 100 % recontactées à temps", id="two still run"),
        pytest.param(42, 0, 42, "En novembre : 42 demandes, aucune recontactée à temps", id="all missed"),
        pytest.param(42, 0, 0, "En novembre : 42 demandes", id="all still run"),
        pytest.param(1, 1, 1, "En novembre : 1 demande, recontactée à temps", id="one, kept"),
        pytest.param(1, 0, 1, "En novembre : 1 demande, recontactée hors délai", id="one, missed"),
        pytest.param(0, 0, 0, "En novembre : aucune demande", id="none"),
        pytest.param(1240, 1239, 1240, "En novembre : 1\u00a0240 demandes, 99 % recontactées à temps", id="very many"),
    ],
)
def test_the_finding_in_words(requests: int, kept: int, decided: int, said: str) -> None:
    figures = MonthFigures(NOVEMBER, requests=requests, kept=kept, decided=decided)
    assert report.finding(figures) == said


@pytest.mark.parametrize(
    ("kept", "decided", "share"),
    [
        pytest.param(0, 0, None, id="nothing decided"),
        pytest.param(0, 3, 0, id="none kept"),
        pytest.param(1, 1000, 1, id="one in a thousand is not none"),
        pytest.param(2, 3, 67, id="to the nearest"),
        pytest.param(399, 400, 99, id="one missed is not all"),
        pytest.param(400, 400, 100, id="all kept"),
    ],
)
def test_the_share_of_deadlines_kept(kept: int, decided: int, share: int | None) -> None:
    assert MonthFigures(NOVEMBER, kept=kept, decided=decided).share == share


def test_the_captions() -> None:
    assert read(report.caption(view())) == "En novembre : 42 demandes, 98 % recontactées à temps."
    assert read(report.csv_caption(NOVEMBER)) == "Rapport, novembre 2026 : le tableau pour un tableur."


# The table


def rows_of(shown: ReportView) -> list[dict[str, str]]:
    return list(csv.DictReader(report_csv(shown).splitlines(), delimiter=";"))


def test_the_table_holds_all_that_the_text_does() -> None:
    rows = rows_of(FULL)
    assert [row["ligne"] for row in rows] == [
        *["mois"] * 13, *["client"] * 3, *["fin"] * 3, "reconduction", *["reglement attendu"] * 2, "hors forfait"
    ]  # fmt: skip
    found = [{name: value for name, value in row.items() if value} for row in rows]
    assert found[12] == {
        "ligne": "mois", "mois": "11/2026", "demandes": "42", "urgentes": "5", "delais_tenus": "41",
        "delais_decides": "42", "part_tenue": "98 %", "recontact_median_heures": "3,33", "unites": "57",
    }  # fmt: skip
    assert found[13] == {
        "ligne": "client", "mois": "11/2026", "client": "Cabinet des Tilleuls", "unites": "12",
        "non_decomptees": "3", "precision": "2 sous garantie, 1 en échec",
    }  # fmt: skip
    assert found[16] == {
        "ligne": "fin", "client": "Cabinet des Ormes", "date": "28/02/2027", "precision": "préavis"
    }  # fmt: skip
    assert found[19] == {
        "ligne": "reconduction", "client": "Cabinet des Tilleuls", "date": "01/03/2027",
        "precision": "préavis jusqu’au 01/12/2026",
    }  # fmt: skip
    assert found[20:22] == [
        {
            "ligne": "reglement attendu", "client": "Dr Petit", "date": "01/03/2026", "euros": "330,00",
            "precision": "plus de 30 jours",
        },
        {"ligne": "reglement attendu", "client": "Dr Anne Morel", "date": "01/11/2026", "euros": "0,05"},
    ]  # fmt: skip
    assert found[22] == {
        "ligne": "hors forfait", "client": "Cabinet des Tilleuls", "date": "23/11/2026", "unites": "1",
        "precision": "forfait de 12",
    }  # fmt: skip


def test_a_month_without_figures_leaves_them_empty() -> None:
    first = rows_of(view())[1]
    assert (first["demandes"], first["part_tenue"], first["recontact_median_heures"]) == ("0", "", "")


@pytest.mark.parametrize("name", ["=1+1", "+33", "-2", "@SUM(A1)", "\t=1"])
def test_a_name_is_never_a_formula(name: str) -> None:
    rows = rows_of(view(clients=(ClientUnits(name, 1),), beyond=(Beyond(name, 1, 12),)))
    assert [row["client"][0] for row in rows if row["client"]] == ["'", "'"]


def test_the_headings_are_plain_words() -> None:
    assert report_csv(view()).splitlines()[0] == ";".join(HEADINGS)
    assert all(heading.isascii() for heading in HEADINGS)


# The picture


def plain(text: object) -> str:
    return str(text).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_pictures_title_is_the_finding_broken_where_the_sentence_breathes() -> None:
    sheet = chart_sheet(view())
    assert isinstance(sheet["title"], list)
    assert [plain(line) for line in sheet["title"]] == ["En novembre : 42 demandes,", "98 % recontactées à temps"]
    assert plain(sheet["subtitle"]) == "Mois en cours, au 23 novembre 2026 · un an plus tôt : 38 demandes"
    assert plain(sheet["foot"]) == "Atelier · établi le 23 novembre 2026"
    empty = chart_sheet(view(MonthFigures(NOVEMBER), made_on=date(2027, 11, 23)))
    assert [plain(line) for line in empty["title"]] == ["En novembre : aucune demande"]
    assert plain(empty["subtitle"]) == "Novembre 2026 · un an plus tôt : 38 demandes"


def test_each_month_has_its_name_its_numbers_and_how_they_are_said() -> None:
    months = chart_sheet(view(replace(BUSY, requests=1240)))["months"]
    assert isinstance(months, list)
    assert [month["name"] for month in months] == [
        "nov.", "déc.", "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov."
    ]  # fmt: skip
    assert [month["year"] for month in months] == ["2025", "", "2026", *[""] * 10]
    assert months[-1] == {
        "name": "nov.", "year": "", "requests": 1240, "requests_said": "1\u00a0240", "urgent": 5, "urgent_said": "5",
        "share": 98, "share_said": "98", "hours": pytest.approx(10 / 3), "hours_said": "3,3",
    }  # fmt: skip
    assert (months[1]["share"], months[1]["hours"], months[1]["hours_said"]) == (None, None, "")


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        pytest.param(timedelta(0), "0,0", id="at once"),
        pytest.param(12 * timedelta(minutes=1), "0,2", id="minutes"),
        pytest.param(9.9 * HOUR, "9,9", id="less than ten hours"),
        pytest.param(9.96 * HOUR, "10", id="nearly ten"),
        pytest.param(48 * HOUR, "48", id="days"),
    ],
)
def test_hours_have_a_decimal_where_it_says_something(waited: timedelta, said: str) -> None:
    months = chart_sheet(view(replace(BUSY, waited=waited)))["months"]
    assert isinstance(months, list)
    assert months[-1]["hours_said"] == said


@pytest.mark.parametrize(("urgent", "label"), [(1, "dont urgentes"), (0, "")])
def test_urgent_ones_are_spoken_of_where_there_are_any(urgent: int, label: str) -> None:
    months = tuple(replace(each, urgent=urgent) for each in view().months)
    panels = chart_sheet(replace(view(), months=months))["panels"]
    assert isinstance(panels, dict)
    assert panels["urgent"] == label
