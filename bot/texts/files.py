"""A client's file and account: who they are, what is open, what was counted and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from bot.domain.addresses import KnownAddress
from bot.domain.clients import Client, ClientKind, Contact
from bot.domain.contracts import Contract
from bot.domain.desk import Verb
from bot.domain.interventions import LedgerLine
from bot.rules.quota import Balance
from bot.texts.harmless import inline
from bot.texts.labels import CHANNELS, KINDS, decision_label, phone_label, plural
from bot.texts.moments import short_moment
from bot.texts.posts import Post, button, rows
from bot.texts.rich import Rich, bold
from bot.texts.tickets import TicketLine, described

_SHOWN = 15


@dataclass(frozen=True, slots=True)
class AccountView:
    """A client's account in the present period: `lines` are the ones its balance is the sum of.

    `period` are its first and last day, `uncovered` the lines of work outside any period (C13).
    """

    client_name: str
    client_kind: ClientKind
    period: tuple[date, date] | None
    balance: Balance | None
    lines: tuple[LedgerLine, ...] = ()
    uncovered: tuple[LedgerLine, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientView:
    """A client's file."""

    client: Client
    contacts: tuple[tuple[Contact, tuple[KnownAddress, ...]], ...]
    contracts: tuple[Contract, ...]
    account: AccountView
    tickets: tuple[TicketLine, ...] = ()


def client_file(view: ClientView, *, zone: tzinfo, now: datetime) -> Post:
    """The file of /client: kind, contract and balance, people with their addresses, open tickets."""
    heading = Rich.of(bold(inline(view.client.name)), f" · {KINDS[view.client.kind]}")
    people = [_person(contact, addresses) for contact, addresses in view.contacts[:_SHOWN]]
    if len(view.contacts) > _SHOWN:
        people.append(f"… et {len(view.contacts) - _SHOWN} autres")
    tickets = [described(line, zone=zone, now=now) for line in view.tickets[:_SHOWN]]
    blocks: list[str | Rich] = [
        Rich.lines([heading, *_contract(view, zone, now), balance_line(view.account)]),
        Rich.lines(people) if people else "Aucun contact connu.",
        bold(plural(len(view.tickets), "ticket ouvert", "tickets ouverts")) if tickets else "Aucun ticket ouvert.",
        *tickets,
    ]
    buttons = [button(f"n° {line.number}", Verb.SHOW, line.number) for line in view.tickets[:8]]
    return Post(Rich.lines(blocks, between="\n\n"), rows(*buttons, width=4))


def quota(view: AccountView, *, zone: tzinfo, now: datetime) -> Post:
    """The account of /quota: the balance, and line by line what it is made of (C7-C13)."""
    blocks: list[str | Rich] = [Rich.lines([bold(inline(view.client_name)), _period(view.period), balance_line(view)])]
    if view.lines:
        blocks.append(Rich.lines(_lines(view.lines, zone)))
    else:
        blocks.append("Rien n’a encore été inscrit sur cette période.")
    if view.uncovered:
        blocks.append(Rich.lines([bold("Hors de toute période (C13)"), *_lines(view.uncovered, zone)]))
    return Post(Rich.lines(blocks, between="\n\n"))


def balance_line(view: AccountView) -> str:
    """'Solde : 7 sur 12', 'Contrat individuel : jamais compté', 'Aucun contrat en cours'."""
    if view.period is None:
        return "⚠️ Aucun contrat en cours"
    if view.client_kind is ClientKind.INDIVIDUAL:
        return "Contrat individuel : jamais compté"
    if view.balance is None:
        return ""
    beyond = f", hors forfait de {view.balance.beyond}" if view.balance.beyond else ""
    return f"Solde : {view.balance.left} sur {view.balance.allowance}{beyond}"


def _contract(view: ClientView, zone: tzinfo, now: datetime) -> list[str]:
    today = now.astimezone(zone).date()
    lines = [_period(view.account.period)]
    for contract in view.contracts:
        if contract.starts_on > today:
            lines.append(f"Contrat à venir, du {_on(contract.starts_on)}")
        elif contract.ends_on and contract.ends_on >= today:
            lines.append(f"Résilié : finit le {_on(contract.ends_on)}")
        elif contract.ends_on:
            lines.append(f"Contrat fini le {_on(contract.ends_on)}")
    return lines


def _period(period: tuple[date, date] | None) -> str:
    return f"Période du {_on(period[0])} au {_on(period[1])}" if period else ""


def _person(contact: Contact, addresses: Sequence[KnownAddress]) -> str:
    role = f", {inline(contact.role, 30)}" if contact.role else ""
    written = " · ".join(_address(known) for known in addresses)
    return f"{inline(contact.name)}{role}" + (f" · {written}" if written else "")


def _address(known: KnownAddress) -> str:
    state = " (bloqué)" if known.blocked_at else " (STOP)" if known.opted_out_at else ""
    return f"{CHANNELS[known.address.channel]} {inline(phone_label(known.address.identifier))}{state}"


def _lines(lines: Sequence[LedgerLine], zone: tzinfo) -> list[str]:
    """The newest first, as many as a message holds."""
    shown = [_line(line, zone) for line in sorted(lines, key=lambda line: line.at, reverse=True)[:_SHOWN]]
    older = lines[: -len(shown)] if len(lines) > len(shown) else ()
    return [*shown, f"… et {plural(len(older), 'ligne')} plus tôt"] if older else shown


def _line(line: LedgerLine, zone: tzinfo) -> str:
    count = f"{line.units:+d}".replace("-", "−") if line.units else "0"
    return (
        f"{short_moment(line.at, zone)} · n° {line.ticket_id} · {count} · {inline(decision_label(line.decision), 80)}"
    )


def _on(on: date) -> str:
    return f"{on.day:02}/{on.month:02}/{on.year}"
