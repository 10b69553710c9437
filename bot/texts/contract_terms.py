"""The terms of a contract in words: what can be agreed otherwise, and what was (C7, C9-C11, C21, C24)."""

from collections.abc import Mapping
from datetime import date

from bot.domain.clients import Client
from bot.domain.contracts import Term, TermChange
from bot.domain.desk import Verb
from bot.rules.contract_terms import Terms
from bot.rules.quota import Balance, Rounding
from bot.texts.harmless import inline
from bot.texts.labels import euros, plural
from bot.texts.moments import on_date
from bot.texts.posts import Post, button, leave, rows
from bot.texts.rich import Rich, bold

TERMS: Mapping[Term, str] = {
    Term.ALLOWANCE: "forfait",
    Term.PRICE: "prix",
    Term.COUNTED: "décompte",
    Term.ROUNDING: "arrondi",
    Term.GUARANTEE: "garantie",
    Term.NOTICE: "préavis",
}
"""How a term is called in one word, on its button and typed."""

_ASKED: Mapping[Term, str] = {
    Term.ALLOWANCE: "combien d’unités par période ? Par exemple : 20",
    Term.PRICE: "quel prix par période ? Par exemple : 350,00",
    Term.COUNTED: "les interventions sont-elles décomptées ? Répondez oui ou non",
    Term.ROUNDING: "arrondir une fois par ticket, ou à chaque séance ? Répondez ticket ou séance",
    Term.GUARANTEE: "combien de mois de garantie ? Par exemple : 2",
    Term.NOTICE: "combien de mois de préavis ? Par exemple : 2",
}
EXAMPLES: Mapping[Term, str] = {
    Term.ALLOWANCE: "20",
    Term.PRICE: "350,00",
    Term.COUNTED: "oui",
    Term.ROUNDING: "ticket",
    Term.GUARANTEE: "2",
    Term.NOTICE: "2",
}
_CHOICES: Mapping[Term, tuple[str, ...]] = {Term.COUNTED: ("oui", "non"), Term.ROUNDING: ("ticket", "séance")}


def value_label(term: Term, value: str) -> str:
    """A stored value in words: '20 unités', '350,00 €', 'oui', 'à chaque séance', '2 mois'."""
    match term:
        case Term.ALLOWANCE:
            return plural(int(value), "unité")
        case Term.PRICE:
            return euros(int(value))
        case Term.COUNTED:
            return "oui" if value == "yes" else "non"
        case Term.ROUNDING:
            return "à chaque séance" if value == Rounding.SITTING else "une fois par ticket"
        case _:
            return f"{value} mois"


def typed_value(term: Term, value: str) -> str:
    """A stored value as it is typed, for a button: '20', '350,00', 'oui', 'séance'."""
    match term:
        case Term.PRICE:
            return f"{int(value) // 100},{int(value) % 100:02}"
        case Term.COUNTED:
            return value_label(term, value)
        case Term.ROUNDING:
            return "séance" if value == Rounding.SITTING else "ticket"
        case _:
            return value


def held_label(term: Term, terms: Terms) -> str:
    """What holds of a term: '12 unités', 'selon le type de client'."""
    match term:
        case Term.ALLOWANCE:
            return value_label(term, str(terms.allowance_units))
        case Term.PRICE:
            return value_label(term, str(terms.price_cents))
        case Term.COUNTED:
            if terms.is_counted is None:
                return "selon le type de client"
            return "oui" if terms.is_counted else "non"
        case Term.ROUNDING:
            return value_label(term, terms.rounding)
        case Term.GUARANTEE:
            return value_label(term, str(terms.guarantee_months))
        case _:
            return value_label(term, str(terms.notice_months))


def change_line(change: TermChange) -> str:
    """'dès le 01/06/2026 : forfait 20 unités'."""
    return f"dès le {on_date(change.from_on)} : {TERMS[change.term]} {value_label(change.term, change.value)}"


def ask_term(client: Client, terms: Terms) -> Post:
    """What is agreed otherwise: each term with what holds today."""
    lines = [f"{name.capitalize()} : {held_label(term, terms)}" for term, name in TERMS.items()]
    buttons = [button(name.capitalize(), Verb.TERM, None, f"={client.id} {name}") for name in TERMS.values()]
    heading = Rich.of("Avenant au contrat de ", bold(inline(client.name)), ". Que change-t-il ?")
    return Post(Rich.lines([heading, *lines]), (*rows(*buttons, width=3), (leave(),)))


def ask_value(client: Client, term: Term, terms: Terms) -> Post:
    """The new value of a term."""
    said = Rich.of(
        bold(f"{TERMS[term].capitalize()} · {inline(client.name)}"),
        f" (aujourd’hui : {held_label(term, terms)}) : {_ASKED[term]}. Répondez à CE message.",
    )
    choices = [
        button(choice.capitalize(), Verb.TERM, None, f"={client.id} {TERMS[term]} {choice}")
        for choice in _CHOICES.get(term, ())
    ]
    return Post(said, (*rows(*choices), (leave(),)) if choices else ())


def ask_from(client: Client, term: Term, value: str, *, first_on: date, next_on: date) -> Post:
    """From which day on it holds."""
    said = Rich.of(
        bold(f"{TERMS[term].capitalize()} · {inline(client.name)}"),
        f" : {value_label(term, value)}, à partir de quel jour ? Choisissez, ou répondez à CE message par une date.",
    )
    words = f"={client.id} {TERMS[term]} {typed_value(term, value)}"
    choices = [button(on_date(on), Verb.TERM, None, f"{words} {on.isoformat()}") for on in (first_on, next_on)]
    return Post(said, (*rows(*choices), (leave(),)))


def confirm_change(
    client: Client,
    change: TermChange,
    *,
    before: Terms,
    balances: tuple[Balance, Balance] | None = None,
    from_next: date | None = None,
) -> Post:
    """What is agreed, before and after. `balances` are the running period's where its package changes.

    `from_next` is the day on which a price holds first: that of a period that runs is not changed.
    """
    lines: list[str | Rich] = [
        Rich.of(bold(inline(client.name)), f" : avenant à partir du {on_date(change.from_on)}"),
        f"{TERMS[change.term].capitalize()} : {held_label(change.term, before)} → "
        + value_label(change.term, change.value),
    ]
    if balances is not None:
        was, now = balances
        beyond = f", hors forfait de {now.beyond}" if now.beyond else ""
        lines.append(f"Solde de la période : {was.left} sur {was.allowance} → {now.left} sur {now.allowance}{beyond}")
    if from_next is not None:
        lines.append(f"Le prix de la période en cours ne change pas : il vaut à partir du {on_date(from_next)}.")
    typed = typed_value(change.term, change.value)
    words = f"={client.id} {TERMS[change.term]} {typed} {change.from_on.isoformat()} oui"
    return Post(Rich.lines(lines), ((button("Enregistrer l’avenant", Verb.TERM, None, words), leave()),))


def changed(client: Client, change: TermChange) -> str:
    return f"{inline(client.name)} : avenant enregistré, {change_line(change)}."
