"""What `permanence verify` found, one line each: what differs, and where."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from bot.domain.verification import Check, Problem, Verdict
from bot.texts.harmless import inline
from bot.texts.labels import plural
from bot.texts.moments import short_moment

SENTENCES: Mapping[Check, str] = {
    Check.ENDS: "{client}, contrat du {starts_on} : il finit le {ends_on}, avant son début.",
    Check.OVERLAP: "{client}, contrat du {starts_on} : il court encore quand commence celui du {later_on}.",
    Check.TERM: "{client}, contrat du {starts_on} : l’avenant du {from_on} ({term}) a la valeur « {value} », "
    "qui ne peut pas être.",
    Check.PERIOD: "{client}, période {nth} : elle est écrite du {starts_on} au {ends_on}, "
    "ce qui ne suit pas du début du contrat (C19).",
    Check.PAYMENT: "Paiement {payment} du {paid_on} : sa période n’existe pas.",
    Check.MILESTONE: "{client}, contrat du {starts_on} : « {name} » est prévu {times} fois.",
    Check.BALANCE: "{client}, période du {starts_on} : {shown} affichées, mais les lignes font {summed}.",
    Check.ACCOUNT: "n° {ticket}, ligne {line} : sa période n’est pas d’un contrat de ce client.",
    Check.SOURCE: "n° {ticket} : une ligne et son intervention ne vont pas ensemble.",
    Check.SITTING: "n° {ticket} : la séance commencée {at} n’a pas de fin, ou une fin qui ne peut pas être.",
    Check.SITTINGS: "n° {ticket} : la séance commencée {at} recouvre celle d’avant.",
    Check.CLIENT: "n° {ticket} : l’intervention n’est pas au client du ticket.",
    Check.OUTCOME: "n° {ticket} : le ticket et son intervention n’ont pas fini de la même façon.",
    Check.COVER: "n° {ticket} : le travail a commencé le {began_on}, à compter {here} ; compté {where} (C13).",
    Check.SUM: "n° {ticket} : compté {units}, mais ses lignes font {summed}.",
    Check.ELSEWHERE: "n° {ticket} : ses lignes laissent aussi {units} {where}, ailleurs que sur son compte.",
    Check.UNITS: "n° {ticket} : compté {units}, mais ses séances font {expected} (C7). {again}",
    Check.DECISION: "n° {ticket} : décidé « {decision} » ({rule}), mais les règles disent « {expected} ». {again}",
    Check.GUARANTEE: "n° {ticket} : la garantie du n° {earlier} ne courait pas ce jour-là (C9). {again}",
}

_OUTSIDE = "hors de toute période"
_NOWHERE = "nulle part"
_AGAIN = "Si le dossier a changé depuis : /rouvrir {ticket}, puis /clore {ticket}."


def problem(found: Problem, zone: tzinfo) -> str:
    """'n° 12 : compté 2, mais ses lignes font 3.'"""
    shown = {key: _shown(value, zone) for key, value in found.values.items()}
    return SENTENCES[found.check].format(ticket=found.ticket, again=_AGAIN.format(ticket=found.ticket), **shown)


def verdict(found: Verdict) -> str:
    """'Tout concorde : 3 lignes, 2 interventions, 1 période.', or how many problems there are in so much."""
    read = (
        f"{plural(found.lines, 'ligne')}, {plural(found.interventions, 'intervention')}, "
        f"{plural(found.periods, 'période')}"
    )
    return f"Tout concorde : {read}." if found.agrees else f"{plural(len(found.problems), 'défaut')} sur {read}."


def _shown(value: object, zone: tzinfo) -> str:
    match value:
        case datetime():
            return f"le {short_moment(value, zone)}"
        case date():
            return f"{value.day:02}/{value.month:02}/{value.year}"
        case list():
            return " et ".join(f"sur la période du {_shown(on, zone)}" if on else _OUTSIDE for on in value) or _NOWHERE
        case _:
            return inline(str(value))
