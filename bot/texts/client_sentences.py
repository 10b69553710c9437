"""The sentences of what clients are answered to their own words, and told about the "13-14" sessions (C29)."""

from collections.abc import Mapping

ANSWERS: Mapping[str, str] = {
    "status": "demande {number} : {state}.",
    "status_about": "demande {number} ({subject}) : {state}.",
    "status_due": "recontact avant {due}",
    "status_overdue": "recontact dès que possible",
    "status_recontacted": "recontacté le {at}",
    "status_working": "intervention en cours",
    "status_appointment": "rendez-vous {at}",
    "status_more": "Et d’autres encore.",
    "status_none": "vous n’avez aucune demande en cours.",
    "quota": "il vous reste {left} sur {allowance}, jusqu’au {day}.",
    "quota_beyond": "forfait de {allowance} unités dépassé de {beyond}, jusqu’au {day} ; nous continuons à vous aider.",
    "quota_individual": "votre contrat individuel n’est pas décompté.",
    "quota_uncounted": "votre contrat n’est pas décompté.",
    "quota_none": "aucun contrat en cours à ce nom.",
}

MEETINGS: Mapping[str, str] = {
    "meeting_invitation": "session 13-14 (visio) {day} de 13h à 14h : {link}",
    "meeting_reminder": "session 13-14 (visio) aujourd’hui de 13h à 14h : {link}",
    "meeting_relinked": "nouveau lien pour la session 13-14 {day} : {link}",
    "meeting_question": "Viendrez-vous ? Répondez OUI ou NON.",
    "meeting_question_to": "Viendrez-vous ? Répondez OUI ou NON au {phone}.",
    "meeting_yes": "c’est noté, nous vous attendons à la session 13-14 {day}.",
    "meeting_no": "c’est noté, vous ne viendrez pas à la session 13-14 {day}.",
    "meeting_cancelled": "la session 13-14 {day} est annulée.",
}
"""A link ends its sentence: a full stop behind it would become part of it on some phones."""

OBLIGATIONS: Mapping[str, str] = {
    "macos_agreed": "vous pouvez mettre à jour macOS{where} (accord du {day}). Faites d’abord une sauvegarde.",
    "macos_refused": "réponse du {day} : merci de ne pas mettre à jour macOS{where} pour le moment.",
    "backup_wanted": "avant notre intervention sur votre demande {number}, faites une sauvegarde.",
    "backup_answer": "Puis répondez SAUVEGARDE OK.",
    "backup_answer_to": "Puis envoyez SAUVEGARDE OK au {phone}.",
}
"""What clients are told of their own part: backups and updates (C25, C26). `where` is "" or " sur iMac accueil"."""

VOICE: Mapping[str, str] = {
    "voice_greeting": "Bonjour, vous êtes bien chez {shop}.",
    "voice_open": "Tous nos techniciens sont occupés.",
    "voice_closed": "Nos bureaux sont fermés.",
    "voice_hours": "Nous répondons {hours}.",
    "voice_urgent": "Si c’est urgent, envoyez un SMS au {phone}, en commençant votre message par le mot : Urgent.",
    "voice_message": "Laissez votre message après le signal sonore, puis raccrochez : nous vous rappelons.",
    "voice_silence": "Nous n’avons rien entendu. Au revoir.",
    "voice_refused": "Nous ne pouvons pas prendre votre appel. Au revoir.",
    "voice_thanks": "Merci, votre message est bien arrivé. Au revoir.",
}
"""What a caller hears: read aloud by a machine, so numbers and hours are written as they are spoken."""

CALLS: Mapping[str, str] = {
    "attempt": "nous avons essayé de vous joindre {at}. Rappelez-nous, ou dites-nous quand vous êtes joignable.",
    "attempt_to": "nous avons essayé de vous joindre {at}. Rappelez-nous, ou écrivez au {phone} quand vous appeler.",
}
"""What clients are told of calls in writing."""
