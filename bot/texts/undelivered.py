"""Why a message of ours did not arrive, in words that say what to do next."""

from bot.texts.harmless import inline

EXPLANATIONS = {
    "unreachable": "le téléphone est éteint, hors réseau, ou le numéro n’existe plus",
    "not_mobile": "ce numéro est un fixe, ou ne reçoit pas de SMS",
    "bad_number": "ce numéro n’est pas valable",
    "opted_out": "le client a répondu STOP, plus rien ne peut lui être envoyé par ce canal",
    "blocked": "le destinataire ou son opérateur bloque nos messages",
    "filtered": "l’opérateur l’a pris pour du courrier indésirable",
    "outside_window": "plus de 24 h depuis son dernier message, WhatsApp refuse tout texte libre",
    "no_whatsapp": "ce numéro n’a pas WhatsApp",
    "channel_refused": "WhatsApp a refusé de le remettre",
    "expired": "il n’a pas pu être remis à temps",
    "too_many": "trop d’envois à la fois",
    "too_long": "le texte est trop long, l’envoyer en plusieurs fois",
    "too_dear": "l’envoi coûterait plus que la limite fixée chez Twilio",
    "bad_content": "le contenu n’est pas accepté",
    "bad_template": "le modèle WhatsApp n’est pas accepté, prévenir l’administrateur",
    "bad_sender": "notre numéro d’envoi n’est pas accepté, prévenir l’administrateur",
    "destination_not_allowed": "les envois vers ce pays ne sont pas ouverts, prévenir l’administrateur",
    "trial_account": "le compte Twilio est un compte d’essai, prévenir l’administrateur",
    "account_problem": "le compte Twilio refuse nos envois, prévenir l’administrateur tout de suite",
    "provider_down": "Twilio est en panne",
    "program_fault": "Twilio n’a pas compris l’envoi, prévenir l’administrateur",
    "sms_automatic_off": "les SMS automatiques sont coupés",
    "channel_off": "ce canal n’est pas réglé",
    "media_address": "l’adresse de la pièce jointe n’est pas de Twilio",
    "media_too_large": "la pièce jointe est trop lourde",
    "media_storage": "la pièce jointe n’a pas pu être gardée",
    "bad_address": "cette adresse mail n’existe pas, ou est mal écrite",
    "mail_domain": "aucun mail n’est reçu à ce domaine, vérifier ce qui suit le @ de l’adresse",
    "mail_accents": "cette adresse mail contient des lettres que notre serveur n’accepte pas",
    "mailbox_closed": "cette boîte mail est fermée",
    "mailbox_full": "sa boîte mail est pleine",
    "mailbox_full_or_large": "sa boîte mail est pleine, ou le mail est trop lourd pour elle",
    "mail_too_large": "le mail est trop lourd, l’envoyer sans pièce jointe",
    "mail_document": "la pièce jointe n’a pas pu être lue, prévenir l’administrateur",
    "mail_refused": "le serveur de mail le refuse : courrier indésirable, ou une règle à lui",
    "mail_unproven": "on ne nous reconnaît pas comme l’expéditeur (SPF, DKIM, DMARC), prévenir l’administrateur",
    "mail_sender": "notre adresse mail n’a pas le droit d’envoyer, prévenir l’administrateur",
    "mail_unreachable": "le serveur de mail du destinataire ne répond pas",
    "mail_later": "le serveur de mail demande d’attendre",
    "mail_login": "notre serveur de mail refuse la connexion, prévenir l’administrateur tout de suite",
    "mail_tls": "la connexion à notre serveur de mail n’est pas sûre (TLS), prévenir l’administrateur tout de suite",
    "mail_down": "notre serveur de mail ne répond pas",
    "mail_fault": "le serveur de mail n’a pas compris l’envoi, prévenir l’administrateur",
    "unknown": "raison inconnue",
}
"""By the reasons of `channels.twilio.errors` and `channels.mail.smtp_errors`."""

REASONS = {
    "21211": "bad_number",
    "21610": "opted_out",
    "21614": "not_mobile",
    "30003": "unreachable",
    "30004": "blocked",
    "30005": "unreachable",
    "30006": "not_mobile",
    "30007": "filtered",
    "30008": "unreachable",
    "63016": "outside_window",
    "63018": "too_many",
    "63024": "no_whatsapp",
    "20429": "too_many",
    "20003": "account_problem",
}
"""By the codes a shop meets most, for a message whose code alone was kept."""


def explain_undelivered(code: str | None, reason: str | None = None) -> str:
    """Why, by its reason, else by its code (30006), which may itself be a reason ("channel_off").

    What is not known is said with its code: "raison inconnue (code 31999)".
    """
    key = reason or REASONS.get(code or "", code or "unknown")
    if key in EXPLANATIONS and key != "unknown":
        return EXPLANATIONS[key]
    return f"{EXPLANATIONS['unknown']} (code {inline(code, 20)})" if code else EXPLANATIONS["unknown"]
