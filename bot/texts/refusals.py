"""Why an order was not carried out, and what to do instead: a sentence for each reason of `DeskRefusal`."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from bot.texts.harmless import inline
from bot.texts.moments import day_and_hour
from bot.texts.posts import Post

SENTENCES: Mapping[str, str] = {
    # which ticket
    "no_ticket_number": "Quel ticket ? Écrivez /{verb} suivi de son numéro, ou répondez à sa carte.",
    "unknown_ticket": "Il n’y a pas de ticket n° {number}. /tickets montre ceux qui sont ouverts.",
    "ticket_closed": "Le n° {number} est clos. /rouvrir {number} d’abord, si besoin.",
    "reply_to_nothing": "Je ne sais pas à quel ticket va ce texte. Répondez à une carte, ou écrivez /repondre suivi du "
    "numéro et du texte.",
    # what was typed
    "moment": "Je ne comprends pas le moment « {words} ». Écrivez par exemple 14h10, hier 9h, lundi 14h ou 22/11 9h.",
    "moment_ahead": "« {words} » serait {at}, qui est à venir. Écrivez quand cela a eu lieu, par exemple hier 9h.",
    "moment_passed": "« {words} » serait {at}, qui est passé. Précisez le jour, par exemple demain 14h30.",
    "stretch": "Je ne comprends pas « {words} ». Écrivez le début et la fin, par exemple 14h10 14h32, ou hier 9h 9h20.",
    "sitting_reversed": "La fin ({ended_at}) serait avant le début ({started_at}). Redonnez les deux heures.",
    "sitting_ahead": "La fin serait {at}, qui est à venir. Redonnez l’heure de fin.",
    "sitting_too_long": "De {started_at} à {ended_at}, c’est trop long pour une séance. Redonnez les deux heures.",
    "sitting_overlaps": "Une autre séance va de {started_at} à {ended_at}. Donnez des heures qui ne la recouvrent pas.",
    "no_text": "Il manque le texte. Écrivez /{verb} {number} suivi du texte.",
    "only_text": "Seul un texte peut partir au client ; rien n’a été envoyé.",
    "unknown_outcome": "Je ne connais pas l’issue « {words} ». Écrivez /clore {number} seul, puis choisissez.",
    # writing to the client
    "no_way_to_write": "Rien n’est parti : aucun moyen d’écrire à ce client ({why}). Appelez-le, puis /note {number}.",
    # looking things up
    "unknown_list": "Je ne connais pas la liste « {words} ». Écrivez /tickets, ou /tickets urgents, retard ou moi.",
    "no_words": "Il manque les mots. Écrivez /{verb} suivi de ce que vous cherchez.",
    "no_client": "Quel client ? Écrivez /{verb} suivi de son nom.",
    "ticket_without_client": "Le n° {number} n’est rattaché à aucun client. /rattacher {number} suivi du nom.",
    "bodies_hidden": "Les textes et photos restent hors de Telegram, par réglage.",
    "no_such_media": "Cette photo n’est pas sur le n° {number}.",
    "media_not_here": "La photo du n° {number} n’est pas encore arrivée. Réessayez dans une minute.",
    "no_text_here": "Il n’y a pas de texte sur le n° {number}.",
    # work
    "not_started": "Personne n’a commencé d’intervention sur le n° {number}. /debut {number} d’abord.",
    # who
    "call_usage": "Écrivez /appel suivi du nom du client, puis du motif.",
    "call_without_reason": "Il manque le motif. Écrivez /appel {client} suivi du motif.",
    "several_clients": "Plusieurs clients pour « {words} » : {names}. Écrivez le nom entier.",
    "unknown_client": "Aucun client pour « {words} ». Essayez un seul mot de son nom.",
    "nobody_to_block": "Le n° {number} n’a pas d’expéditeur à bloquer.",
    "merge_usage": "Joindre le n° {number} à quel ticket ? Écrivez /fusionner {number} suivi de l’autre numéro.",
    "merge_target": "On ne peut rien joindre au n° {number} : il est clos, ou c’est le même.",
    "merge_other_client": "Le n° {number} est d’un autre client : ils ne peuvent pas être joints.",
    "merge_worked": "Une intervention est notée sur le n° {number} : c’est l’autre qu’il faut lui joindre.",
    # done before
    "taken_by_you": "Déjà fait : vous avez le n° {number}.",
    "taken": "Déjà fait : {name} a pris le n° {number}.",
    "urgent_already": "Déjà fait : le n° {number} est urgent.",
    "normal_already": "Déjà fait : le n° {number} n’est pas urgent.",
    "open_already": "Déjà fait : le n° {number} est ouvert.",
    "closed_already": "Déjà fait : le n° {number} est clos.",
    "started_already": "Déjà fait : l’intervention sur le n° {number} a commencé {at}.",
    "ended_already": "Déjà fait : la séance sur le n° {number} a fini {at}.",
    "attached_already": "Déjà fait : le n° {number} est rattaché à {client}.",
    "blocked_already": "Déjà fait : l’expéditeur du n° {number} est bloqué.",
    "not_blocked": "Déjà fait : l’expéditeur du n° {number} n’est pas bloqué.",
}

WHY_NOT = {
    "muted": "il a répondu STOP",
    "blocked": "cet expéditeur est bloqué",
    "outside_window": "plus de 24 h depuis son dernier message WhatsApp",
    "not_written": "la demande est venue par téléphone",
    "no_address": "aucune adresse connue",
    "off": "ce canal est coupé",
}

_UNKNOWN = "Ce n’est pas possible ici ({reason})."


def refusal(
    reason: str, values: Mapping[str, object] | None = None, *, zone: tzinfo | None = None, now: datetime | None = None
) -> Post:
    """The sentence of a refusal; `values` fill it, dates said in `zone`."""
    shown = {key: _shown(key, value, zone, now) for key, value in (values or {}).items()}
    sentence = SENTENCES.get(reason)
    return Post.of(_UNKNOWN.format(reason=reason) if sentence is None else sentence.format_map(_Blank(shown)))


class _Blank(dict[str, str]):
    """A value that nobody gave is left open, rather than the whole answer lost."""

    def __missing__(self, key: str) -> str:
        return "…"


def _shown(key: str, value: object, zone: tzinfo | None, now: datetime | None) -> str:
    if isinstance(value, datetime) and zone is not None:
        return day_and_hour(value, zone, now)
    if key == "why":
        return WHY_NOT.get(str(value), inline(str(value)))
    if isinstance(value, list | tuple):
        return ", ".join(inline(str(item)) for item in value)
    return inline(str(value))
