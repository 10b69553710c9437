"""Commands typed wrongly at the desk, in the ways that tell: (what is typed, what is wrong with it in French).

At the desk are: n° 1, open, of the Cabinet des Tilleuls; n° 2, closed, of the same; n° 3, open, of a number that nobody
knows; n° 4, open, of Dr Anne Morel, told on the telephone, and worked on from 9:00 to 9:20. It is Monday 23 November
2026, 10:00.
"""

from bot.domain.desk import Verb

CASES: dict[Verb, tuple[tuple[str, str], ...]] = {
    Verb.HELP: (("/repond 1 bonjour", "un mot presque juste"), ("/xyzzy", "un mot qui ne veut rien dire")),
    Verb.HELLO: (("/starter", "un mot presque juste"),),
    Verb.LIST: (("/tickets bleus", "une liste qui n’existe pas"),),
    Verb.SHOW: (
        ("/ticket", "sans numéro"),
        ("/ticket 99", "un numéro qui n’existe pas"),
        ("/ticket 999999999", "un numéro démesuré"),
        ("/ticket douze", "un numéro en lettres"),
    ),
    Verb.TAKE: (("/prendre", "sans numéro"), ("/prendre 99", "un numéro qui n’existe pas"), ("/prendre 2", "clos")),
    Verb.ANSWER: (
        ("/repondre", "sans rien"),
        ("/repondre 1", "sans texte"),
        ("/repondre 99 bonjour", "un numéro qui n’existe pas"),
    ),
    Verb.NOTE: (("/note 1", "sans texte"), ("/note rappeler demain", "sans numéro")),
    Verb.START: (
        ("/debut", "sans numéro"),
        ("/debut 1 un jour", "un moment illisible"),
        ("/debut 1 25h10", "une heure qui n’existe pas"),
        ("/debut 1 demain 9h", "un moment à venir"),
        ("/debut 2", "clos"),
    ),
    Verb.END: (("/fin 1", "rien n’a commencé"), ("/fin 99", "un numéro qui n’existe pas")),
    Verb.TIMES: (
        ("/horaires 1 14h10", "la moitié d’une séance"),
        ("/horaires 1 9h30 9h10", "la fin avant le début"),
        ("/horaires 1 9h 23h", "une fin à venir"),
        ("/horaires 1 20/11 9h 21/11 10h", "plus d’un jour"),
        ("/horaires 4 9h10 9h30", "par-dessus une autre séance"),
    ),
    Verb.CLOSE: (
        ("/clore", "sans numéro"),
        ("/clore 1 fini quoi", "une issue inconnue"),
        ("/clore 2 résolu", "clos"),
        ("/clore 99 résolu", "un numéro qui n’existe pas"),
    ),
    Verb.REOPEN: (("/rouvrir 1", "ouvert"), ("/rouvrir", "sans numéro")),
    Verb.URGENT: (("/urgent 99", "un numéro qui n’existe pas"), ("/urgent 2", "clos")),
    Verb.NORMAL: (("/normal 1", "il n’est pas urgent"),),
    Verb.APPOINTMENT: (
        ("/rdv 1", "sans moment"),
        ("/rdv 1 hier 9h", "un moment passé"),
        ("/rdv 1 31/02 9h", "un jour qui n’existe pas"),
    ),
    Verb.CALL: (
        ("/appel", "sans rien"),
        ("/appel platanes panne", "un client inconnu"),
        ("/appel tilleuls", "sans motif"),
        ("/appel dr panne", "un mot que deux clients ont"),
    ),
    Verb.ATTACH: (
        ("/rattacher 3 platanes", "un client inconnu"),
        ("/rattacher 3 dr", "un mot que deux clients ont"),
        ("/rattacher 1 tilleuls", "déjà fait"),
        ("/rattacher", "sans numéro"),
    ),
    Verb.ATTEMPT: (
        ("/tentative", "sans numéro"),
        ("/tentative 99", "un numéro qui n’existe pas"),
        ("/tentative 2", "clos"),
    ),
    Verb.DUTY: (
        ("/garde Camille", "un nom inconnu"),
        ("/garde Marc", "un technicien sans numéro"),
        ("/garde Claire", "c’est déjà elle"),
    ),
    Verb.BLOCK: (("/bloquer 1 non", "il n’est pas bloqué"), ("/bloquer 4", "une demande venue par téléphone")),
    Verb.MERGE: (
        ("/fusionner 1", "sans le second numéro"),
        ("/fusionner 1 1", "avec lui-même"),
        ("/fusionner 1 99", "un numéro qui n’existe pas"),
        ("/fusionner 1 4", "de deux clients"),
    ),
    Verb.CLIENT: (
        ("/client", "sans nom"),
        ("/client platanes", "un client inconnu"),
        ("/client dr", "un mot que deux clients ont"),
        ("/client nouveau", "sans nom"),
        ("/client nouveau Cabinet des Tilleuls", "un nom qui est pris"),
    ),
    Verb.QUOTA: (
        ("/quota platanes", "un client inconnu"),
        ("/quota dr", "un mot que deux clients ont"),
        ("/quota tilleuls 31/02/2026", "un jour qui n’existe pas"),
    ),
    Verb.WHY: (("/pourquoi", "sans numéro"), ("/pourquoi 99", "un numéro qui n’existe pas")),
    Verb.SEARCH: (("/recherche", "sans mots"),),
    Verb.CONTRACT: (
        ("/contrat", "sans nom"),
        ("/contrat platanes", "un client inconnu"),
        ("/contrat tilleuls signe", "un mot de trop"),
        ("/contrat tilleuls signer", "l’architecture n’est pas validée"),
        ("/contrat tilleuls architecture demain", "un jour à venir"),
    ),
    Verb.PAID: (
        ("/paye", "sans nom"),
        ("/paye tilleuls demain", "un jour à venir"),
        ("/paye tilleuls en liquide", "un moyen inconnu"),
        ("/paye tilleuls -30", "une correction de rien"),
        ("/paye tilleuls période 9", "une période qui n’existe pas"),
    ),
    Verb.NOTICE: (
        ("/denoncer tilleuls bientôt", "un jour illisible"),
        ("/denoncer tilleuls 24/12/2026", "un jour à venir"),
        ("/denoncer tilleuls annuler", "aucune fin n’est prévue"),
    ),
    Verb.TERMINATE: (
        ("/resilier tilleuls bientôt", "un jour illisible"),
        ("/resilier tilleuls 31/12/2026", "sans motif"),
        ("/resilier tilleuls 31/12/2020 impayé", "avant le début"),
        ("/resilier tilleuls 31/12/2099 impayé", "dans trop longtemps"),
    ),
    Verb.TERM: (
        ("/avenant tilleuls couleur bleu", "un terme qui n’existe pas"),
        ("/avenant tilleuls forfait beaucoup 01/01/2027", "une valeur impossible"),
        ("/avenant tilleuls forfait 20 01/01/2020", "un jour d’une période passée"),
        ("/avenant tilleuls forfait 12 01/01/2027", "ce qui vaut déjà"),
    ),
    Verb.STATEMENT: (
        ("/releve", "sans nom"),
        ("/releve platanes", "un client inconnu"),
        ("/releve tilleuls 9", "une période qui n’existe pas"),
    ),
    Verb.SHEET: (("/poste", "sans nom"), ("/poste tilleuls iMac", "un poste qui n’existe pas")),
    Verb.CHANGE: (
        ("/changement", "sans nom"),
        ("/changement tilleuls couleur", "un mot inconnu"),
        ("/changement tilleuls macos demain", "un jour à venir"),
    ),
    Verb.CONTACT: (("/contact", "sans nom"), ("/contact platanes", "un client inconnu")),
    Verb.BACKUP: (
        ("/sauvegarde", "sans numéro"),
        ("/sauvegarde 1 peut-être", "un mot inconnu"),
        ("/sauvegarde 2", "clos"),
    ),
    Verb.MEETING: (
        ("/1314 un jour https://zoom.example/1", "un jour illisible"),
        ("/1314 https://zoom.example/1", "sans date"),
        ("/1314 27/11 zoom", "un lien qui n’en est pas un"),
        ("/1314 20/11/2026 https://zoom.example/1", "un jour passé"),
        ("/1314 27/11/2031 https://zoom.example/1", "dans plus d’un an"),
    ),
    Verb.REPORT: (("/rapport brumaire", "un mois qui n’existe pas"), ("/rapport 12/2026", "un mois à venir")),
}  # fmt: skip
