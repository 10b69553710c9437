"""What a file of clients would change, line by line: + new, ~ changed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo

from bot.domain.addresses import Address, Channel
from bot.domain.clients import Client, ClientKind, HeldProduct
from bot.domain.contracts import Contract, Ending, PaymentMethod, Term
from bot.domain.tickets import Outcome
from bot.domain.workstations import ChecklistItem
from bot.texts.harmless import inline
from bot.texts.labels import CHANNELS, KINDS, OUTCOMES, plural
from bot.texts.moments import clock_time, on_date, span
from bot.texts.workstations import ITEMS

_ENDINGS = {Ending.NOTICE: "préavis", Ending.TERMINATION: "résiliation"}
_METHODS = {PaymentMethod.TRANSFER: "virement", PaymentMethod.CHEQUE: "chèque"}
_TERMS = {
    Term.ALLOWANCE: "unités par période",
    Term.PRICE: "prix",
    Term.COUNTED: "compté",
    Term.ROUNDING: "arrondi",
    Term.GUARANTEE: "garantie en mois",
    Term.NOTICE: "préavis en mois",
}
_VALUES = {"yes": "oui", "no": "non", "ticket": "par ticket", "sitting": "par séance"}


def client_line(mark: str, name: str, kind: ClientKind) -> str:
    """'+ Cabinet des Tilleuls (cabinet de groupe)'."""
    return f"{mark} {inline(name)} ({KINDS[kind]})"


def renamed(before: str, after: str) -> str:
    return f"    ~ nom : {inline(before)} → {inline(after)}"


def other_kind(before: ClientKind, after: ClientKind) -> str:
    return f"    ~ type : {KINDS[before]} → {KINDS[after]}"


def description(before: Client | None, after: Client) -> list[str]:
    """Address, specialty and architecture, as far as they differ."""
    pairs = (
        ("adresse", before.address if before else "", after.address),
        ("spécialité", before.specialty if before else "", after.specialty),
        ("architecture", before.architecture if before else "", after.architecture),
        (
            "architecture validée le",
            _on(before.architecture_validated_on if before else None),
            _on(after.architecture_validated_on),
        ),
    )
    return [f"    {_changed(what, was, now)}" for what, was, now in pairs if was != now]


def product(before: HeldProduct | None, after: HeldProduct) -> str:
    """'    + produit MediStory 4, vendu et installé par nous'."""
    said = [word for word, is_so in (("vendu", after.sold_by_us), ("installé", after.installed_by_us)) if is_so]
    by_us = f"{' et '.join(said)} par nous" if said else "ni vendu ni installé par nous"
    return f"    {'~' if before else '+'} produit {inline(after.product)}, {by_us}"


def workstation(mark: str, name: str, *, ticked: Sequence[ChecklistItem], on: date, has_notes: bool) -> str:
    """'    + poste iMac accueil, 2 points faits le 02/03/2026 : Activer Power Nap, …'."""
    items = f" : {', '.join(ITEMS[item] for item in ticked)}" if len(ticked) < len(ITEMS) else ""
    done = f", {plural(len(ticked), 'point fait', 'points faits')} le {on_date(on)}{items}" if ticked else ""
    return f"    {mark} poste {inline(name)}{', notes' if has_notes else ''}{done}"


def contract_added(contract: Contract) -> str:
    """'    + contrat du 01/03/2026 jusqu’au 28/02/2027 (préavis), 12 unités par période, 330,00 €, signé le …'."""
    end = f" jusqu’au {on_date(contract.ends_on)}" if contract.ends_on else ""
    why = f" ({_why(contract.ending)})" if contract.ending else ""
    signed = f", signé le {on_date(contract.signed_on)}" if contract.signed_on else ""
    units = f"{plural(contract.allowance_units, 'unité')} par période"
    notice = f", préavis reçu le {on_date(contract.notice_received_on)}" if contract.notice_received_on else ""
    price = euros(contract.price_cents)
    return f"    + contrat du {on_date(contract.starts_on)}{end}{why}, {units}, {price}{signed}{notice}"


def contract_changed(before: Contract, after: Contract, *, has_periods: bool) -> str:
    changes = []
    if before.allowance_units != after.allowance_units:
        kept = " (les périodes déjà entamées gardent leur forfait)" if has_periods else ""
        changes.append(f"{before.allowance_units} → {plural(after.allowance_units, 'unité')} par période{kept}")
    pairs = (
        ("prix", euros(before.price_cents), euros(after.price_cents)),
        ("signé le", _on(before.signed_on), _on(after.signed_on)),
        ("fin", _on(before.ends_on), _on(after.ends_on)),
        ("motif de fin", _why(before.ending), _why(after.ending)),
        ("préavis reçu le", _on(before.notice_received_on), _on(after.notice_received_on)),
    )
    changes += [f"{what} : {was} → {now}" if was else f"{what} : {now}" for what, was, now in pairs if was != now]
    return f"    ~ contrat du {on_date(before.starts_on)}{' : ' if changes else ''}{', '.join(changes)}"


def term(name: Term, value: str, *, from_on: date) -> str:
    """'        + avenant : 20 unités par période' à partir du 01/06/2026'."""
    said = euros(int(value)) if name is Term.PRICE else _VALUES.get(value, value)
    return f"        + avenant : {_TERMS[name]} {said}, à partir du {on_date(from_on)}"


def payment(amount_cents: int, method: PaymentMethod, *, paid_on: date, nth: int) -> str:
    return f"        + paiement du {on_date(paid_on)} : {euros(amount_cents)} par {_METHODS[method]}, période {nth}"


def intervention(
    started_at: datetime, worked: timedelta, *, doctor: str | None, reason: str | None, outcome: Outcome, zone: tzinfo
) -> str:
    """'    + intervention du 12/03/2026 à 9h05, 17 min, Dr Lambert : imprimante (résolu)'."""
    local = started_at.astimezone(zone)
    who = f", {inline(doctor)}" if doctor else ""
    what = f" : {inline(reason)}" if reason else ""
    moment = f"{on_date(local.date())} à {clock_time(local)}"
    return f"    + intervention du {moment}, {span(worked)}{who}{what} ({OUTCOMES[outcome]})"


def contact_line(mark: str, name: str, *, role: str) -> str:
    return f"    {mark} {inline(name)}" + (f", {inline(role, 32)}" if role else "")


def contact_renamed(before: str) -> str:
    return f"        ~ connu jusqu’ici comme {inline(before)}"


def other_role(before: str, after: str) -> str:
    return f"        ~ fonction : {inline(before, 32) or 'aucune'} → {inline(after, 32)}"


def other_channel(before: Channel | None, after: Channel | None) -> str:
    return f"        {_changed('canal préféré', before and CHANNELS[before], after and CHANNELS[after])}"


def address_added(address: Address) -> str:
    return f"        + {_address(address)}"


def address_adopted(address: Address) -> str:
    return f"        + {_address(address)}, qui nous a déjà écrit : ses tickets suivent"


def summary(*, new: int, changed: int, unchanged: int) -> str:
    return (
        f"+ {plural(new, 'nouveau client', 'nouveaux clients')}, "
        f"~ {plural(changed, 'client modifié', 'clients modifiés')}, "
        f"= {plural(unchanged, 'client inchangé', 'clients inchangés')}"
    )


def euros(cents: int) -> str:
    """'330,00 €'."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100},{abs(cents) % 100:02} €"


def _changed(what: str, before: str | None, after: str | None) -> str:
    """'+ adresse : 3 rue des Tilleuls', or '~ adresse : … → …' where there was one."""
    was = inline(before) if before else ""
    return f"~ {what} : {was} → {inline(after or '')}" if was else f"+ {what} : {inline(after or '')}"


def _why(ending: Ending | None) -> str:
    return _ENDINGS[ending] if ending else ""


def _on(on: date | None) -> str:
    return on_date(on) if on else ""


def _address(address: Address) -> str:
    return f"{CHANNELS[address.channel]} {inline(address.identifier, 80)}"
