"""A client's file, *dossier*: who they are, what they have, what is agreed with them, what is open and what was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.addresses import KnownAddress
from bot.domain.clients import Client, Contact, HeldProduct
from bot.domain.contracts import Contract, Ending
from bot.domain.desk import Verb
from bot.domain.tickets import Outcome
from bot.domain.workstations import Workstation
from bot.rules.quota import Balance
from bot.texts.accounts import AccountView, balance_line, balance_words
from bot.texts.harmless import harmless, inline
from bot.texts.labels import CHANNELS, KINDS, OUTCOMES, phone_label, plural
from bot.texts.moments import on_date
from bot.texts.posts import Button, Post, button, rows
from bot.texts.rich import Rich, blockquote, bold
from bot.texts.tickets import TicketLine, described

PAST_SHOWN = 15
PAGE = 4_000
_SHOWN = 15
_PERIODS = 3
_TICKET_BUTTONS = 8


@dataclass(frozen=True, slots=True)
class PeriodView:
    """A period of a contract; `balance` is None where no quota is kept (C11)."""

    starts_on: date
    ends_on: date
    balance: Balance | None = None


@dataclass(frozen=True, slots=True)
class ContractView:
    """A contract with those of its periods that began, the first one first."""

    contract: Contract
    periods: tuple[PeriodView, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client's file. `n_past` is how many of their tickets are closed."""

    client: Client
    contacts: tuple[tuple[Contact, tuple[KnownAddress, ...]], ...]
    account: AccountView
    contracts: tuple[ContractView, ...] = ()
    tickets: tuple[TicketLine, ...] = ()
    products: tuple[HeldProduct, ...] = ()
    workstations: tuple[Workstation, ...] = ()
    n_past: int = 0


@dataclass(frozen=True, slots=True)
class PastTicket:
    """A closed ticket in a client's file; `units` are what it counted."""

    number: int
    subject: str
    closed_at: datetime
    outcome: Outcome | None
    units: int = 0
    doctor: str = ""


def client_file(view: ClientView, *, zone: tzinfo, now: datetime) -> tuple[Post, ...]:
    """The file of /client, over as many messages as it takes; the buttons are below the last one."""
    today = now.astimezone(zone).date()
    blocks = [
        _heading(view),
        *_contracts(view, today),
        _section("Contacts", _people(view.contacts), none="Aucun contact connu."),
        _section("Produits", [product_words(held) for held in view.products]),
        _section("Postes (réglages cochés sur 12)", [_workstation(each) for each in view.workstations]),
        _architecture(view.client),
        bold(plural(len(view.tickets), "ticket ouvert", "tickets ouverts")) if view.tickets else "Aucun ticket ouvert.",
        *(described(line, zone=zone, now=now) for line in view.tickets[:_SHOWN]),
    ]
    pages = _pages(blocks)
    return (*(Post(page) for page in pages[:-1]), Post(pages[-1], _buttons(view)))


def past_tickets(
    client: Client, shown: Sequence[PastTicket], *, total: int, skipped: int = 0, zone: tzinfo, bodies_hidden: bool
) -> Post:
    """The closed tickets of a client, the newest first; `skipped` newer ones stand on the pages before."""
    if not shown:
        return Post.of(f"Aucun ticket clos pour {inline(client.name)}.")
    heading = Rich.of(bold(inline(client.name)), f" · {plural(total, 'ticket clos', 'tickets clos')}")
    lines = [_past(ticket, zone, bodies_hidden=bodies_hidden) for ticket in shown]
    tickets = [button(f"n° {ticket.number}", Verb.SHOW, ticket.number) for ticket in shown[:_TICKET_BUTTONS]]
    rest = total - skipped - len(shown)
    older = [_file_button(client, f"Plus anciens ({rest})", f"passes {skipped + len(shown)}")] if rest > 0 else []
    back = _file_button(client, "La fiche", "")
    return Post(Rich.lines([heading, *lines], between="\n\n"), (*rows(*tickets, width=4), (*older, back)))


def product_words(held: HeldProduct) -> str:
    """'MediStory 4, vendu et installé par nous': what C5 asks of the file."""
    ours = [word for word, is_so in (("vendu", held.sold_by_us), ("installé", held.installed_by_us)) if is_so]
    return inline(held.product) + (f", {' et '.join(ours)} par nous" if ours else "")


def contact_line(contact: Contact, addresses: Sequence[KnownAddress]) -> str:
    """'Dr Hélène Vasseur, médecin (préfère le mail)', then her addresses on lines of their own."""
    role = f", {inline(contact.role, 30)}" if contact.role else ""
    preferred = f" (préfère {PREFERRED[CHANNELS[contact.preferred]]})" if contact.preferred else ""
    return "\n".join([f"{inline(contact.name)}{role}{preferred}", *address_lines(addresses)])


def address_lines(addresses: Iterable[KnownAddress]) -> list[str]:
    """A line for each number or mail address: '— +33 6 39 98 00 01 · SMS, WhatsApp (STOP)'."""
    channels: dict[str, list[str]] = {}
    for known in addresses:
        state = " (bloqué)" if known.blocked_at else " (STOP)" if known.opted_out_at else ""
        channels.setdefault(known.address.identifier, []).append(f"{CHANNELS[known.address.channel]}{state}")
    return [f"— {inline(phone_label(each))} · {', '.join(names)}" for each, names in channels.items()]


PREFERRED = {"SMS": "le SMS", "WhatsApp": "WhatsApp", "mail": "le mail", "téléphone": "le téléphone"}


def _heading(view: ClientView) -> Rich:
    client = view.client
    return Rich.lines(
        [
            Rich.of(bold(inline(client.name)), f" · {KINDS[client.kind]}"),
            inline(client.specialty, 200),
            inline(client.address, 300),
            balance_line(view.account),
        ]
    )


def _contracts(view: ClientView, today: date) -> list[Rich]:
    return [_contract(each, today) for each in view.contracts]


def _contract(view: ContractView, today: date) -> Rich:
    """'Contrat depuis le 01/03/2026', what is known of its end, and its last periods with what was left of them."""
    contract = view.contract
    is_ahead = contract.starts_on > today
    start = f"Contrat à venir, du {on_date(contract.starts_on)}" if is_ahead else _since(contract)
    periods = [_period(period, today) for period in reversed(view.periods[-_PERIODS:])]
    return Rich.lines([bold(start), _ending(contract, today), *periods])


def _since(contract: Contract) -> str:
    signed = f", signé le {on_date(contract.signed_on)}" if contract.signed_on else ""
    return f"Contrat depuis le {on_date(contract.starts_on)}{signed}"


def _ending(contract: Contract, today: date) -> str:
    if contract.ends_on is None:
        return ""
    why = {Ending.NOTICE: " (dénoncé)", Ending.TERMINATION: " (résilié)", None: ""}[contract.ending]
    verb = "Fini" if contract.ends_on < today else "⚠️ Finit"
    return f"{verb} le {on_date(contract.ends_on)}{why}"


def _period(period: PeriodView, today: date) -> str:
    """'Du 01/03/2026 au 28/02/2027 : reste 7 sur 12'; of one that is over '4 unités prises sur 12, 8 perdues' (C10)."""
    dates = f"Du {on_date(period.starts_on)} au {on_date(period.ends_on)}"
    if period.balance is None:
        return dates
    if period.ends_on >= today:
        return f"{dates} : reste {balance_words(period.balance)}"
    used = plural(period.balance.used, "unité prise", "unités prises")
    lost = f", {plural(period.balance.left, 'perdue')}" if period.balance.left else ""
    return f"{dates} : {used} sur {period.balance.allowance}{lost}"


def _people(contacts: Sequence[tuple[Contact, tuple[KnownAddress, ...]]]) -> list[str]:
    people = [contact_line(contact, addresses) for contact, addresses in contacts[:_SHOWN]]
    if len(contacts) > _SHOWN:
        people.append(f"… et {plural(len(contacts) - _SHOWN, 'autre')}, sous « Contacts »")
    return people


def _workstation(workstation: Workstation) -> str:
    return f"{inline(workstation.name)} : {len(workstation.ticked)}"


def _architecture(client: Client) -> Rich:
    """The notes on the client's IT, and when they validated them (C23)."""
    if not client.architecture:
        return Rich.lines([bold("Architecture informatique"), "Pas encore relevée."])
    validated = client.architecture_validated_on
    state = f"Validée par le client le {on_date(validated)}" if validated else "⚠️ À faire valider par le client (C23)"
    return Rich.lines([bold("Architecture informatique"), state, blockquote(harmless(client.architecture))])


def _section(title: str, lines: Sequence[str], *, none: str = "") -> Rich:
    return Rich.lines([bold(title), *lines]) if lines else Rich(none)


def _pages(blocks: Iterable[Rich | str]) -> list[Rich]:
    """The blocks over as few messages as hold them; a block is cut only where none would hold it."""
    pages: list[Rich] = []
    for block in blocks:
        for piece in Rich.of(block).pages(PAGE):
            if pages and len(pages[-1]) + len(piece) + 2 <= PAGE:
                pages[-1] = Rich.lines([pages[-1], piece], between="\n\n")
            elif piece:
                pages.append(piece)
    return pages


def _buttons(view: ClientView) -> tuple[tuple[Button, ...], ...]:
    client = view.client
    tickets = [button(f"n° {line.number}", Verb.SHOW, line.number) for line in view.tickets[:_TICKET_BUTTONS]]
    words = f"={client.id}"
    past = [_file_button(client, f"Tickets passés ({view.n_past})", "passes")] if view.n_past else []
    return (
        *rows(*tickets, width=4),
        *rows(
            button("Contacts", Verb.CONTACT, None, words),
            button("Contrat", Verb.CONTRACT, None, words),
            button("Solde", Verb.QUOTA, None, words),
            button("Relevé", Verb.STATEMENT, None, words),
            button("Postes", Verb.SHEET, None, words),
            _file_button(client, "Modifier", "modifier"),
            *past,
            width=3,
        ),
    )


def _file_button(client: Client, text: str, words: str) -> Button:
    return button(text, Verb.FILE, None, f"={client.id} {words}".strip())


def _past(ticket: PastTicket, zone: tzinfo, *, bodies_hidden: bool) -> Rich:
    """'n° 12 · 03/04/2026 · résolu, 2 unités · Dr Vasseur', then its subject."""
    outcome = OUTCOMES[ticket.outcome] if ticket.outcome else "clos"
    counted = f", {plural(ticket.units, 'unité')}" if ticket.units else ""
    closed_on = on_date(ticket.closed_at.astimezone(zone).date())
    doctor = f" · {inline(ticket.doctor, 40)}" if ticket.doctor else ""
    first = Rich.of(bold(f"n° {ticket.number}"), f" · {closed_on} · {outcome}{counted}{doctor}")
    return Rich.lines([first, "" if bodies_hidden else inline(ticket.subject, 70)])
