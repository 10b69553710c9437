"""A TOML file of whole client files: what is taken, what is refused with its line, what a second time changes."""

import asyncio
import shutil
import tomllib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import create_async_engine

from bot.bootstrap import open_for_writing
from bot.clock import StoppedClock
from bot.config import Settings, load_settings
from bot.domain.addresses import Channel
from bot.domain.clients import Client, ClientKind, HeldProduct
from bot.domain.contracts import Contract, Ending, PaymentMethod, Term
from bot.domain.tickets import Outcome, Priority, Recontact, Ticket, TicketState
from bot.domain.workstations import ChecklistItem
from bot.errors import ImportRejected
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.importing import Form, Plan, describe, import_clients
from bot.services.importing import toml_values as values
from bot.services.importing.entries import Problems
from bot.services.importing.toml_keys import KEYS, Part, name_of
from bot.services.importing.toml_lines import find_lines, nearest
from bot.services.importing.toml_reader import read_toml
from bot.storage.tables import metadata
from bot.texts.import_templates import TOML
from tests.services.import_refusals import CLIENT, CONTRACT, REFUSED, WORK

T = TypeVar("T")
PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def settings_of(database: Path) -> Settings:
    return load_settings({"PERMANENCE_DATABASE_URL": f"sqlite:///{database}"}, needs_channel=False)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Migrated once: a copy of the file costs a hundredth of a migration."""
    path = tmp_path_factory.mktemp("empty") / "office.db"

    async def make() -> None:
        async with open_for_writing(settings_of(path)):
            pass

    asyncio.run(make())
    return path


@pytest.fixture
def database(empty_database: Path, tmp_path: Path) -> Path:
    path = tmp_path / "office.db"
    shutil.copy(empty_database, path)
    return path


@pytest.fixture
async def context(database: Path) -> AsyncIterator[Context]:
    async with open_for_writing(settings_of(database), clock=StoppedClock(NOW)) as opened:
        yield opened.context


async def bring_in(context: Context, text: str, *, apply: bool = True) -> Plan:
    return await import_clients(context, text, apply=apply, form=Form.TOML)


async def told_of(context: Context, text: str, *, apply: bool = True) -> list[str]:
    """The lines of the difference, without the counts."""
    return describe(await bring_in(context, text, apply=apply), zone=PARIS)[:-1]


async def problems_of(context: Context, text: str) -> list[str]:
    with pytest.raises(ImportRejected) as rejected:
        await bring_in(context, text)
    return list(rejected.value.problems)


async def rows(database: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{database}")
    async with engine.connect() as connection:
        found = {
            name: [tuple(row) for row in await connection.execute(select(table))]
            for name, table in metadata.tables.items()
        }
    await engine.dispose()
    return found


async def ledger(context: Context) -> list[tuple[int, int | None, int, str]]:
    """The ledger's lines of the first client: ticket, period, units, decision."""
    lines = await context.store.read(lambda uow: uow.contracts.lines_of(1))
    return [(line.ticket_id, line.period_id, line.units, line.decision) for line in lines]


# The template


async def test_the_template_can_be_imported_and_shows_all_that_a_file_holds(context: Context) -> None:
    plan = await bring_in(context, TOML)
    assert (plan.new, plan.changed, plan.unchanged) == (2, 0, 0)

    async def look(uow: UnitOfWork) -> None:
        practice, alone = await uow.directory.clients()
        assert practice == Client(
            1,
            "Cabinet des Tilleuls",
            ClientKind.GROUP_PRACTICE,
            address="3 rue des Tilleuls, 69000 Lyon",
            specialty="médecine générale",
            architecture="Un serveur MediStoryStation dans le local technique, un poste de secours à l’accueil.\n"
            "Sauvegarde Time Machine chaque nuit sur deux disques.",
            architecture_validated_on=date(2025, 2, 20),
        )
        assert (alone.name, alone.kind) == ("Dr Anne Morel", ClientKind.INDIVIDUAL)
        people = await uow.directory.contacts_of(1)
        assert [(each.name, each.role, each.preferred) for each in people] == [
            ("Dr Julien Lambert", "médecin", Channel.WHATSAPP),
            ("Nadia Benali", "secrétariat", None),
        ]
        addresses = [str(known.address.identifier) for known in await uow.directory.addresses_of(people[0].id)]
        assert addresses == [*["+33639980011"] * 2, *["+33639980012"] * 2, "lambert@exemple.fr"]
        assert await uow.client_files.products_of(1) == [HeldProduct(1, "MediStory 4", True, True)]
        [workstation] = await uow.workstations.of_client(1)
        assert (workstation.name, workstation.notes) == ("iMac accueil", "Le poste de secours.")
        assert workstation.ticked == dict.fromkeys(ChecklistItem, date(2025, 3, 2))
        earlier, current = await uow.contracts.contracts_of(1)
        assert earlier == Contract(
            1, 1, date(2023, 3, 1), 12, date(2025, 2, 28), None, 33_000, Ending.NOTICE, date(2024, 11, 12)
        )
        assert current == Contract(2, 1, date(2025, 3, 1), 12, None, date(2025, 2, 24))
        [term] = await uow.contracts.terms_of(2)
        assert (term.term, term.value, term.from_on, term.author) == (
            Term.ALLOWANCE, "20", date(2025, 6, 1), "import",
        )  # fmt: skip
        period, running = await uow.contracts.periods_of(1)
        assert (period.allowance_units, running.allowance_units) == (12, 20)
        [paid] = await uow.contracts.payments_of(period.id)
        assert (period.starts_on, paid.amount_cents, paid.method, paid.paid_on) == (
            date(2025, 3, 1), 33_000, PaymentMethod.TRANSFER, date(2025, 3, 5),
        )  # fmt: skip

    await context.store.read(look)
    assert await ledger(context) == [(1, 1, 2, "counted"), (2, 1, 0, "under_guarantee")]


async def test_the_same_file_again_writes_no_row(context: Context, database: Path) -> None:
    await bring_in(context, TOML)
    before = await rows(database)
    plan = await bring_in(context, TOML)
    assert plan.is_empty
    assert describe(plan, zone=PARIS) == ["+ 0 nouveau client, ~ 0 client modifié, = 2 clients inchangés"]
    assert await rows(database) == before


async def test_a_dry_run_writes_no_row(context: Context, database: Path) -> None:
    before = await rows(database)
    assert (await bring_in(context, TOML, apply=False)).new == 2
    assert await rows(database) == before


def test_the_template_shows_every_key_that_is_known() -> None:
    shown: dict[Part, set[str]] = {part: set() for part in Part}

    def walk(part: Part, table: dict[str, Any]) -> None:
        for written, value in table.items():
            name = name_of(part, written)
            assert name is not None
            shown[part].add(name)
            if name in list(Part) and isinstance(value, (list, dict)):
                for each in value if isinstance(value, list) else [value]:
                    walk(Part(name), each)

    text = TOML.replace("# technicien", "technicien")  # a comment: who it is depends on the settings
    walk(Part.FILE, tomllib.loads(text))
    assert shown == {part: set(keys) for part, keys in KEYS.items()}


def test_no_key_has_two_meanings() -> None:
    for part, keys in KEYS.items():
        names = [name for key, others in keys.items() for name in (key, *others)]
        assert len(names) == len(set(names)), part


# What is taken


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        pytest.param("330,00", 33_000, id="comma"),
        pytest.param("330.00", 33_000, id="point"),
        pytest.param("330 €", 33_000, id="euros by sign"),
        pytest.param("330,5 euros", 33_050, id="one place"),
        pytest.param("1 330,00 € TTC", 133_000, id="thousands"),
        pytest.param("1\N{NARROW NO-BREAK SPACE}330 EUR", 133_000, id="narrow space"),
        pytest.param("-330,00 €", -33_000, id="taken back"),
        pytest.param(330, 33_000, id="number"),
        pytest.param(Decimal("330.0"), 33_000, id="decimal"),
        pytest.param(Decimal("330.25"), 33_025, id="decimal with cents"),
        pytest.param(100_000, 10_000_000, id="the most"),
    ],
)
def test_money_is_read_in_cents(text: object, cents: int) -> None:
    assert values.read_cents(text) == cents


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(
            datetime(2026, 3, 12, 9, 5),  # noqa: DTZ001 (as TOML gives one without a zone)
            id="TOML, in the office zone",
        ),
        pytest.param(datetime(2026, 3, 12, 8, 5, tzinfo=UTC), id="TOML, with a zone"),
        pytest.param("12/03/2026 9h05", id="French"),
        pytest.param("12/03/2026 à 9 h 05", id="French, with spaces"),
        pytest.param("12/03/2026, 09:05", id="French, with a colon"),
        pytest.param("2026-03-12 9:05", id="ISO date"),
    ],
)
def test_a_moment_is_in_the_office_zone_unless_it_says_otherwise(value: object) -> None:
    assert values.read_moment(value, zone=PARIS) == datetime(2026, 3, 12, 8, 5, tzinfo=UTC)


def test_an_hour_alone_is_whole() -> None:
    assert values.read_moment("12/03/2026 9h", zone=PARIS) == datetime(2026, 3, 12, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("term", "value", "stored"),
    [
        pytest.param(Term.ALLOWANCE, 20, "20", id="units"),
        pytest.param(Term.PRICE, "350,00 €", "35000", id="price in cents"),
        pytest.param(Term.COUNTED, True, "yes", id="counted"),
        pytest.param(Term.COUNTED, "non", "no", id="not counted"),
        pytest.param(Term.ROUNDING, "Séance", "sitting", id="each sitting rounded"),
        pytest.param(Term.GUARANTEE, 24, "24", id="months of guarantee"),
        pytest.param(Term.NOTICE, 0, "0", id="no notice"),
    ],
)
def test_a_term_is_kept_as_the_rules_read_it(term: Term, value: object, stored: str) -> None:
    assert values.read_value(term)(value) == stored


@pytest.mark.parametrize("text", ["Éteindre l'écran : jamais", "screen_off_never", "ETEINDRE L’ECRAN : JAMAIS"])
def test_an_item_of_the_sheet_has_a_french_and_a_short_name(text: str) -> None:
    assert values.read_item(text) is ChecklistItem.SCREEN_OFF_NEVER


async def test_a_file_may_be_written_in_english_and_with_tables_in_one_line(context: Context) -> None:
    text = (
        '\ufeff[[clients]]\r\nname = "C"\r\nkind = "group_practice"\r\n'
        'contacts = [{name = "Dr A", role = "médecin", phones = "0639980011", preferred = "sms"}]\r\n'
        "[clients.contract]\r\nStarts-On = 2026-03-01\r\nunits = 20\r\n"
    )
    assert await told_of(context, text) == [
        "+ C (cabinet de groupe)",
        "    + contrat du 01/03/2026, 20 unités par période, 330,00 €",
        "    + Dr A, médecin",
        "        + canal préféré : SMS",
        "        + SMS +33639980011",
        "        + WhatsApp +33639980011",
    ]


async def test_units_and_price_left_out_are_the_shops_own(context: Context) -> None:
    context = replace(context, policy=replace(context.policy, allowance_units=20, price_cents=40_000))
    assert (await told_of(context, CONTRACT))[1] == "    + contrat du 01/03/2026, 20 unités par période, 400,00 €"


# What is refused


@pytest.mark.parametrize(("text", "expected"), REFUSED)
async def test_what_is_wrong_is_told_with_its_line(
    context: Context, database: Path, text: str, expected: list[str]
) -> None:
    before = await rows(database)
    assert await problems_of(context, text) == expected
    assert await rows(database) == before


async def test_every_problem_is_told_at_once_and_nothing_is_written(context: Context, database: Path) -> None:
    before = await rows(database)
    text = TOML.replace("2025-03-05", '"hier"').replace('"virement"', '"carte"').replace("= 12 ", '= "douze" ')
    assert [line.partition(" :")[0] for line in await problems_of(context, text)] == [
        "ligne 66",
        "ligne 75",
        "ligne 77",
    ]
    assert await rows(database) == before


ODD = (
    'true', '-1', '0', '1e400', 'nan', '""', '"x"', '[]', '[[]]', '[{}]', '{}', '07:00:00', '0001-01-01',
    '9999-12-31T23:59:59', '0001-01-01T00:00:00+14:00', '"31/12/9999 9h"', '"00/00/0000 9h05"', '"²"',
)  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
def test_whatever_a_value_is_the_file_is_read_or_refused(odd: str) -> None:
    lines = TOML.split("\n")
    changed = 0
    for nth, line in enumerate(lines):
        key, equals, value = line.partition(" = ")
        if equals and not value.startswith(('"""', "[  ")) and not line.startswith("#"):
            problems = Problems()
            text = "\n".join([*lines[:nth], f"{key} = {odd}", *lines[nth + 1 :]])
            read_toml(text, problems, zone=PARIS, now=NOW)
            assert {number for number, _ in problems.found} <= set(range(1, len(lines) + 1))
            changed += 1
    assert changed > 50


# What it changes


async def test_the_difference_names_all_that_is_new(context: Context) -> None:
    told = await told_of(context, TOML, apply=False)
    assert told[:23] == [
        "+ Cabinet des Tilleuls (cabinet de groupe)",
        "    + adresse : 3 rue des Tilleuls, 69000 Lyon",
        "    + spécialité : médecine générale",
        "    + architecture : Un serveur MediStoryStation dans le local technique, un pos…",
        "    + architecture validée le : 20/02/2025",
        (
            "    + contrat du 01/03/2023 jusqu’au 28/02/2025 (préavis), 12 unités par période, 330,00 €, "
            "préavis reçu le 12/11/2024"
        ),
        "    + contrat du 01/03/2025, 12 unités par période, 330,00 €, signé le 24/02/2025",
        "        + avenant : unités par période 20, à partir du 01/06/2025",
        "        + paiement du 05/03/2025 : 330,00 € par virement, période 1",
        "    + Dr Julien Lambert, médecin",
        "        + canal préféré : WhatsApp",
        "        + SMS +33639980011",
        "        + WhatsApp +33639980011",
        "        + SMS +33639980012",
        "        + WhatsApp +33639980012",
        "        + mail lambert@exemple.fr",
        "    + Nadia Benali, secrétariat",
        "        + SMS +33639980013",
        "        + WhatsApp +33639980014",
        "    + produit MediStory 4, vendu et installé par nous",
        "    + poste iMac accueil, notes, 12 points faits le 02/03/2025",
        (
            "    + intervention du 12/03/2025 à 9h05, 17 min, Dr Julien Lambert : "
            "L’imprimante ne sort plus les ordonnances (résolu)"
        ),
        "    + intervention du 20/03/2025 à 14h00, 25 min, Dr Julien Lambert : Encore l’imprimante (résolu)",
    ]


OTHERWISE = """
[[client]]
nom = "Cabinet des Tilleuls"
type = "groupe"
adresse = "5 rue des Tilleuls"
[client.architecture]
validee_le = "21/02/2025"
[[client.contact]]
nom = "Nadia Benali"
sms = "06 39 98 00 13"
canal_prefere = "SMS"
[[client.contact]]
nom = "Dr Julien Lambert"
sms = "06 39 98 00 11"
canal_prefere = "mail"
[[client.produit]]
nom = "MediStory 4"
installe_par_nous = false
[[client.produit]]
nom = "Logiciel de garde"
[[client.poste]]
nom = "IMAC accueil"
[[client.poste]]
nom = "Portable"
fait = "power_nap"
[[client.contrat]]
debut = "01/03/2025"
unites = 15
prix = "350 €"
signe_le = "25/02/2025"
fin = "28/02/2027"
motif_de_fin = "résiliation"
[[client.contrat.avenant]]
clause = "prix"
valeur = "360,00"
a_partir_du = "01/06/2025"
[[client.contrat.avenant]]
clause = "compté"
valeur = "non"
a_partir_du = "01/06/2025"
[[client.contrat.paiement]]
paye_le = "05/03/2025"
montant = 330.00
moyen = "virement"
[[client.contrat.paiement]]
paye_le = "05/03/2025"
montant = "330"
moyen = "virement"
[[client.contrat.paiement]]
paye_le = "06/03/2025"
montant = "-330"
moyen = "chèque"
"""


async def test_what_differs_is_shown_and_written_and_then_stays(context: Context, database: Path) -> None:
    await bring_in(context, TOML)
    assert await told_of(context, OTHERWISE) == [
        "~ Cabinet des Tilleuls (cabinet de groupe)",
        "    ~ adresse : 3 rue des Tilleuls, 69000 Lyon → 5 rue des Tilleuls",
        "    ~ architecture validée le : 20/02/2025 → 21/02/2025",
        (
            "    ~ contrat du 01/03/2025 : 12 → 15 unités par période "
            "(les périodes déjà entamées gardent leur forfait), prix : 330,00 € → 350,00 €, "
            "signé le : 24/02/2025 → 25/02/2025, fin : 28/02/2027, motif de fin : résiliation"
        ),
        "        + avenant : prix 360,00 €, à partir du 01/06/2025",
        "        + avenant : compté non, à partir du 01/06/2025",
        "        + paiement du 05/03/2025 : 330,00 € par virement, période 1",
        "        + paiement du 06/03/2025 : -330,00 € par chèque, période 1",
        "    ~ Nadia Benali, secrétariat",
        "        + canal préféré : SMS",
        "    ~ Dr Julien Lambert, médecin",
        "        ~ canal préféré : WhatsApp → mail",
        "    ~ produit MediStory 4, vendu par nous",
        "    + produit Logiciel de garde, ni vendu ni installé par nous",
        "    ~ poste IMAC accueil",
        "    + poste Portable, 1 point fait le 23/11/2026 : Activer Power Nap",
    ]
    before = await rows(database)
    assert (await bring_in(context, OTHERWISE)).is_empty
    assert await rows(database) == before

    async def look(uow: UnitOfWork) -> None:
        assert await uow.contracts.contract(2) == Contract(
            2, 1, date(2025, 3, 1), 15, date(2027, 2, 28), date(2025, 2, 25), 35_000, Ending.TERMINATION
        )
        assert [each.preferred for each in await uow.directory.contacts_of(1)] == [Channel.MAIL, Channel.SMS]
        assert [each.name for each in await uow.workstations.of_client(1)] == ["IMAC accueil", "Portable"]

    await context.store.read(look)


async def test_a_contract_alone_may_have_another_payment(context: Context) -> None:
    await bring_in(context, CONTRACT)
    paid = '[[client.contrat.paiement]]\npaye_le = 2026-02-20\nmontant = 330\nmoyen = "virement"\n'
    assert await told_of(context, CONTRACT + paid) == [
        "~ C (cabinet de groupe)",
        "    ~ contrat du 01/03/2026",
        "        + paiement du 20/02/2026 : 330,00 € par virement, période 1",
    ]


async def test_what_is_due_in_the_life_of_a_contract_is_planned(context: Context) -> None:
    await bring_in(context, CONTRACT)
    planned = await context.store.read(lambda uow: uow.contract_milestones.of_contract(1))
    assert [name for name, _, _ in planned] == ["arrears:1", "renewal:1:4m", "renewal:1:3m1w", "lost:1", "period:2"]


# History


async def test_a_past_intervention_is_a_closed_ticket_of_which_nobody_is_told(context: Context, database: Path) -> None:
    await bring_in(context, CONTRACT + WORK)

    async def look(uow: UnitOfWork) -> None:
        assert await uow.tickets.get(1) == Ticket(
            number=1,
            subject="imprimante",
            state=TicketState.CLOSED,
            priority=Priority.NORMAL,
            channel=Channel.PHONE,
            opened_at=datetime(2026, 3, 12, 8, 5, tzinfo=UTC),
            last_activity_at=datetime(2026, 3, 12, 8, 22, tzinfo=UTC),
            recontact_due_at=datetime(2026, 3, 18, 14, 5, tzinfo=UTC),
            client_id=1,
            outcome=Outcome.RESOLVED,
            recontacted_at=datetime(2026, 3, 12, 8, 5, tzinfo=UTC),
            recontacted_by=Recontact.INTERVENTION,
            closed_at=datetime(2026, 3, 12, 8, 22, tzinfo=UTC),
            threading="import",
        )
        intervention = await uow.interventions.of_ticket(1)
        assert intervention is not None
        assert (intervention.doctor, intervention.reason, intervention.units) == ("Dr A", "imprimante", 2)
        assert [(each.remote, str(each.worked)) for each in intervention.sittings] == [(True, "0:17:00")]
        events = [(event.kind, event.actor) for event in await uow.tickets.events(1)]
        assert events == [("opened", "import"), ("closed", "import")]
        assert await uow.milestones.of_ticket(1) == []
        assert await uow.directory.technicians() == []

    await context.store.read(look)
    assert (await rows(database))["outbox"] == []
    assert await ledger(context) == [(1, 1, 2, "counted")]


async def test_a_package_used_up_in_the_past_is_told_to_nobody(context: Context, database: Path) -> None:
    await bring_in(context, CONTRACT + "unites = 3\n" + WORK + WORK.replace("03-12", "03-13"))
    assert [units for _, _, units, _ in await ledger(context)] == [2, 2]
    assert (await rows(database))["outbox"] == []


CALL = '[[client.intervention]]\nissue = "commercial"\ndebut = 2026-03-13T09:05:00\nfin = "9h10"\n'


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param(CONTRACT + WORK + 'issue = "échec"', [(1, 1, 0, "failed")], id="failed"),
        pytest.param(CLIENT + WORK, [(1, None, 0, "not_covered")], id="without a contract"),
        pytest.param(CONTRACT + WORK.replace("03-12", "02-28"), [(1, None, 0, "not_covered")], id="before the start"),
        pytest.param(
            CONTRACT.replace("groupe", "individuel") + WORK, [(1, 1, 0, "individual_contract")], id="in one's own name"
        ),
        pytest.param(CONTRACT + CALL, [(1, 1, 0, "commercial")], id="a call that was no intervention"),
    ],
)
async def test_past_work_is_counted_as_it_would_have_been(
    context: Context, text: str, lines: list[tuple[int, int | None, int, str]]
) -> None:
    await bring_in(context, text)
    assert await ledger(context) == lines


async def test_what_is_known_already_is_left_alone(context: Context, database: Path) -> None:
    """A correction made at the desk is not undone by the file it came from."""
    await bring_in(context, CONTRACT + WORK)
    before = await rows(database)
    assert (await bring_in(context, CONTRACT + WORK.replace("09:22", "09:52"))).is_empty
    assert await rows(database) == before
    later = CONTRACT + WORK + WORK.replace("03-12", "03-20") + "garantie_de = 2026-03-12T09:05:00\n"
    assert len(await told_of(context, later)) == 2
    assert await ledger(context) == [(1, 1, 2, "counted"), (2, 1, 0, "under_guarantee")]


async def test_past_work_keeps_its_technician_and_its_workstation(context: Context) -> None:
    async def name(uow: UnitOfWork) -> None:
        await uow.directory.put_technician(7001, name="Claire", is_admin=True, phone=None)

    await context.store.write(name)
    await bring_in(context, CONTRACT + '[[client.poste]]\nnom = "iMac"\n')
    text = CONTRACT + WORK + 'technicien = "CLAIRE"\nposte = "IMAC"\n' + WORK.replace("03-12", "03-13")
    await bring_in(context, text)

    async def look(uow: UnitOfWork) -> None:
        first, second = await uow.interventions.of_client(1)
        technicians = [await uow.directory.technician_by_id(each.sittings[0].technician_id) for each in (first, second)]
        assert [each.name for each in technicians if each] == ["Claire", "Reprise"]
        assert (first.workstation_id, second.workstation_id) == (1, None)
        assert [each.name for each in await uow.directory.technicians()] == ["Claire"]

    await context.store.read(look)


async def test_a_long_reason_is_cut_in_the_ticket_and_a_missing_one_is_said_so(context: Context) -> None:
    await bring_in(context, CONTRACT + WORK.replace("imprimante", "x" * 100) + CALL)
    tickets = await context.store.read(lambda uow: uow.tickets.of_client(1))
    assert [ticket.subject for ticket in tickets] == ["Sans motif", "x" * 79 + "…"]


async def test_a_ticket_on_which_nobody_worked_is_no_past_work(context: Context) -> None:
    await bring_in(context, CONTRACT)

    async def close(uow: UnitOfWork) -> None:
        ticket = await uow.tickets.open(
            Ticket(
                number=0,
                subject="publicité",
                state=TicketState.CLOSED,
                priority=Priority.NORMAL,
                channel=Channel.PHONE,
                opened_at=NOW,
                last_activity_at=NOW,
                recontact_due_at=NOW,
                client_id=1,
                closed_at=NOW,
            )
        )
        opened = await uow.interventions.open(ticket.number, client_id=1, now=NOW)
        await uow.interventions.save(replace(opened, outcome=Outcome.COMMERCIAL))

    await context.store.write(close)
    await bring_in(context, CONTRACT + WORK)
    assert await ledger(context) == [(2, 1, 2, "counted")]


async def test_the_end_of_a_night_needs_its_date(context: Context) -> None:
    night = WORK.replace("09:05:00", "23:50:00").replace("09:22:00", '"13/03/2026 0h10"')
    assert (await told_of(context, CONTRACT + night, apply=False))[2] == (
        "    + intervention du 12/03/2026 à 23h50, 20 min, Dr A : imprimante (résolu)"
    )


# Where things stand

LINES = '''\
# [[client]]
[[client]]
nom = "A"
[client.architecture]
notes = """
[[client]]
nom = "no"
"""
validee_le = 2026-01-01
[[client]]
"nom" = 'B'
contact.nom = """ in one line """
  [[ client . contrat ]]
    debut = 1
'''


def test_lines_are_found_beyond_comments_and_texts() -> None:
    lines = find_lines(LINES)
    assert lines == {
        ("client",): 2,
        ("client", 0): 2,
        ("client", 0, "nom"): 3,
        ("client", 0, "architecture"): 4,
        ("client", 0, "architecture", "notes"): 5,
        ("client", 0, "architecture", "validee_le"): 9,
        ("client", 1): 10,
        ("client", 1, "nom"): 11,
        ("client", 1, "contact"): 12,
        ("client", 1, "contact", "nom"): 12,
        ("client", 1, "contrat"): 13,
        ("client", 1, "contrat", 0): 13,
        ("client", 1, "contrat", 0, "debut"): 14,
    }
    assert nearest(lines, ("client", 1, "contact", 0, "mail")) == 12
    assert nearest(lines, ("other",)) == 1
