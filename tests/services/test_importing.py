"""Clients from a CSV file: what is taken, what is refused with its line, and what a second time changes (C3, C19)."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.bootstrap import open_for_writing
from bot.clock import StoppedClock
from bot.config import Settings, load_settings
from bot.domain.addresses import Address, Channel
from bot.domain.clients import ClientKind
from bot.domain.tickets import Outcome, Priority, Ticket, TicketState
from bot.errors import ImportRejected
from bot.ports import UnitOfWork
from bot.services.context import Context
from bot.services.importing import Plan, decode, import_clients
from bot.services.importing import describe as describe_in
from bot.services.importing.cells import parse_date, parse_kind, parse_phone, parse_phones
from bot.services.importing.table import Column
from bot.texts.import_templates import CSV as TEMPLATE

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
TITLES = "client;type;contact;role;telephone;mail;contrat_debut;unites;contrat_fin\n"
TILLEULS = "Cabinet des Tilleuls;groupe;Dr Julien Lambert;médecin;06 39 98 00 11;;01/03/2026;12;\n"


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
async def context(empty_database: Path, tmp_path: Path) -> AsyncIterator[Context]:
    path = tmp_path / "office.db"
    shutil.copy(empty_database, path)
    async with open_for_writing(settings_of(path), clock=StoppedClock(NOW)) as opened:
        yield opened.context


async def stored(context: Context) -> dict[str, object]:
    """All that an import can have written."""

    async def work(uow: UnitOfWork) -> dict[str, object]:
        found: dict[str, object] = {}
        for client in await uow.directory.clients():
            contracts = await uow.contracts.contracts_of(client.id)
            people = {
                (contact.name, contact.role): [
                    f"{known.address.channel}:{known.address.identifier}"
                    for known in await uow.directory.addresses_of(contact.id)
                ]
                for contact in await uow.directory.contacts_of(client.id)
            }
            terms = [(contract.starts_on, contract.allowance_units, contract.ends_on) for contract in contracts]
            found[client.name] = (client.kind, people, terms)
        return found

    return await context.store.read(work)


def describe(plan: Plan) -> list[str]:
    return describe_in(plan, zone=ZoneInfo("Europe/Paris"))


async def problems_of(context: Context, text: str) -> list[str]:
    with pytest.raises(ImportRejected) as rejected:
        await import_clients(context, text, apply=True)
    return list(rejected.value.problems)


# What is taken


async def test_the_template_can_be_imported(context: Context) -> None:
    plan = await import_clients(context, TEMPLATE, apply=True)
    assert (plan.new, plan.changed, plan.unchanged) == (2, 0, 0)
    assert await stored(context) == {
        "Cabinet des Tilleuls": (
            ClientKind.GROUP_PRACTICE,
            {
                ("Dr Julien Lambert", "médecin"): [
                    "sms:+33639980011",
                    "whatsapp:+33639980011",
                    "mail:lambert@exemple.fr",
                ],
                ("Nadia Benali", "secrétariat"): ["sms:+33639980013", "whatsapp:+33639980013"],
            },
            [(date(2026, 3, 1), 12, None)],
        ),
        "Dr Anne Morel": (
            ClientKind.INDIVIDUAL,
            {("Dr Anne Morel", "médecin"): ["sms:+33639980021", "whatsapp:+33639980021"]},
            [(date(2026, 9, 15), 12, None)],
        ),
    }


def test_the_template_has_every_title() -> None:
    assert set(TEMPLATE.partition("\n")[0].split(";")) == set(Column)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TITLES + TILLEULS, id="semicolons"),
        pytest.param((TITLES + TILLEULS).replace(";", ","), id="commas"),
        pytest.param((TITLES + TILLEULS).replace(";", "\t"), id="tabs"),
        pytest.param("\ufeff" + TITLES + TILLEULS, id="byte order mark"),
        pytest.param((TITLES + TILLEULS).replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param((TITLES + TILLEULS + ";;;\n\n").replace("\n", ";;\n"), id="empty cells and lines"),
        pytest.param(
            "Client;TYPE;Contact;Rôle;Téléphone;Mail;Contrat début;Unités;Contrat fin\n" + TILLEULS, id="accents"
        ),
        pytest.param("client;kind;contact;role;phone;mail;starts_on;allowance;ends_on\n" + TILLEULS, id="English"),
        pytest.param(TITLES + TILLEULS.replace("Dr Julien Lambert", '"Dr  Julien\nLambert"'), id="a cell of two lines"),
        pytest.param(
            "contact;type;client;whatsapp;sms;contrat_debut;role\n"
            "Dr Julien Lambert;msp;Cabinet des Tilleuls;0639980011;+33639980011;2026-03-01;médecin\n",
            id="another order",
        ),
    ],
)  # fmt: skip
async def test_a_file_may_be_written_in_many_ways(context: Context, text: str) -> None:
    await import_clients(context, text, apply=True)
    assert await stored(context) == {
        "Cabinet des Tilleuls": (
            ClientKind.GROUP_PRACTICE,
            {("Dr Julien Lambert", "médecin"): ["sms:+33639980011", "whatsapp:+33639980011"]},
            [(date(2026, 3, 1), 12, None)],
        )
    }


@pytest.mark.parametrize(
    ("text", "number"),
    [
        pytest.param("06 39 98 00 11", "+33639980011", id="national"),
        pytest.param("+33 6 39 98 00 11", "+33639980011", id="international"),
        pytest.param("0033 6 39 98 00 11", "+33639980011", id="double zero"),
        pytest.param("06.39.98.00.11", "+33639980011", id="dots"),
        pytest.param("06/39/98/00/11", "+33639980011", id="slashes"),
        pytest.param("639980011", "+33639980011", id="the zero a spreadsheet drops"),
        pytest.param("0262 20 00 01", "+262262200001", id="Réunion by its own prefix"),
        pytest.param("0269 60 00 01", "+262269600001", id="Mayotte by its own prefix"),
        pytest.param("0590 20 00 01", "+590590200001", id="Guadeloupe by its own prefix"),
        pytest.param("+32 470 00 00 01", "+32470000001", id="Belgium"),
    ],
)
def test_a_number_is_kept_as_providers_write_senders(text: str, number: str) -> None:
    assert parse_phone(text) == number


def test_a_cell_may_hold_two_numbers() -> None:
    assert parse_phones("06 39 98 00 11 / 06 39 98 00 12") == ["+33639980011", "+33639980012"]


@pytest.mark.parametrize("text", ["groupe", "Cabinet", "MSP", "cabinet de groupe", "group_practice"])
def test_a_group_practice_has_many_names(text: str) -> None:
    assert parse_kind(text) is ClientKind.GROUP_PRACTICE


@pytest.mark.parametrize("text", ["1/3/2026", "01/03/2026", "2026-03-01"])
def test_a_date_has_its_day_first_or_is_iso(text: str) -> None:
    assert parse_date(text) == date(2026, 3, 1)


async def test_the_units_left_out_are_the_shops_own(context: Context) -> None:
    context = replace(context, policy=replace(context.policy, allowance_units=20))
    await import_clients(context, TITLES + TILLEULS.replace(";12;", ";;"), apply=True)
    assert await stored(context) == {
        "Cabinet des Tilleuls": (
            ClientKind.GROUP_PRACTICE,
            {("Dr Julien Lambert", "médecin"): ["sms:+33639980011", "whatsapp:+33639980011"]},
            [(date(2026, 3, 1), 20, None)],
        )
    }


async def test_a_client_may_have_no_contract(context: Context) -> None:
    await import_clients(
        context, "client;type;contact;telephone\nDr Morel;individuel;Dr Morel;0639980021\n", apply=True
    )
    assert (await stored(context))["Dr Morel"] == (
        ClientKind.INDIVIDUAL,
        {("Dr Morel", ""): ["sms:+33639980021", "whatsapp:+33639980021"]},
        [],
    )


async def test_a_line_may_tell_where_the_client_is_and_how_somebody_wants_to_be_told(context: Context) -> None:
    text = (
        "client;type;adresse;specialite;contact;canal_prefere;mail\n"
        "C;groupe;3 rue A;cardiologie;Dr A;e-mail;a@exemple.fr\nC;;;;Dr B;;b@exemple.fr\n"
    )
    plan = await import_clients(context, text, apply=True)
    assert describe(plan)[:6] == [
        "+ C (cabinet de groupe)",
        "    + adresse : 3 rue A",
        "    + spécialité : cardiologie",
        "    + Dr A",
        "        + canal préféré : mail",
        "        + mail a@exemple.fr",
    ]
    assert (await import_clients(context, text, apply=True)).is_empty


# What is refused

LINES = [
    pytest.param(";groupe;Dr A;;0639980019;;;;", ["le client manque."], id="no client"),
    pytest.param("C;groupe;;;0639980019;;;;", ["le contact manque : une ligne par personne."], id="no contact"),
    pytest.param(
        "C;groupe;Dr A;;;;;;", ["ni téléphone ni mail : ce contact ne serait jamais reconnu."], id="no address"
    ),
    pytest.param("C;;Dr A;;0639980019;;;;", ["le type de « C » manque : écrire « groupe » ou « individuel »."],
                 id="no kind"),
    pytest.param(
        "C;sarl;Dr A;;0639980019;;;;", ["type « sarl » inconnu ; écrire « groupe » ou « individuel »."],
        id="unknown kind",
    ),
    pytest.param(
        "C;groupe;Dr A;;0639;;;;",
        ["numéro « 0639 » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01."],
        id="short number",
    ),
    pytest.param(
        "C;groupe;Dr A;;+();;;;",
        ["numéro « +() » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01."],
        id="no digit",
    ),
    pytest.param(
        "C;groupe;Dr A;;3,36E+10;;;;",
        ["numéro « 3,36E+10 » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01."],
        id="a number that a spreadsheet spoilt",
    ),
    pytest.param(
        "C;groupe;Dr A;;;exemple.fr;;;", ["adresse « exemple.fr » illisible ; écrire par exemple accueil@exemple.fr."],
        id="mail without @",
    ),
    pytest.param(
        "C;groupe;Dr A;;0639980019;;03/31/2026;;",
        ["date « 03/31/2026 » illisible ; écrire par exemple 01/03/2026 ou 2026-03-01."],
        id="month first",
    ),
    pytest.param(
        "C;groupe;Dr A;;0639980019;;01/03/26;;",
        ["date « 01/03/26 » illisible ; écrire par exemple 01/03/2026 ou 2026-03-01."],
        id="year of two digits",
    ),
    pytest.param(
        "C;groupe;Dr A;;0639980019;;01/03/0026;;",
        ["date « 01/03/0026 » illisible ; écrire par exemple 01/03/2026 ou 2026-03-01."],
        id="a year long ago",
    ),
    pytest.param(
        "C;groupe;Dr A;;0639980019;;01/03/2026;-3;", ["« -3 » unités ; écrire un nombre entier de 0 à 10000."],
        id="negative units",
    ),
    pytest.param(
        "C;groupe;Dr A;;0639980019;;01/03/2026;10001;", ["« 10001 » unités ; écrire un nombre entier de 0 à 10000."],
        id="too many units",
    ),
    pytest.param(
        "C;groupe;Dr A;;0639980019;;01/03/2026;12;28/02/2026", ["le contrat finit avant de commencer."], id="reversed"
    ),
    pytest.param(
        "C;groupe;Dr A;;0639980019;;;12;", ["des unités ou une fin de contrat, sans date de début."], id="no start"
    ),
    pytest.param("C;groupe;Dr A;;0639980019;;;;;x", ["10 cases pour 9 titres : un séparateur de trop ?"], id="a cell"),
    pytest.param('C;groupe;"Dr" A;;0639980019;;;;', ["guillemet mal placé ou jamais fermé."], id="a stray quote"),
    pytest.param('C;groupe;"Dr A;;0639980019;;;;', ["guillemet mal placé ou jamais fermé."], id="an open quote"),
    pytest.param(f"{'C' * 201};groupe;Dr A;;0639980019;;;;",
                 [f"« {'C' * 29}… » est trop long : 200 caractères au plus."], id="a long name"),
    pytest.param(f"C;groupe;Dr A;{'r' * 33};0639980019;;;;",
                 [f"« {'r' * 29}… » est trop long : 32 caractères au plus."], id="a long role"),
    pytest.param(
        f"C;groupe;{'x' * 140_000};;0639980019;;;;",
        ["une case est démesurée : il manque sans doute un guillemet de fermeture."],
        id="a huge cell",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("line", "expected"), LINES)
async def test_a_bad_line_is_told_with_its_number(context: Context, line: str, expected: list[str]) -> None:
    told = await problems_of(context, TITLES + TILLEULS + line)
    assert told == [f"ligne 3 : {problem}" for problem in expected]
    assert await stored(context) == {}


PAIRS = [
    pytest.param(
        ("C;groupe;Dr A;;0639980011;;;;", "C;individuel;Dr B;;0639980012;;;;"),
        "ligne 3 : le type de « C » ne dit pas la même chose qu’à la ligne 2.",
        id="another kind",
    ),
    pytest.param(
        ("C;groupe;Dr A;;0639980011;;01/03/2026;;", "C;groupe;Dr B;;0639980012;;01/04/2026;;"),
        "ligne 3 : le début du contrat de « C » ne dit pas la même chose qu’à la ligne 2.",
        id="another start",
    ),
    pytest.param(
        ("C;groupe;Dr A;médecin;0639980011;;;;", "C;groupe;dr a;secrétariat;0639980012;;;;"),
        "ligne 3 : la fonction de « Dr A » ne dit pas la même chose qu’à la ligne 2.",
        id="another role of the same person",
    ),
    pytest.param(
        ("C;groupe;Dr A;;0639980011;;;;;;sms", "C;groupe;Dr A;;0639980012;;;;;;mail"),
        "ligne 3 : le canal préféré de « Dr A » ne dit pas la même chose qu’à la ligne 2.",
        id="another channel of the same person",
    ),
    pytest.param(
        ("C;groupe;Dr A;;0639980011;;;;;3 rue A", "C;groupe;Dr B;;0639980012;;;;;4 rue A"),
        "ligne 3 : l’adresse de « C » ne dit pas la même chose qu’à la ligne 2.",
        id="another place",
    ),
    pytest.param(
        ("C;groupe;Dr A;;0639980011;;;;", "C;groupe;Dr B;;+33639980011;;;;"),
        "ligne 3 : +33639980011 est déjà à Dr A, ligne 2.",
        id="the same phone at a colleague's",
    ),
    pytest.param(
        ("C;groupe;Dr A;;0639980011;;;;", "D;groupe;Dr A;;+33639980011;;;;"),
        "ligne 3 : +33639980011 est déjà à Dr A, ligne 2.",
        id="the same phone at another client's",
    ),
]


@pytest.mark.parametrize(("lines", "expected"), PAIRS)
async def test_lines_that_contradict_one_another_are_told(
    context: Context, lines: tuple[str, str], expected: str
) -> None:
    titles = TITLES.rstrip() + ";adresse;canal_prefere\n"
    assert expected in await problems_of(context, titles + "\n".join(lines))
    assert await stored(context) == {}


async def test_lines_of_one_client_may_leave_out_what_another_said(context: Context) -> None:
    text = (
        TITLES
        + TILLEULS
        + "cabinet des tilleuls;;Nadia;;0639980013;;;;\n;;;;;;;;\nCabinet des Tilleuls;;Nadia;;;n@e.fr;;;"
    )
    plan = await import_clients(context, text, apply=True)
    assert (plan.new, len(plan.clients[0].contacts)) == (1, 2)


async def test_every_bad_line_is_told_at_once(context: Context) -> None:
    text = TITLES + "C;groupe;Dr A;;0639;;hier;;\n" + TILLEULS + ";groupe;Dr A;;0639980012;;;;\n"
    assert await problems_of(context, text) == [
        "ligne 2 : numéro « 0639 » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01.",
        "ligne 2 : date « hier » illisible ; écrire par exemple 01/03/2026 ou 2026-03-01.",
        "ligne 4 : le client manque.",
    ]
    assert await stored(context) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ["Le fichier est vide ; « permanence import --template » en montre un exemple."], id="empty"),
        pytest.param(
            TITLES,
            ["ligne 1 : le fichier n’a que sa ligne de titres : ajouter une ligne par contact."],
            id="titles alone",
        ),
        pytest.param('"client\n', ["ligne 1 : guillemet mal placé ou jamais fermé."], id="an open quote"),
        pytest.param(
            "client;type;contact;telephone;telephone\n",
            ["ligne 1 : le titre « telephone » est là deux fois."],
            id="twice",
        ),
        pytest.param("client;telephone\n", ["ligne 1 : il manque les titres type, contact."], id="missing"),
        pytest.param(
            "client;contact;couleur\n",
            [
                f"ligne 1 : titre « couleur » inconnu ; les titres sont : {', '.join(Column)}.",
                "ligne 1 : il manque le titre type.",
            ],
            id="unknown",
        ),
    ],
)
async def test_wrong_titles_are_told(context: Context, text: str, expected: list[str]) -> None:
    assert await problems_of(context, text) == expected


def test_a_file_that_is_not_utf_8_is_refused_with_its_line() -> None:
    assert decode("\ufeffmédecin".encode()) == "médecin"
    with pytest.raises(ImportRejected) as rejected:
        decode("client\nsecr\N{LATIN SMALL LETTER E WITH ACUTE}tariat\n".encode("mac-roman"))
    assert list(rejected.value.problems) == [
        "ligne 2 : n’est pas en UTF-8 ; dans le tableur, enregistrer sous « CSV UTF-8 », puis recommencer."
    ]


# What it changes


async def test_a_dry_run_writes_nothing_and_shows_what_would_change(context: Context) -> None:
    plan = await import_clients(context, TITLES + TILLEULS, apply=False)
    assert describe(plan) == [
        "+ Cabinet des Tilleuls (cabinet de groupe)",
        "    + contrat du 01/03/2026, 12 unités par période, 330,00 €",
        "    + Dr Julien Lambert, médecin",
        "        + SMS +33639980011",
        "        + WhatsApp +33639980011",
        "+ 1 nouveau client, ~ 0 client modifié, = 0 client inchangé",
    ]
    assert await stored(context) == {}


async def test_the_same_file_again_changes_nothing(context: Context) -> None:
    await import_clients(context, TEMPLATE, apply=True)
    before = await stored(context)
    plan = await import_clients(context, TEMPLATE, apply=True)
    assert plan.is_empty
    assert describe(plan) == ["+ 0 nouveau client, ~ 0 client modifié, = 2 clients inchangés"]
    assert await stored(context) == before


async def test_what_differs_is_shown_and_written(context: Context) -> None:
    await import_clients(context, TITLES + TILLEULS, apply=True)
    text = (
        TITLES + "CABINET DES TILLEULS;individuel;DR JULIEN LAMBERT;gérant;06 39 98 00 14;;01/03/2026;20;28/02/2027\n"
    )
    plan = await import_clients(context, text, apply=True)
    assert describe(plan) == [
        "~ CABINET DES TILLEULS (contrat individuel)",
        "    ~ nom : Cabinet des Tilleuls → CABINET DES TILLEULS",
        "    ~ type : cabinet de groupe → contrat individuel",
        (
            "    ~ contrat du 01/03/2026 : 12 → 20 unités par période "
            "(les périodes déjà entamées gardent leur forfait), fin : 28/02/2027"
        ),
        "    ~ DR JULIEN LAMBERT, gérant",
        "        ~ connu jusqu’ici comme Dr Julien Lambert",
        "        ~ fonction : médecin → gérant",
        "        + SMS +33639980014",
        "        + WhatsApp +33639980014",
        "+ 0 nouveau client, ~ 1 client modifié, = 0 client inchangé",
    ]
    assert await stored(context) == {
        "CABINET DES TILLEULS": (
            ClientKind.INDIVIDUAL,
            {
                ("DR JULIEN LAMBERT", "gérant"): [
                    "sms:+33639980011",
                    "whatsapp:+33639980011",
                    "sms:+33639980014",
                    "whatsapp:+33639980014",
                ]
            },
            [(date(2026, 3, 1), 20, date(2027, 2, 28))],
        )
    }
    assert (await import_clients(context, text, apply=True)).is_empty


async def test_an_empty_cell_takes_nothing_away(context: Context) -> None:
    ended = TILLEULS.replace(";12;", ";20;28/02/2027")
    await import_clients(context, TITLES + ended, apply=True)
    plan = await import_clients(context, TITLES + TILLEULS.replace("médecin", "").replace(";12;", ";;"), apply=True)
    assert plan.is_empty


async def test_periods_that_have_begun_keep_their_allowance(context: Context) -> None:
    await import_clients(context, TITLES + TILLEULS, apply=True)

    async def open_period(uow: UnitOfWork) -> None:
        contract = (await uow.contracts.all_contracts())[0]
        await uow.contracts.period(contract, nth=1, starts_on=date(2026, 3, 1), ends_on=date(2027, 2, 28))

    await context.store.write(open_period)
    plan = await import_clients(context, TITLES + TILLEULS.replace(";12;", ";20;"), apply=False)
    assert describe(plan)[1] == (
        "    ~ contrat du 01/03/2026 : 12 → 20 unités par période (les périodes déjà entamées gardent leur forfait)"
    )


@pytest.mark.parametrize(
    ("first", "second", "is_refused"),
    [
        pytest.param(("01/03/2025", ""), ("01/03/2026", ""), True, id="one without end"),
        pytest.param(("01/03/2025", "28/02/2026"), ("01/03/2026", ""), False, id="one after the other"),
        pytest.param(("01/03/2025", "28/02/2026"), ("28/02/2026", ""), True, id="one day together"),
        pytest.param(("01/03/2026", ""), ("01/03/2025", "28/02/2026"), False, id="an earlier one that ended"),
        pytest.param(("01/03/2026", ""), ("01/03/2025", "01/03/2026"), True, id="an earlier one that ends late"),
    ],
)
async def test_two_contracts_do_not_run_at_the_same_time(
    context: Context, first: tuple[str, str], second: tuple[str, str], is_refused: bool
) -> None:
    def file(term: tuple[str, str]) -> str:
        return TITLES + f"C;groupe;Dr A;;0639980011;;{term[0]};;{term[1]}\n"

    await import_clients(context, file(first), apply=True)
    start = first[0]
    problem = (
        f"ligne 2 : « C » a déjà un contrat qui commence le {start}, et deux contrats ne courent pas en même temps."
    )
    if is_refused:
        assert await problems_of(context, file(second)) == [problem]
    else:
        assert (await import_clients(context, file(second), apply=True)).changed == 1


async def test_a_phone_that_belongs_to_somebody_else_is_refused(context: Context) -> None:
    await import_clients(context, TITLES + TILLEULS, apply=True)
    text = (
        TITLES + "Dr Morel;individuel;Dr Morel;;;dr@exemple.fr;;;\nDr Morel;individuel;Dr Morel;;06 39 98 00 11;;;;\n"
    )
    assert await problems_of(context, text) == [
        "ligne 3 : +33639980011 est déjà à Dr Julien Lambert (Cabinet des Tilleuls)."
    ]


# Who wrote before anybody said whose the number is (C3)

JULIEN = Address(Channel.SMS, "+33639980011")


async def unknown_sender(uow: UnitOfWork, *, outcome: Outcome | None = None) -> int:
    """A ticket of a number that nobody knows; closed after 20 minutes of work, where an outcome is given."""
    known = await uow.directory.add_address(JULIEN, contact_id=None, profile_name="Julien", now=NOW)
    await uow.directory.put_technician(7001, name="Claire", is_admin=True, phone=None)
    ticket = await uow.tickets.open(
        Ticket(
            number=0,
            subject="imprimante",
            state=TicketState.CLOSED if outcome else TicketState.OPEN,
            priority=Priority.NORMAL,
            channel=Channel.SMS,
            opened_at=NOW,
            last_activity_at=NOW,
            recontact_due_at=NOW + timedelta(days=4),
            address_id=known.id,
            outcome=outcome,
            closed_at=NOW if outcome else None,
        )
    )
    if outcome is not None:
        intervention = await uow.interventions.open(ticket.number, client_id=None, now=NOW)
        await uow.interventions.start_sitting(intervention.id, technician_id=1, started_at=NOW)
        opened = await uow.interventions.of_ticket(ticket.number)
        assert opened is not None
        await uow.interventions.save_sitting(replace(opened.sittings[0], ended_at=NOW + timedelta(minutes=20)))
        await uow.interventions.save(replace(opened, outcome=outcome, doctor="Dr Lambert", reason="imprimante"))
    return ticket.number


async def test_a_sender_who_wrote_already_is_taken_in_with_their_tickets(context: Context) -> None:
    number = await context.store.write(unknown_sender)
    plan = await import_clients(context, TITLES + TILLEULS, apply=True)
    assert "        + SMS +33639980011, qui nous a déjà écrit : ses tickets suivent" in describe(plan)

    async def look(uow: UnitOfWork) -> tuple[object, ...]:
        ticket = await uow.tickets.get(number)
        known = await uow.directory.address(JULIEN)
        assert ticket is not None
        assert known is not None
        events = [(event.kind, event.actor) for event in await uow.tickets.events(number)]
        return ticket.client_id, ticket.contact_id, known.contact_id, events, await uow.contracts.lines_of(1)

    assert await context.store.read(look) == (1, 1, 1, [("attached", "import")], [])
    assert (await import_clients(context, TITLES + TILLEULS, apply=True)).is_empty


async def test_what_was_closed_for_an_unknown_sender_is_counted_then(context: Context) -> None:
    number = await context.store.write(lambda uow: unknown_sender(uow, outcome=Outcome.RESOLVED))
    await import_clients(context, TITLES + TILLEULS, apply=True)
    lines = await context.store.read(lambda uow: uow.contracts.lines_of(1))
    assert [(line.ticket_id, line.units, line.decision, line.author) for line in lines] == [
        (number, 2, "counted", "import")
    ]


async def test_work_that_is_not_finished_is_not_counted_yet(context: Context) -> None:
    async def open_work(uow: UnitOfWork) -> int:
        number = await unknown_sender(uow)
        await uow.interventions.open(number, client_id=None, now=NOW)
        return number

    number = await context.store.write(open_work)
    await import_clients(context, TITLES + TILLEULS, apply=True)
    intervention = await context.store.read(lambda uow: uow.interventions.of_ticket(number))
    assert intervention is not None
    assert intervention.client_id == 1
    assert await context.store.read(lambda uow: uow.contracts.lines_of(1)) == []


@pytest.mark.parametrize("name", ["Julien", "+33639980011"])
async def test_a_contact_that_has_only_a_number_gets_its_name(context: Context, name: str) -> None:
    await import_clients(context, TITLES + TILLEULS.replace("0011", "0012").replace("00 11", "00 12"), apply=True)

    async def attach(uow: UnitOfWork) -> None:
        contact = await uow.directory.add_contact(name, client_id=1, role="", now=NOW)
        await uow.directory.add_address(JULIEN, contact_id=contact.id, profile_name="Julien", now=NOW)

    await context.store.write(attach)
    text = TITLES + "Cabinet des Tilleuls;;Dr Sophie Nguyen;;06 39 98 00 11;;;;\n"
    plan = await import_clients(context, text.replace(";;Dr", ";groupe;Dr"), apply=True)
    assert f"        ~ connu jusqu’ici comme {name}" in describe(plan)
    people = (await stored(context))["Cabinet des Tilleuls"][1]  # type: ignore[index]
    assert people == {
        ("Dr Julien Lambert", "médecin"): ["sms:+33639980012", "whatsapp:+33639980012"],
        ("Dr Sophie Nguyen", ""): ["sms:+33639980011", "whatsapp:+33639980011"],
    }
