"""What technicians can order, and what is said to a command that we don't have."""

from difflib import get_close_matches

from bot.domain.desk import Verb
from bot.rules.folding import fold
from bot.texts.harmless import inline
from bot.texts.posts import Post
from bot.texts.rich import Rich, bold

_GROUPS = {
    "Voir": (
        "/tickets [urgents|retard|moi] : ce qui est ouvert",
        "/ticket N : la carte",
        "/recherche mots",
        "/rapport [novembre|11/2026] : les treize derniers mois, en chiffres et en image",
        "/pourquoi N : le délai et le décompte, ligne à ligne",
    ),
    "Répondre": (
        "/prendre N : je m’en occupe",
        "/repondre N texte (ou répondre à la carte) : part au client",
        "/note N texte : reste au bureau",
        "/tentative N : appelé sans réponse ; le client en est prévenu, le délai court toujours",
        "/rdv N demain 14h30 : rendez-vous convenu",
    ),
    "Intervenir": (
        "/sauvegarde N : la rappeler au client ; /sauvegarde N ok : il l’a faite",
        "/debut N [14h10]",
        "/fin N [14h32]",
        "/clore N [résolu|échec|commercial|éditeur|hors-périmètre|sans-objet|doublon]",
        "/rouvrir N",
    ),
    "Classer": (
        "/urgent N, /normal N",
        "/appel CLIENT motif : un appel reçu",
        "/garde [nom|personne] : chez qui sonnent les appels",
        "/rattacher N CLIENT : à qui est cet expéditeur",
        "/fusionner N M : joindre N à M",
        "/bloquer N",
    ),
    "Clients": (
        "/client NOM : la fiche, à lire et à modifier",
        "/client nouveau NOM",
        "/contact NOM : les personnes et leurs adresses",
        "/poste NOM [poste] : les Mac et leur liste à cocher ; /poste NOM nouveau iMac accueil",
        "/changement NOM : réglage changé ou macOS mis à jour par le client, accord ; /changement NOM liste",
        "/releve NOM [2|15/03/2026] : le relevé d’une période, en PDF",
        "/quota NOM [15/03/2026] : le solde et ses lignes, aujourd’hui ou ce soir-là",
        "/1314 27/11 lien : la session 13-14 et ses invitations ; /1314 seul : qui vient",
    ),
    "Contrats": (
        "/contrat NOM : le contrat, sa signature et ce qui peut y changer",
        "/paye NOM [hier] [virement|chèque] [330,00] : un règlement reçu ; un montant négatif corrige",
        "/denoncer NOM 01/12/2026 : un préavis reçu ce jour-là ; /denoncer NOM annuler",
        "/resilier NOM 31/12/2026 motif",
        "/avenant NOM : ce qui est convenu autrement pour ce contrat",
    ),
}

MENU = (
    ("tickets", "Les tickets ouverts"),
    ("ticket", "La carte d’un ticket"),
    ("prendre", "Prendre un ticket"),
    ("repondre", "Répondre au client"),
    ("note", "Noter pour le bureau"),
    ("sauvegarde", "La sauvegarde du client"),
    ("debut", "Commencer une intervention"),
    ("fin", "Finir une intervention"),
    ("clore", "Clore un ticket"),
    ("appel", "Noter un appel reçu"),
    ("tentative", "Appelé sans réponse"),
    ("garde", "Chez qui sonnent les appels"),
    ("client", "La fiche d’un client"),
    ("contact", "Les contacts d’un client"),
    ("poste", "Les Mac d’un client, à cocher"),
    ("changement", "Ce que le client a changé"),
    ("quota", "Le solde d’un client"),
    ("contrat", "Le contrat d’un client"),
    ("releve", "Le relevé d’une période, en PDF"),
    ("pourquoi", "Délai et décompte expliqués"),
    ("rapport", "Le mois et les douze d’avant"),
    ("recherche", "Chercher un ticket"),
    ("aide", "Toutes les commandes"),
)
"""What Telegram's own menu offers: (command, description)."""

_COMMANDS = [str(verb) for verb in Verb if f"/{verb}" in " ".join(" ".join(lines) for lines in _GROUPS.values())]


def commands() -> Post:
    """/aide: every command, by what one wants to do. N is a ticket's number."""
    groups = [Rich.lines([bold(name), *lines]) for name, lines in _GROUPS.items()]
    usage = "N est le numéro du ticket ; en répondant à sa carte, il ne se tape pas. Tout est aussi sur les boutons."
    return Post(Rich.lines([*groups, usage], between="\n\n"))


def hello(name: str) -> Post:
    """/start in a private chat."""
    return Post.of(
        f"Bonjour {inline(name, 30)}. Les alertes urgentes que personne ne prend vous seront aussi envoyées ici. "
        "/aide montre les commandes."
    )


def unknown(typed: str) -> Post:
    """A command that we don't have: the nearest ones that we do."""
    word = fold(typed).removeprefix("/").split(" ")[0].split("@")[0]
    close = get_close_matches(word, _COMMANDS, n=3, cutoff=0.6)
    shown = inline(typed.split()[0], 30) if typed.split() else "…"
    if not close:
        return Post.of(f"Je ne connais pas « {shown} ». /aide montre les commandes.")
    hint = " ou ".join(f"/{command}" for command in close)
    return Post.of(f"Je ne connais pas « {shown} ». Vouliez-vous dire {hint} ? /aide montre toutes les commandes.")
