"""A contract at the desk: its sheet, and what is asked and said while it is signed, paid and changed (C19-C24)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.clients import Client
from bot.domain.contracts import Contract, CoveragePeriod, Ending, Payment, PaymentMethod, TermChange
from bot.domain.desk import Verb
from bot.rules.contract_term import Period
from bot.rules.quota import Balance
from bot.texts.contract_terms import change_line
from bot.texts.harmless import inline
from bot.texts.labels import KINDS, euros, plural
from bot.texts.moments import long_date, on_date
from bot.texts.posts import Button, Post, button, leave, rows
from bot.texts.rich import Rich, bold

METHODS = {PaymentMethod.TRANSFER: "virement", PaymentMethod.CHEQUE: "chèque"}
_CHANGES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ContractSheet:
    """A client's contract as it stands today. `contract` and `period` are None before the first signature.

    `balance` is None where nothing is counted (C11); `last_notice_on` is the last day on which a notice would be in
    time for the end of `period` (C21), `next_start_on` the day after that end. `following` is the contract that was
    signed for afterwards.
    """

    client: Client
    contract: Contract | None = None
    period: Period | None = None
    price_cents: int = 0
    payments: tuple[Payment, ...] = ()
    balance: Balance | None = None
    changes: tuple[TermChange, ...] = ()
    last_notice_on: date | None = None
    next_start_on: date | None = None
    following: Contract | None = None


def sheet(view: ContractSheet, *, today: date, above: str = "") -> Post:
    """The sheet of /contrat, with what can be done; `above` says what was just done."""
    heading = Rich.of(bold(inline(view.client.name)), f" · {KINDS[view.client.kind]}")
    if view.contract is None or view.period is None:
        lines = ["Aucun contrat en cours.", _architecture(view.client)]
    else:
        lines = [
            *_dates(view.contract, view.period, today),
            _money(view.price_cents, view.payments),
            _balance(view.balance),
            _end(view, view.contract, today),
            f"Contrat suivant à partir du {on_date(view.following.starts_on)}" if view.following else "",
            _architecture(view.client),
        ]
    blocks: list[str | Rich] = [above] if above else []
    blocks.append(Rich.lines([heading, *lines]))
    if view.changes:
        shown = [change_line(change) for change in view.changes[-_CHANGES_SHOWN:]]
        blocks.append(Rich.lines([bold("Avenants"), *shown]))
    return Post(Rich.lines(blocks, between="\n\n"), rows(*_buttons(view, today), width=3))


def ask_start(client: Client, *, today: date, first_of_next: date, price_cents: int, allowance: int) -> Post:
    """From which day on the contract runs (C19)."""
    said = Rich.of(
        bold(inline(client.name)),
        f" : le contrat commence quel jour ? {plural(allowance, 'unité')} et {euros(price_cents)} par période "
        "de 12 mois. Choisissez, ou répondez à CE message par une date.",
    )
    choices = [
        button(label, Verb.CONTRACT, None, f"={client.id} signer {on.isoformat()}")
        for label, on in ((f"Aujourd’hui {on_date(today)}", today), (on_date(first_of_next), first_of_next))
    ]
    return Post(said, (*rows(*choices), (leave(),)))


def confirm_signature(client: Client, *, period: Period, price_cents: int, allowance: int, people: int) -> Post:
    """What the signature comes to, before it is done."""
    lines: list[str | Rich] = [
        Rich.of(bold(inline(client.name)), " : signer le contrat ?"),
        f"Première période du {on_date(period.starts_on)} au {on_date(period.ends_on)}.",
        f"{plural(allowance, 'unité').capitalize()}, {euros(price_cents)}.",
        f"La bienvenue avec le numéro dédié part à {plural(people, 'contact')}.",
    ]
    words = f"={client.id} signer {period.starts_on.isoformat()} oui"
    return Post(Rich.lines(lines), ((button("Signer", Verb.CONTRACT, None, words), leave()),))


def signed(client: Client, contract: Contract, *, told: Sequence[str], untold: Sequence[str]) -> str:
    """The contract is made; who knows the number, and who is still to be told (C23)."""
    said = [f"Contrat signé : {inline(client.name)}, à partir du {on_date(contract.starts_on)}."]
    if told:
        said.append(f"Bienvenue envoyée à {', '.join(inline(name) for name in told)}.")
    if untold:
        said.append(f"À prévenir vous-même du numéro dédié : {', '.join(inline(name) for name in untold)}.")
    if not told and not untold:
        said.append("Aucun contact connu : personne n’a reçu le numéro dédié.")
    return " ".join(said)


def architecture_validated(client: Client, *, on: date) -> str:
    return f"{inline(client.name)} : architecture validée le {on_date(on)}. Le contrat peut être signé."


def ask_payment(client: Client, period: CoveragePeriod, *, due_cents: int) -> Post:
    """How and when it was paid (C24)."""
    said = Rich.of(
        bold(inline(client.name)),
        f" : {euros(due_cents)} à régler pour la période du {on_date(period.starts_on)}. "
        "Reçu aujourd’hui : choisissez. Sinon répondez à CE message, par exemple : hier chèque 330,00",
    )
    choices = [
        button(label.capitalize(), Verb.PAID, None, f"={client.id} #{period.id} {label}") for label in METHODS.values()
    ]
    return Post(said, (*rows(*choices), (leave(),)))


def paid(client: Client, period: CoveragePeriod, *, payment: Payment, due_cents: int) -> str:
    """A payment was written down; what is still due, or was paid too much."""
    span = f"période du {on_date(period.starts_on)}"
    what = "corrigés" if payment.amount_cents < 0 else "reçus"
    said = (
        f"{inline(client.name)} : {euros(payment.amount_cents)} {what} ({METHODS[payment.method]}, "
        f"{on_date(payment.paid_on)}), {span}."
    )
    if due_cents > 0:
        return f"{said} Reste {euros(due_cents)}."
    return f"{said} ⚠️ Trop-perçu de {euros(-due_cents)}." if due_cents < 0 else f"{said} Période payée."


def ask_notice(client: Client, *, today: date) -> Post:
    """When the registered letter came (C21)."""
    said = Rich.of(
        bold(inline(client.name)),
        " : la lettre recommandée a été reçue quel jour ? Choisissez, ou répondez à CE message par une date.",
    )
    choice = button(f"Aujourd’hui {on_date(today)}", Verb.NOTICE, None, f"={client.id} {today.isoformat()}")
    return Post(said, ((choice, leave()),))


def confirm_notice(client: Client, *, received_on: date, last_on: date, missed_on: date | None, ends_on: date) -> Post:
    """What a notice comes to (C21). `last_on` is the last day that was in time, `missed_on` the end that was missed."""
    received = f"Préavis reçu le {long_date(received_on)}"
    if missed_on is None:
        effect = f"{received}, dans les délais (dernier jour : {long_date(last_on)})."
    else:
        effect = (
            f"⚠️ {received}, trop tard pour le {long_date(missed_on)} : il fallait le recevoir le {long_date(last_on)} "
            "au plus tard. Il vaut pour l’échéance suivante."
        )
    lines: list[str | Rich] = [
        bold(inline(client.name)),
        effect,
        f"Le contrat prendra fin le {long_date(ends_on)} (C21).",
    ]
    words = f"={client.id} {received_on.isoformat()} oui"
    return Post(Rich.lines(lines), ((button("Enregistrer le préavis", Verb.NOTICE, None, words), leave()),))


def notice_taken(client: Client, *, ends_on: date) -> str:
    return f"{inline(client.name)} : préavis enregistré, le contrat prend fin le {on_date(ends_on)}."


def end_taken_back(client: Client, *, renews_on: date) -> str:
    return f"{inline(client.name)} : fin annulée, le contrat se renouvelle le {on_date(renews_on)}."


def ask_termination(client: Client) -> Post:
    """The last day, and why."""
    return Post.of(
        bold(inline(client.name)),
        " : dernier jour du contrat, et motif ? Répondez à CE message, par exemple : 31/12/2026 impayé",
    )


def confirm_termination(client: Client, *, ends_on: date, reason: str) -> Post:
    """What ending the contract comes to, before it is done."""
    lines: list[str | Rich] = [
        Rich.of(bold(inline(client.name)), " : résilier le contrat ?"),
        f"Dernier jour : {long_date(ends_on)}. Motif : {inline(reason, 200)}.",
        "Les demandes reçues ensuite restent acceptées, marquées « non couvert » (C13).",
    ]
    words = f"={client.id} {ends_on.isoformat()} oui"
    return Post(Rich.lines(lines), ((button("Résilier", Verb.TERMINATE, None, words), leave()),))


def terminated(client: Client, *, ends_on: date) -> str:
    return f"{inline(client.name)} : contrat résilié, dernier jour le {on_date(ends_on)}."


def _dates(contract: Contract, period: Period, today: date) -> list[str]:
    signature = f", signé le {on_date(contract.signed_on)}" if contract.signed_on else ""
    since = "à venir, du" if contract.starts_on > today else "depuis le"
    return [
        f"Contrat {since} {on_date(contract.starts_on)}{signature}",
        f"Période {period.nth} : du {on_date(period.starts_on)} au {on_date(period.ends_on)}",
    ]


def _money(price_cents: int, payments: Sequence[Payment]) -> str:
    """'330,00 € : payé (virement, 02/03/2026)', '330,00 € : reste 30,00 €'."""
    due = price_cents - sum(payment.amount_cents for payment in payments)
    how = ", ".join(
        f"{METHODS[payment.method]} du {on_date(payment.paid_on)}" for payment in payments if payment.amount_cents > 0
    )
    received = f" ({how})" if how else ""
    if due > 0:
        return f"{euros(price_cents)} : ⚠️ reste {euros(due)}{received}"
    return f"{euros(price_cents)} : payé{received}" + (f", trop-perçu de {euros(-due)}" if due else "")


def _balance(balance: Balance | None) -> str:
    if balance is None:
        return "Jamais compté (C11)"
    beyond = f", hors forfait de {balance.beyond}" if balance.beyond else ""
    return f"Forfait : {plural(balance.allowance, 'unité')}, il en reste {balance.left}{beyond}"


def _end(view: ContractSheet, contract: Contract, today: date) -> str:
    if contract.ends_on is not None:
        verb = "Prend" if contract.ends_on >= today else "A pris"
        why = ""
        if contract.ending is Ending.NOTICE and contract.notice_received_on:
            why = f" (préavis reçu le {on_date(contract.notice_received_on)})"
        elif contract.ending is Ending.TERMINATION:
            why = " (résiliation)"
        return f"{verb} fin le {on_date(contract.ends_on)}{why}"
    assert view.next_start_on is not None
    assert view.last_notice_on is not None
    renewal = f"Se renouvelle le {on_date(view.next_start_on)}"
    if today > view.last_notice_on:
        return f"{renewal}, le dernier jour pour un préavis était le {on_date(view.last_notice_on)}"
    return f"{renewal}, dernier jour pour un préavis : {on_date(view.last_notice_on)}"


def _architecture(client: Client) -> str:
    if client.architecture_validated_on is None:
        return "⚠️ Architecture pas encore validée par le client (C23)"
    return f"Architecture validée le {on_date(client.architecture_validated_on)}"


def _buttons(view: ContractSheet, today: date) -> list[Button]:
    key = f"={view.client.id}"
    found: list[Button] = []
    contract = view.contract
    is_running = contract is not None and (contract.ends_on is None or contract.ends_on >= today)
    if view.client.architecture_validated_on is None:
        found.append(button("Architecture validée…", Verb.FILE, None, f"{key} valider"))
    if contract is None or (contract.ends_on is not None and view.following is None):
        found.append(button("Signer", Verb.CONTRACT, None, f"{key} signer"))
    if contract is None:
        return found
    if view.price_cents > sum(payment.amount_cents for payment in view.payments):
        found.append(button("Payé", Verb.PAID, None, key))
    if is_running and contract.ends_on is None:
        found.append(button("Préavis", Verb.NOTICE, None, key))
    elif is_running:
        found.append(button("Annuler la fin", Verb.NOTICE, None, f"{key} annuler"))
    if is_running:
        found.append(button("Avenant", Verb.TERM, None, key))
        found.append(button("Résilier", Verb.TERMINATE, None, key))
    found.append(button("Contrat en PDF", Verb.SHARE, None, f"{key} contrat"))
    return found
