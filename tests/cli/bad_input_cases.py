"""Commands of a terminal used wrongly: (what is typed after `permanence`, what is wrong with it in French)."""

CASES: dict[str, tuple[tuple[str, str], ...]] = {
    "": (("runn", "une commande qui n’existe pas"),),
    "run": (("run", "aucun canal n’est réglé"), ("run --port 80", "une option qui n’existe pas")),
    "demo": (
        ("demo --port quatre-vingts", "un port en lettres"),
        ("demo --scenario absente", "une scène qui n’existe pas"),
    ),
    "doctor": (("doctor tout", "un mot de trop"),),
    "import": (
        ("import", "sans fichier"),
        ("import absent.csv", "un fichier qui n’existe pas"),
        ("import .", "un dossier"),
        ("import latin.csv", "un fichier d’un autre codage"),
    ),
    "deadline": (
        ("deadline", "sans moment"),
        ("deadline bientôt", "un moment illisible"),
        ("deadline 2026-11-23T08:00 --hours -1", "moins de zéro heure"),
        ("deadline 9999-12-31T23:00", "trop loin"),
        ("deadline 2026-11-23T08:00 --reading lunaire", "une lecture qui n’existe pas"),
    ),
    "units": (("units", "sans durée"), ("units 15", "sans unité"), ("units -- -5m", "moins que rien")),
    "urgent": (("urgent", "sans texte"), ("urgent 'Pas urgent'", "la réponse est non")),
    "tickets": (("tickets bleus", "un mot de trop"),),
    "quota": (("quota", "sans nom"), ("quota zzz", "un client inconnu")),
    "statement": (
        ("statement zzz", "un client inconnu"),
        ("statement tilleuls --period 99 --format json", "une période qui n’existe pas"),
        ("statement tilleuls --format odt", "un format qui n’existe pas"),
    ),
    "contract": (("contract zzz", "un client inconnu"),),
    "report": (("report brumaire", "un mois qui n’existe pas"),),
    "export": (("export --format xml", "un format qui n’existe pas"),),
    "mails": (("mails --limit 0", "une limite qui n’en est pas une"),),
    "replay": (("replay un", "un numéro en lettres"), ("replay 7", "rien en quarantaine")),
    "backup": (
        ("backup", "sans nom de fichier"),
        ("backup office.db", "un fichier qui existe"),
        ("backup absent/copie.db", "un dossier qui n’existe pas"),
    ),
    "verify": (("verify tout", "un mot de trop"),),
}  # fmt: skip

CSV_TITLES = "client;type;contact;role;telephone;mail;contrat_debut;unites;contrat_fin"
_CSV = CSV_TITLES + "\n"
_CLIENT = '[[client]]\nnom = "C"\ntype = "groupe"\n'

FILES: dict[str, tuple[tuple[str, str], ...]] = {
    "csv": (
        ("", "un fichier vide"),
        ("client;telephone\n", "des titres qui manquent"),
        (_CSV + ";groupe;Dr A;;0639980019;;;;", "sans client"),
        (_CSV + "C;groupe;;;0639980019;;;;", "sans contact"),
        (_CSV + "C;groupe;Dr A;;;;;;", "sans adresse"),
        (_CSV + "C;sarl;Dr A;;0639980019;;;;", "un type inconnu"),
        (_CSV + "C;groupe;Dr A;;0639;;;;", "un numéro trop court"),
        (_CSV + "C;groupe;Dr A;;;exemple.fr;;;", "un mail sans arobase"),
        (_CSV + "C;groupe;Dr A;;0639980019;;03/31/2026;;", "le mois avant le jour"),
        (_CSV + "C;groupe;Dr A;;0639980019;;01/03/2026;-3;", "moins de zéro unité"),
        (_CSV + "C;groupe;Dr A;;0639980019;;01/03/2026;12;28/02/2026", "une fin avant le début"),
        (_CSV + "C;groupe;Dr A;;0639980019;;;;;x", "une case de trop"),
        (_CSV + 'C;groupe;"Dr A;;0639980019;;;;', "un guillemet jamais fermé"),
        (_CSV + "C;groupe;Dr A;;06 39 98 00 11;;;;", "le numéro d’une autre personne"),
    ),
    "toml": (
        ("", "un fichier vide"),
        (_CLIENT + "debut = 01/03/2026", "une date sans guillemets"),
        (_CLIENT + 'nom = "D"', "deux fois la même clé"),
        ('[[client]]\ntype = "groupe"', "sans nom"),
        ('[[client]]\nnom = "C"\ntype = "sarl"', "un type inconnu"),
        (_CLIENT + 'specialte = "x"', "une clé mal écrite"),
        (_CLIENT + _CLIENT, "deux fois le même client"),
        (_CLIENT + '[[client.contrat]]\ndebut = "31/02/2026"', "un jour qui n’existe pas"),
        (_CLIENT + "[[client.contrat]]\nunites = 12", "un contrat sans début"),
    ),
}
