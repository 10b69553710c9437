"""Why an order was not carried out, and what to do instead: a sentence for each reason of `DeskRefusal`."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from bot.texts.harmless import inline
from bot.texts.moments import day_and_hour, on_date
from bot.texts.posts import Post

SENTENCES: Mapping[str, str] = {
    # which ticket
    "no_ticket_number": "Quel ticket ? Écrivez /{verb} suivi de son numéro, ou répondez à sa carte.",
    "unknown_ticket": "Il n’y a pas de ticket n° {number}. /tickets montre ceux qui sont ouverts.",
    "ticket_closed": "Le n° {number} est clos. /rouvrir {number} d’abord, si besoin.",
    "reply_to_nothing": "Je ne sais pas à quel ticket va ce texte. Répondez à une carte, ou écrivez /repondre suivi du "
    "numéro et du texte.",
    # what was typed
    "no_moment": "Il manque le moment. Écrivez /rdv {number} suivi par exemple de demain 14h30, ou lundi 9h.",
    "moment": "Je ne comprends pas le moment « {words} ». Écrivez par exemple 14h10, hier 9h, lundi 14h ou 22/11 9h.",
    "moment_ahead": "« {words} » serait {at}, qui est à venir. Écrivez quand cela a eu lieu, par exemple hier 9h.",
    "moment_passed": "« {words} » serait {at}, qui est passé. Précisez le jour, par exemple demain 14h30.",
    "stretch": "Je ne comprends pas « {words} ». Écrivez le début et la fin, par exemple 14h10 14h32, ou hier 9h 9h20.",
    "sitting_reversed": "La fin ({ended_at}) serait avant le début ({started_at}). Redonnez les deux heures.",
    "sitting_ahead": "La fin serait {at}, qui est à venir. Redonnez l’heure de fin.",
    "sitting_too_long": "C’est trop long pour une séance : {started_at} → {ended_at}. Redonnez les deux heures.",
    "sitting_overlaps": "Une autre séance est notée : {started_at} → {ended_at}. Donnez des heures qui "
    "ne la recouvrent pas.",
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
    "no_such_media": "Ce fichier n’est pas sur le n° {number}.",
    "media_not_here": "Ce fichier du n° {number} n’est pas encore arrivé. Je le redemande : réessayez dans une minute.",
    "media_not_scanned": "Ce fichier du n° {number} est en cours d’examen. Réessayez dans une minute.",
    "scanner_away": "Ce fichier du n° {number} attend : ClamAV, qui doit l’examiner, ne répond pas. Prévenir "
    "l’administrateur.",
    "media_refused": "Ce fichier du n° {number} n’est pas proposé : {why}.",
    "no_text_here": "Il n’y a pas de texte sur le n° {number}.",
    "not_a_day": "Je ne comprends pas la date « {words} ». Écrivez par exemple 15/03/2026, ou hier.",
    # a client's file
    "unknown_button": "Ce bouton n’existe plus. /client {client} montre la fiche et ses boutons.",
    "client_name_missing": "Il manque le nom. Écrivez /client nouveau suivi du nom du client.",
    "name_taken": "Un autre client s’appelle déjà {name}. Précisez, par exemple avec la ville.",
    "too_long": "C’est trop long : {length} caractères, pour {most} au plus. Rien n’est changé.",
    "no_architecture": "Il n’y a rien à valider : notez d’abord l’architecture de {client} (/client, Modifier).",
    "architecture_changed": "L’architecture de {client} a été réécrite depuis ce message. Relisez-la avant de la dire "
    "validée : /client, Modifier, Architecture validée.",
    "product_too_long": "« {words} » est trop long pour un nom de produit. Abrégez-le.",
    # contacts
    "contact_gone": "Cette personne n’a plus de fiche : elle a été réunie à une autre. /contact suivi du nom du client "
    "montre ses contacts.",
    "contact_name_taken": "{client} a déjà un contact {name}. Si c’est la même personne, pressez « C’est un doublon ».",
    "unknown_contact": "Je ne trouve pas une personne, et une seule, pour « {words} ». Écrivez son nom entier.",
    "not_an_address": "« {words} » n’est ni un numéro ni un mail. Écrivez par exemple 06 39 98 00 01 ou "
    "anne@exemple.fr.",
    "unknown_address": "Cette adresse n’existe plus. /contact suivi du nom montre celles d’aujourd’hui.",
    "not_reached_there": "{name} n’a pas d’adresse sur ce canal. Ajoutez-la d’abord.",
    "merge_with_self": "C’est la même fiche : choisissez une autre personne que {name}.",
    # work
    "not_started": "Personne n’a commencé d’intervention sur le n° {number}. /debut {number} d’abord.",
    "unknown_workstation": "Ce poste n’est pas dans la fiche du client du n° {number}. /clore {number} pour choisir.",
    "unknown_product": "Je ne connais pas le logiciel « {words} ». Écrivez par exemple MediStory 4.",
    "no_such_guarantee": "« {words} » n’est pas un ticket sous garantie pour le n° {number}. Répondez par un numéro "
    "proposé, ou par non.",
    "guarantee_voided": "La garantie du n° {number} est annulée : {change}. Choisissez-en une autre, ou non.",
    # who
    "call_usage": "Écrivez /appel suivi du nom du client, puis du motif.",
    "call_without_reason": "Il manque le motif. Écrivez /appel {client} suivi du motif.",
    "unknown_on_duty": "Je ne trouve pas un technicien, et un seul, pour « {words} ». /garde seul montre qui peut "
    "l’être.",
    "on_duty_without_phone": "{name} n’a pas de numéro où sonner (PERMANENCE_TECHNICIAN_PHONES).",
    "several_clients": "Plusieurs clients pour « {words} » : {names}. Écrivez le nom entier.",
    "unknown_client": "Aucun client pour « {words} ». Essayez un seul mot de son nom.",
    "nobody_to_block": "Le n° {number} n’a pas d’expéditeur à bloquer.",
    "merge_usage": "Joindre le n° {number} à quel ticket ? Écrivez /fusionner {number} suivi de l’autre numéro.",
    "merge_target": "On ne peut rien joindre au n° {number} : il est clos, ou c’est le même.",
    "merge_other_client": "Le n° {number} est d’un autre client : ils ne peuvent pas être joints.",
    "merge_worked": "Une intervention est notée sur le n° {number} : c’est l’autre qu’il faut lui joindre.",
    # workstations and changes
    "no_such_workstation": "Aucun poste pour « {words} ». Les siens : {names}. /poste les montre, et en ajoute.",
    "several_workstations": "Plusieurs postes pour « {words} » : {names}. Écrivez le nom entier.",
    "workstation_gone": "Ce poste n’est plus dans aucune fiche. /poste suivi du client montre les siens.",
    "workstation_name": "Un nom de poste a de 1 à {longest} lettres, par exemple iMac accueil.",
    "notes_too_long": "C’est trop long : {longest} lettres au plus. Rien n’est changé.",
    "change_usage": "Je ne comprends pas. Écrivez /changement {client} seul, puis choisissez ; ou bien, derrière, "
    "macos, réglage, accord ou liste.",
    "no_such_change": "Ce changement n’est dans aucune fiche. /changement suivi du client montre les siens.",
    "nothing_to_restore": "Seul un réglage changé par le client peut être remis en état.",
    "restored_before": "Remis en état le {on} ? Le réglage n’a été changé que le {done_on}.",
    "no_such_request": "Il n’y a pas de demande de mise à jour à trancher sur le n° {number}.",
    "backup_usage": "Écrivez /sauvegarde {number} pour la rappeler au client, /sauvegarde {number} ok s’il l’a faite.",
    "sheet_usage": "Je ne comprends pas. Écrivez /poste suivi du client, puis touchez les boutons de la fiche.",
    # the 13-14 sessions
    "meeting_day": "Je ne comprends pas la date « {words} ». Écrivez par exemple /1314 27/11 suivi du lien.",
    "meeting_without_day": "Il manque la date. Écrivez par exemple /1314 27/11 suivi du lien.",
    "meeting_link": "« {words} » n’est pas un lien. Collez-le entier : il commence par https:// et fait au plus 200 "
    "caractères.",
    "meeting_passed": "La session serait {at}, qui est passé. Donnez une date à venir.",
    "meeting_far": "La session serait {at} : c’est dans plus d’un an. Vérifiez l’année.",
    "no_meeting_then": "Aucune session 13-14 {at}. Pour l’annoncer : /1314 suivi de la date et du lien.",
    "unknown_meeting": "Cette session n’existe pas. /1314 montre les sessions.",
    "invited_already": "Déjà fait : tous ceux qui peuvent l’être sont invités.",
    "relinked_already": "Déjà fait : ce lien est envoyé à tous les invités.",
    "meeting_cancelled": "Déjà fait : cette session est annulée. /1314 suivi de la date et du lien l’annonce à "
    "nouveau.",
    # papers
    "no_period": "{client} n’a encore eu aucune période de contrat : il n’y a pas de relevé. /contrat {client}",
    "unknown_period": "{client} n’a pas de période « {words} ». /releve {client} montre celles qu’il y a.",
    "no_contract_to_print": "{client} n’a pas de contrat au dossier. /contrat {client} pour en commencer un.",
    "paper_failed": "Le document de {client} n’a pas pu être fait. Rien n’est parti ; prévenez l’administrateur.",
    "no_public_url": "Un lien demande une adresse publique : renseignez PERMANENCE_PUBLIC_URL, ou donnez à la personne "
    "une adresse de mail. Le fichier ci-dessus peut être envoyé à la main.",
    "no_such_document": "Ce document n’est plus là. /releve suivi du nom du client en refait un.",
    "no_contact": "{client} n’a aucun contact au dossier. /contact pour en ajouter un.",
    "not_their_contact": "Cette personne n’est plus chez {client}. Rouvrez « Envoyer au client ».",
    "cannot_be_told": "Aucun moyen d’écrire à {name} : ni SMS ni WhatsApp utilisable. Envoyez-lui le fichier "
    "à la main.",
    # the report
    "not_a_month": "Je ne comprends pas le mois « {words} ». Écrivez par exemple novembre, 11/2026, ou /rapport seul.",
    "month_ahead": "Le mois demandé ({month}) n’a pas commencé. /rapport seul montre le mois en cours.",
    "table_failed": "Le tableau n’a pas pu être fait. Rien n’est parti ; prévenez l’administrateur.",
    # contracts
    "contract_words": "Je ne comprends pas « {words} ». Écrivez /contrat suivi du client, puis au besoin architecture "
    "ou signer.",
    "unknown_day": "Je ne comprends pas la date « {words} ». Écrivez par exemple hier, 1er mars 2027 ou 01/03/2027.",
    "day_ahead": "Le {on} est à venir. Donnez un jour passé, ou aujourd’hui.",
    "no_contract": "{client} n’a pas de contrat. /contrat {client} pour en signer un.",
    "contract_over": "Le contrat de {client} a pris fin le {on}. /contrat {client} pour en signer un autre.",
    "architecture_first": "L’architecture de {client} n’est pas validée par le client (C23). D’abord /contrat {client} "
    "architecture.",
    "start_far_off": "Le {on} est à plus d’un an d’ici. Redonnez le jour où le contrat commence.",
    "contracts_overlap": "{client} a un contrat depuis le {on}, qui couvre ces jours. Mettez-y fin d’abord.",
    "payment_words": "Je ne comprends pas « {words} ». Écrivez par exemple : hier chèque 330,00",
    "no_such_period": "{client} n’a pas cette période. /contrat {client} montre celle qui court.",
    "nothing_paid": "Rien n’a été reçu de {client} : il n’y a rien à corriger.",
    "correction_too_large": "{client} n’a payé que {paid} pour cette période : la correction est trop grande.",
    "notice_too_old": "Ce préavis aurait mis fin au contrat le {on}, déjà passé. /resilier suivi du jour et du motif.",
    "termination_without_reason": "Il manque le motif. Écrivez /resilier {client} suivi du jour et du motif.",
    "end_before_start": "Le contrat ne commence que le {on}. Donnez un jour plus tard.",
    "end_far_off": "Le {on} est trop loin. Redonnez le dernier jour du contrat.",
    "ends_earlier": "Le contrat prend déjà fin le {on}. Donnez un jour plus tôt, ou annulez d’abord cette fin.",
    "unknown_term": "« {words} » ne se change pas par avenant. Choisissez : {names}.",
    "term_value": "Cette valeur ne va pas pour {term}. Écrivez par exemple {example}.",
    "term_from_past": "Un avenant vaut au plus tôt du {on}, premier jour de la période en cours.",
    "term_far_off": "Le {on} est trop loin. Redonnez le jour à partir duquel l’avenant vaut.",
    # done before
    "settled_already": "Déjà fait : cette question est réglée. Le message dit comment.",
    "shared_already": "Déjà fait : le lien est parti à {name}.",
    "written_already": "Déjà fait : c’est ce que dit la fiche.",
    "client_exists": "Déjà fait : {name} a une fiche. /client {name} la montre.",
    "contact_exists": "Déjà fait : {name} est dans les contacts de {client}.",
    "address_theirs": "Déjà fait : {address} est à {name}.",
    "address_gone": "Déjà fait : {address} n’est plus à {name}.",
    "moved_already": "Déjà fait : {name} est chez {client}.",
    "change_noted_already": "Déjà fait : ce changement du {on} est noté pour {client}.",
    "restored_already": "Déjà fait : remis en état le {on}.",
    "agreed_already": "Déjà fait : accord du {on} ({name}).",
    "refused_already": "Déjà fait : refus du {on} ({name}).",
    "backup_confirmed_already": "Déjà fait : sauvegarde du n° {number} confirmée {at}.",
    "backup_asked_already": "Déjà fait : la sauvegarde du n° {number} a été rappelée au client {at}.",
    "workstation_named_already": "Déjà fait : ce client a un poste « {name} ».",
    "taken_by_you": "Déjà fait : vous avez le n° {number}.",
    "taken": "Déjà fait : {name} a pris le n° {number}.",
    "urgent_already": "Déjà fait : le n° {number} est urgent.",
    "normal_already": "Déjà fait : le n° {number} n’est pas urgent.",
    "open_already": "Déjà fait : le n° {number} est ouvert.",
    "closed_already": "Déjà fait : le n° {number} est clos.",
    "started_already": "Déjà fait : l’intervention sur le n° {number} a commencé {at}.",
    "ended_already": "Déjà fait : la séance sur le n° {number} a fini {at}.",
    "attempted_already": "Déjà fait : l’appel sans réponse du n° {number} est noté {at}.",
    "on_duty_already": "Déjà fait : de garde, {name}.",
    "attached_already": "Déjà fait : le n° {number} est rattaché à {client}.",
    "blocked_already": "Déjà fait : l’expéditeur du n° {number} est bloqué.",
    "architecture_already": "Déjà fait : l’architecture de {client} est validée depuis le {on}.",
    "contract_already": "Déjà fait : {client} a un contrat à partir du {on}.",
    "paid_already": "Déjà fait : {client} a payé la période du {on}.",
    "end_already": "Déjà fait : le contrat de {client} prend fin le {on}. /denoncer {client} annuler le reprend.",
    "no_end": "Déjà fait : le contrat de {client} n’a pas de fin prévue.",
    "term_already": "Déjà fait : {term} est ainsi le {on}, pour {client}.",
    "not_blocked": "Déjà fait : l’expéditeur du n° {number} n’est pas bloqué.",
}

WHY_NOT = {
    "muted": "il a répondu STOP",
    "blocked": "cet expéditeur est bloqué",
    "outside_window": "plus de 24 h depuis son dernier message WhatsApp",
    "not_written": "la demande est venue par téléphone",
    "no_address": "aucune adresse connue",
    "not_theirs": "l’adresse d’où venait la demande n’est plus la sienne",
    "off": "ce canal est coupé",
    "ours": "c’est notre propre adresse",
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
    if isinstance(value, date) and not isinstance(value, datetime):
        return on_date(value)
    if key == "why":
        return WHY_NOT.get(str(value), inline(str(value)))
    if key == "change":
        return inline(str(value), 160)
    if isinstance(value, list | tuple):
        return ", ".join(inline(str(item)) for item in value)
    return inline(str(value))
