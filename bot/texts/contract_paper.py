"""The contract as a paper: what it is filled with, and the words that stand on it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.clients import Client, HeldProduct
from bot.domain.contracts import Contract
from bot.domain.workstations import ChecklistItem, Workstation
from bot.rules.contract_term import Period
from bot.rules.contract_terms import Terms
from bot.rules.quota import SLICE_MINUTES, Rounding
from bot.rules.recontact import Reading
from bot.texts.contract_wording import Article, filled
from bot.texts.labels import CHECKLIST, KINDS, euros, phone_label, plural
from bot.texts.letterhead import Letterhead, head_of, printed, printed_lines
from bot.texts.moments import long_date, on_date

LONGEST_PARAGRAPH = 6000

_NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class ContractPaper:
    """A client's contract as it stands: `terms` of the day it is printed, `period` the one that runs then.

    `office_hours` are said in words (C14); `recontact` and `reading` are the promised delay (C15).
    """

    letterhead: Letterhead
    articles: tuple[Article, ...]
    client: Client
    contract: Contract
    terms: Terms
    period: Period
    is_counted: bool
    arrears_days: int
    made_on: date
    products: tuple[HeldProduct, ...]
    workstations: tuple[Workstation, ...]
    office_hours: str
    recontact: timedelta
    reading: Reading
    phone: str = ""


def contract_sheet(view: ContractPaper) -> dict[str, object]:
    """What the template sets: words only, every one of them harmless."""
    fields = contract_fields(view)
    return {
        **head_of(view.letterhead),
        "title": "Contrat d’accompagnement",
        "subtitle": printed(f"du {long_date(view.contract.starts_on)}"),
        "client": [printed(view.client.name, 120), *printed_lines(view.client.address)],
        "facts": [[name, printed(value)] for name, value in _facts(view)],
        "articles": [
            {"title": printed(filled(article.title, fields), 200), "blocks": [*_blocks(view, article, fields)]}
            for article in view.articles
        ],
        "signatures": [
            [printed(f"Pour {view.letterhead.name}", 120), ""],
            [
                printed(f"Pour {view.client.name}", 120),
                f"Signé le {on_date(view.contract.signed_on)}" if view.contract.signed_on else "",
            ],
        ],
        "sign": "Date, nom et signature",
        "running": printed(f"{view.letterhead.name} · contrat de {view.client.name}", 90),
        "page": ["page ", " sur "],
    }


def contract_fields(view: ContractPaper) -> dict[str, str]:
    """What fills the braces of the wording."""
    client, contract = view.client, view.contract
    validated = client.architecture_validated_on
    return {
        "shop": view.letterhead.name,
        "shop_address": ", ".join(view.letterhead.address),
        "client": client.name,
        "client_address": ", ".join(client.address.splitlines()),
        "specialty": client.specialty,
        "kind": KINDS[client.kind],
        "phone": f", au {phone_label(view.phone).replace(' ', _NO_BREAK)}" if view.phone else "",
        "starts_on": long_date(contract.starts_on),
        "period_start": long_date(view.period.starts_on),
        "period_end": long_date(view.period.ends_on),
        "signed_on": long_date(contract.signed_on) if contract.signed_on else "",
        "ending": f" Le contrat prend fin le {long_date(contract.ends_on)}." if contract.ends_on else "",
        "price": euros(view.terms.price_cents),
        "package": _package(view),
        "allowance": plural(view.terms.allowance_units, "unité"),
        "notice": plural(view.terms.notice_months, "mois", "mois"),
        "arrears": plural(view.arrears_days, "jour"),
        "guarantee": plural(view.terms.guarantee_months, "mois", "mois"),
        "recontact": _recontact(view),
        "office_hours": view.office_hours,
        "architecture_state": f"validée le {long_date(validated)}" if validated else "pas encore validée",
        "made_on": long_date(view.made_on),
    }


def _facts(view: ContractPaper) -> Iterator[tuple[str, str]]:
    yield "Contrat", KINDS[view.client.kind].removeprefix("contrat ")
    if view.client.specialty:
        yield "Spécialité", view.client.specialty
    yield "Période en cours", f"du {on_date(view.period.starts_on)} au {on_date(view.period.ends_on)}"
    yield "Prix", f"{euros(view.terms.price_cents)} TTC"
    if view.is_counted:
        yield "Forfait", plural(view.terms.allowance_units, "unité")
    yield "Édité le", on_date(view.made_on)


def _package(view: ContractPaper) -> str:
    if not view.is_counted:
        return "Le contrat est souscrit à titre individuel : les interventions sont tracées, et ne sont pas décomptées."
    rounding = (
        "Les séances d’une même demande sont additionnées et arrondies une seule fois"
        if view.terms.rounding is Rounding.TICKET
        else "Chaque séance est arrondie pour elle-même"
    )
    return (
        f"Le forfait d’une période est de {plural(view.terms.allowance_units, 'unité')} de {SLICE_MINUTES} minutes. "
        f"Toute minute commencée est due, et une intervention compte une unité au moins. {rounding}. Ce qui n’est pas "
        "utilisé à la fin de la période est perdu. Au-delà du forfait, l’aide n’est jamais refusée : le dépassement "
        "est compté et signalé comme « hors forfait »."
    )


def _recontact(view: ContractPaper) -> str:
    kind = "d’ouverture" if view.reading is Reading.OFFICE_HOURS else "de jours ouvrés"
    return f"{plural(view.recontact // timedelta(hours=1), 'heure')} {kind}"


def _blocks(view: ContractPaper, article: Article, fields: Mapping[str, str]) -> Iterator[dict[str, object]]:
    for block in article.blocks:
        if block.is_part:
            yield from _PARTS[block.text](view)
        else:
            text = printed(filled(block.text, fields), LONGEST_PARAGRAPH)
            yield {"kind": "item" if block.is_item else "paragraph", "text": text}


def _architecture(view: ContractPaper) -> Iterator[dict[str, object]]:
    lines = printed_lines(view.client.architecture) or ["Aucune note d’architecture au dossier."]
    yield {"kind": "notes", "lines": lines}


def _products(view: ContractPaper) -> Iterator[dict[str, object]]:
    for held in view.products:
        how = [said for said, true in (("vendu", held.sold_by_us), ("installé", held.installed_by_us)) if true]
        yield {"kind": "item", "text": printed(held.product + (f" ({' et '.join(how)} par nous)" if how else ""))}
    if not view.products:
        yield {"kind": "paragraph", "text": "Aucun logiciel n’est encore noté au dossier."}


def _workstations(view: ContractPaper) -> Iterator[dict[str, object]]:
    if not view.workstations:
        yield {"kind": "paragraph", "text": "Aucun poste n’est encore au dossier."}
        return
    yield {
        "kind": "workstations",
        "corner": "Point de configuration",
        "names": [printed(each.name, 40) for each in view.workstations],
        "items": [
            {"label": printed(CHECKLIST[item]), "ticked": [item in each.ticked for each in view.workstations]}
            for item in ChecklistItem
        ],
        "notes": [printed(f"{each.name} : {each.notes}", 400) for each in view.workstations if each.notes],
    }


_PARTS = {"architecture": _architecture, "products": _products, "workstations": _workstations}
