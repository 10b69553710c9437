"""What a client's whole text asks, when it asks nothing else (C25, C26, C29)."""

import pytest

from bot.rules.client_words import Word, asks_macos_update, read_words

SAID = {
    Word.STATUS: [
        "STATUT",
        "statut",
        "Statut ?",
        "STATU",
        "statuts",
        "satut",
        "sttaut",
        "stattut",
        "Statut svp",
        "« Statut »",
        "'statut'",
        "“STATUT”",
        "Bonjour, statut s'il vous plaît",
        "merci, le statut ?",
        "Ｓtatut",
        "STATUT 🙏",
        "_statut_",
        "*Statut*",
        "mon statut",
        "Quel est le statut ?",
        "Bonjour\nSTATUT\nMerci d’avance",
    ],
    Word.BALANCE: [
        "SOLDE",
        "solde ?",
        "SODLE",
        "sold",
        "soldes",
        "sollde",
        "Solde svp",
        "le solde",
        "mon solde stp",
        "notre solde ?",
        "Bonjour, solde svp",
        "“Solde”",
        "SOLDE!!!",
        "quel est notre solde ?",
    ],
    Word.YES: [
        "OUI",
        "oui je viens",
        "présent",
        "Présente !",
        "oui merci",
        "Ouiii",
        "oui oui",
        "oui, avec plaisir",
        "je serai là",
        "Oui 👍",
        "prsent",
        "je viens",
        "Bonjour, oui je serai présente",
        "Oui, d'accord",
    ],
    Word.NO: [
        "NON",
        "non merci",
        "absent",
        "Absente",
        "Non, désolé",
        "je ne pourrai pas",
        "non je ne viens pas",
        "asbent",
        "Je ne peux pas venir",
        "je ne serai pas là",
        "Désolée, je ne peux pas",
    ],
    Word.BACKUP_DONE: [
        "SAUVEGARDE OK",
        "sauvegarde faite",
        "Sauvegarde effectuée.",
        "la sauvegarde est faite",
        "sauvegrade ok",
        "sauvegarde : ok",
        "J'ai fait la sauvegarde",
        "Sauvegardes faites ✅",
        "ok sauvegarde",
        "sauvegarde a été faite",
        "Ma sauvegarde est bien terminée, merci",
    ],
}
REQUESTS = [
    "le solde de mon compte ne s'affiche pas",
    "statut de l'imprimante ?",
    "Le statut de la FSE est en erreur",
    "quel est le statut de ma demande pour l'imprimante",
    "statut 41",
    "statut solde",
    "pas de statut",
    "stat",
    "sol",
    "ssttaut",
    "sauvgrad ok",
    "oui ?",
    "Oui mais demain",
    "Présent ?",
    "Non ?",
    "non ça ne marche pas",
    "absent du planning",
    "nom",
    "ouin",
    "on",
    "présentation",
    "je ne peux pas imprimer",
    "je viens de redémarrer le poste",
    "sauvegarde",
    "sauvegarde ?",
    "Sauvegarde faite ?",
    "sauvegarde pas faite",
    "sauvegarde ko",
    "la sauvegarde ne se fait pas",
    "La sauvegarde est ok mais MediStory ne s'ouvre plus",
    "j'ai fait la sauvegarde mais elle a échoué",
    "merci",
    "Bonjour",
    "",
    "👍",
    "???",
    "solder un compte",
    "sonnette",
    "status 日本",
    "le",
    "l'",
]


@pytest.mark.parametrize(
    ("text", "word"), [pytest.param(text, word, id=f"{word}: {text}") for word, texts in SAID.items() for text in texts]
)
def test_a_text_that_is_one_of_our_words(text: str, word: Word) -> None:
    assert read_words(text) is word


@pytest.mark.parametrize("text", REQUESTS)
def test_a_request_is_left_to_people(text: str) -> None:
    assert read_words(text) is None


@pytest.mark.parametrize(
    ("typed", "is_read"),
    [
        pytest.param("solde", True, id="as it is written"),
        pytest.param("olde", True, id="the first letter left out"),
        pytest.param("sold", True, id="the last one left out"),
        pytest.param("slde", True, id="one left out within"),
        pytest.param("isolde", True, id="one added before"),
        pytest.param("solder", True, id="one added after"),
        pytest.param("solide", True, id="one added within"),
        pytest.param("aolde", True, id="the first one mistaken"),
        pytest.param("soldr", True, id="the last one mistaken"),
        pytest.param("sokde", True, id="one mistaken within"),
        pytest.param("oslde", True, id="the first two swapped"),
        pytest.param("soled", True, id="the last two swapped"),
        pytest.param("sole", True, id="four letters are left"),
        pytest.param("sol", False, id="two left out"),
        pytest.param("soldier", False, id="two added"),
        pytest.param("sokfe", False, id="two mistaken"),
        pytest.param("aoldr", False, id="the first and the last mistaken"),
        pytest.param("sildr", False, id="the second and the last mistaken"),
        pytest.param("soedl", False, id="two letters apart"),
        pytest.param("olsde", False, id="two swaps"),
        pytest.param("lsode", False, id="letters that went around"),
        pytest.param("ouo", False, id="a short word has no slips"),
    ],
)
def test_one_slip_of_the_finger_is_forgiven(typed: str, is_read: bool) -> None:
    assert read_words(typed) is (Word.BALANCE if is_read else None)


def test_a_long_text_is_no_word() -> None:
    assert read_words("statut" + "!" * 74) is Word.STATUS
    assert read_words("statut" + "!" * 75) is None


ASKS = [
    "Bonjour, une mise à jour est proposée sur le Mac de la secrétaire, peut-on la faire ?",
    "Je voulais savoir si on pouvait faire la mise à jour macOS",
    "mon ordi me demande de faire une mise à jour je fais quoi ?",
    "macOS 26 est sorti, faut il y passer ?",
    "Peut-on passer tous nos postes sous Tahoe ?",
    "On nous propose de mettre à jour les 3 iMac, vous validez ?",
    "Je peux mettre à jour vers Ventura ?",
    "Bonjour, on me propose la MAJ OS 15.2. OK ?",
    "Faut-il accepter la mise à jour de l’ordinateur ?",
    "MAJ macOS !!!",
    "Puis-je faire la mise à jour macOS, et la mise à jour de MediStory ?",
    "Puis-je faire la mise à jour macOS ?",
    "On me propose Tahoe, je peux installer ?",
    "MAJ mac os",
    "faut-il accepter la mise à jour du système",
    "Bonjour, puis-je mettre à jour mon Mac ?",
    "Bonjour docteur Martin, est-ce que je peux passer à Sequoia ?",
    "Mon Mac me propose une mise à jour, dois-je l'accepter ?",
    "Mise à jour macOS possible ?",
    "mise a jour mac",
    "Est-il possible de faire la mise à jour de macOS Sonoma ?",
    "Apple me demande d'installer macOS 26, j'accepte ?",
    "On peut installer Ventura ?",
    "Peut-on passer sous Tahoe sans risque ?",
    "dois je faire la mise à jour du mac",
    "Doit-on accepter la mise à jour du système d’exploitation ?",
    "Je souhaite votre accord pour la mise à jour macOS",
    "Avez-vous validé macOS Tahoe avec MediStory 4, puis-je l'installer ?",
    "MediStory est-il compatible avec Tahoe ? Je voudrais installer la mise à jour.",
    "La mise à jour macOS 15.4 est-elle recommandée ?",
    "Conseillez-vous la mise à jour vers macOS Sequoia ?",
    "demande de mise à jour macOS",
    "Demande d'autorisation pour la mise à jour macOS svp",
    "Mac OS update ok ?",
    "Update macOS ?",
    "upgrade Tahoe ?",
    "Puis je accepter la MAJ du Mac de l'accueil ?",
    "J'ai une mise à jour système proposée sur mon Mac, je la fais ?",
    "On me demande de mettre à jour l'ordinateur du secrétariat, est-ce possible ?",
    "Faut il installer macOS Tahoe 26.1 ?",
    "Est-ce qu'on peut mettre macOS à jour ce soir ?",
    "Bonjour, la mise à jour de macOS est proposée. J'attends votre feu vert.",
    "Nous pouvons lancer la mise à jour macOS ce week-end ?",
    "Ai-je le droit d'installer Sonoma ?",
    "Je fais la mise à jour de mon iMac ?",
    "C'est bon pour la mise à jour Tahoe ?",
    "MAJ macOS Tahoe",
    "mise à jour Tahoe svp",
    "Puis-je accepter la nouvelle version de macOS ?",
    "Pouvez-vous me dire si je peux installer macOS Tahoe ?",
    "J'ai fait la sauvegarde, puis-je faire la mise à jour macOS ?",
    "Depuis hier on me propose macOS Tahoe, puis-je l'installer ?",
    "Dois-je refuser la mise à jour de macOS ?",
    "Bonjour, faut-il que j'accepte la mise à jour du système sur mon MacBook Pro ?",
    "Mettre à jour le Mac, c'est possible ?",
]
REPORTS = [
    "La mise à jour de macOS a effacé mes signets, pouvez-vous me rappeler ?",
    "Est-ce que la panne vient de la mise à jour macOS ?",
    "Comment accepter un nouveau certificat sous macOS ?",
    "Puis-je installer Zoom sur macOS ?",
    "Quelle version de macOS faut-il pour ExpressVitale 5 ?",
    "Mon Mac affiche une mise à jour de MediStory, faut-il la faire ?",
    "Bonjour, la mise à jour Word est bloquée. Envoyé depuis mon Mac",
    "Le Mac redémarre tout seul pour des mises à jour, c'est normal ?",
    "Peut-on installer MediStory 4 sur un nouvel iMac ?",
    "Mon Mac me propose une mise à jour de Word, je peux l'installer ?",
    "la mise à jour de Word a planté",
    "depuis la mise à jour macOS rien ne marche",
    "Depuis la mise à jour de macOS, MediStory ne s'ouvre plus, que dois-je faire ?",
    "Après la mise à jour macOS, est-ce que je peux reprendre MediStory ?",
    "J'ai fait la mise à jour macOS hier, l'imprimante ne répond plus",
    "J'ai installé Tahoe et le lecteur de carte ne fonctionne plus",
    "Le Mac s'est mis à jour cette nuit, plus rien ne marche",
    "Puis-je faire la mise à jour de MediStory ?",
    "Puis-je faire la mise à jour de Word sur mon Mac ?",
    "puis-je faire la mise à jour MediStory 4 ? Envoyé de mon iMac",
    "Mise à jour ExpressVitale ?",
    "La mise à jour de macOS a échoué",
    "Je n'arrive pas à faire la mise à jour macOS, pouvez-vous m'aider ?",
    "Mon Mac ne démarre plus",
    "Le Mac de l'accueil est lent",
    "Puis-je vous appeler à 14h ?",
    "La mise à jour macOS est en cours, c'est long",
    "La mise à jour macOS est-elle terminée ?",
    "La mise à jour Tahoe s'est lancée toute seule",
    "Suite à la mise à jour du système, je n'ai plus Time Machine",
    "Pouvez-vous faire la mise à jour macOS ?",
    "Pourriez-vous installer Tahoe sur le poste 2 ?",
    "Quand ferez-vous la mise à jour de macOS ?",
    "Mise à jour du planning du cabinet",
    "Pouvez-vous mettre à jour le dossier du patient ?",
    "Je ne peux pas faire la mise à jour macOS",
    "je peux pas mettre à jour le Mac, erreur 102",
    "Mon mac est-il compatible avec la nouvelle imprimante ?",
    "La mise à jour macOS est bloquée à 50 %, que faire ?",
    "Impossible d'installer Sonoma",
    "Merci pour la mise à jour du Mac",
    "Bonjour, le Mac affiche une erreur disque",
    "Qui a fait la mise à jour macOS ?",
    "Apple Mail ne reçoit plus rien",
    "Je voudrais une mise à jour de mes coordonnées",
    "Nouvelle version de MediStory disponible ?",
    "Puis-je installer Zoom sur mon Mac ?",
    "Puis-je installer une imprimante sur le mac ?",
    "Faut-il mettre à jour l'iPhone ?",
    "On a installé Sequoia et le scanner ne marche plus, est-ce possible de revenir en arrière ?",
    "Catalina, la secrétaire, vous rappellera",
    "A la suite de la mise à jour Sonoma les polices ont changé",
    "STATUT",
    "Le système de paiement est en panne, puis-je encaisser ?",
    "Puis-je mettre à jour ExpressVitale sur le Mac du secrétariat ?",
]


@pytest.mark.parametrize("text", ASKS)
def test_a_client_asks_before_updating_macos(text: str) -> None:
    assert asks_macos_update(text)


@pytest.mark.parametrize("text", REPORTS)
def test_what_is_no_question_about_updating_macos(text: str) -> None:
    assert not asks_macos_update(text)


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    question = "puis-je installer Tahoe"
    assert asks_macos_update(" " * (600 - len(question)) + question)
    assert not asks_macos_update(" " * (601 - len(question)) + question)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("demande de la l' " * 60, id="articles"),
        pytest.param("mise à jour " + "de la " * 300, id="links"),
        pytest.param("maj macos " + "merci d'avance " * 39 + "x", id="courtesy"),
        pytest.param("mac propose a " * 80, id="proposals"),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """A pattern that could be read in many ways would not end here."""
    assert not asks_macos_update(text)
