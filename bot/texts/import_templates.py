"""Examples of files to import: each can be imported as it stands, and shows every key there is."""

CSV = """\
client;type;adresse;specialite;contact;role;canal_prefere;\
telephone;telephone2;sms;whatsapp;mail;contrat_debut;unites;contrat_fin
Cabinet des Tilleuls;groupe;3 rue des Tilleuls, 69000 Lyon;médecine générale;Dr Julien Lambert;médecin;WhatsApp;\
06 39 98 00 11;;;;lambert@exemple.fr;01/03/2026;12;
Cabinet des Tilleuls;groupe;;;Nadia Benali;secrétariat;;06 39 98 00 13;;;;;;;
Dr Anne Morel;individuel;;cardiologie;Dr Anne Morel;médecin;;+33 6 39 98 00 21;;;;;2026-09-15;;
"""
"""A group practice with two people, and a professional in their own name."""

TOML = """\
# Les clients d’un cabinet d’informatique, pour « permanence import clients.toml ».
#
# Ce qui suit # est un commentaire. Rien n’est écrit sans --apply, et le même fichier deux fois ne change rien. Ce que
# le fichier ne dit pas reste comme c’est : personne n’est jamais retiré. Les textes sont entre guillemets ; une date
# s’écrit 2025-03-01 ou "01/03/2025". Seuls le nom et le type d’un client sont obligatoires.

[[client]]
nom = "Cabinet des Tilleuls"
type = "groupe"                                   # "groupe" (les unités sont comptées) ou "individuel"
adresse = "3 rue des Tilleuls, 69000 Lyon"
specialite = "médecine générale"

[client.architecture]                             # dressée et validée avant la signature
notes = \"\"\"
Un serveur MediStoryStation dans le local technique, un poste de secours à l’accueil.
Sauvegarde Time Machine chaque nuit sur deux disques.
\"\"\"
validee_le = 2025-02-20

[[client.contact]]                                # une table par personne
nom = "Dr Julien Lambert"
role = "médecin"
canal_prefere = "WhatsApp"                        # SMS, WhatsApp ou mail : là où on lui écrit d’abord
telephone = ["06 39 98 00 11", "06 39 98 00 12"]  # pour les SMS et pour WhatsApp ; un seul : sans crochets
mail = ["lambert@exemple.fr"]

[[client.contact]]
nom = "Nadia Benali"
role = "secrétariat"
sms = "06 39 98 00 13"                            # un numéro qui ne sert qu’aux SMS
whatsapp = "06 39 98 00 14"                       # ou qu’à WhatsApp

[[client.produit]]
nom = "MediStory 4"
vendu_par_nous = true                             # les deux décident de ce qui est un défaut de l’éditeur
installe_par_nous = true

[[client.poste]]
nom = "iMac accueil"
notes = "Le poste de secours."
fait_le = 2025-03-02                              # le jour où les points ont été faits ; à défaut, aujourd’hui
fait = [                                          # les douze points de la fiche ; ne garder que ceux qui sont faits
  "Rechercher les mises à jour",
  "Télécharger les mises à jour lorsqu’elles sont disponibles",
  "Installer les mises à jour de macOS",
  "Installer les mises à jour d’applications de l’App Store",
  "Éteindre l’écran : jamais",
  "Empêcher la veille automatique lorsque l’écran est éteint",
  "Suspendre l’activité des disques durs dès que possible",
  "Réactiver lors d’un accès au réseau",
  "Redémarrer automatiquement après une panne de courant",
  "Activer Power Nap",
  "Accès complet au disque pour les applications Prokov",
  "Time Machine, sans rien exclure",
]

[[client.contrat]]                                # le précédent, qui a pris fin
debut = 2023-03-01
fin = 2025-02-28                                  # son dernier jour ; sans elle, il se reconduit chaque année
motif_de_fin = "préavis"                          # "préavis" (la lettre du client) ou "résiliation"
preavis_recu_le = 2024-11-12

[[client.contrat]]
debut = 2025-03-01
signe_le = 2025-02-24
unites = 12                                       # par période ; à défaut, celles des réglages
prix = "330,00 €"                                 # par période, TTC

[[client.contrat.avenant]]                        # ce qui est convenu autrement pour ce contrat, à partir d’un jour
clause = "unités"                                 # unités, prix, compté, arrondi, garantie ou préavis
valeur = 20                                       # prix : "350,00 €" ; compté : true ou false ; arrondi : "ticket" ou
a_partir_du = 2025-06-01                          # "séance" ; garantie et préavis : un nombre de mois

[[client.contrat.paiement]]
paye_le = 2025-03-05
montant = "330,00 €"
moyen = "virement"                                # ou "chèque"
periode = 1                                       # la première année du contrat ; à défaut, celle du jour du paiement

# Ce qui a déjà été fait cette année, pour commencer avec le bon solde. Personne n’est prévenu de rien. Une intervention
# est reconnue à son début : celle qui est déjà connue n’est plus touchée par un fichier.

[[client.intervention]]
debut = 2025-03-12T09:05:00                       # ou "12/03/2025 9h05"
fin = 09:22:00                                    # ou "9h22" ; avec la date si c’est un autre jour
a_distance = true
medecin = "Dr Julien Lambert"
motif = "L’imprimante ne sort plus les ordonnances"
poste = "iMac accueil"                            # facultatif
# technicien = "Claire"                           # un nom de PERMANENCE_TECHNICIANS ; à défaut, « Reprise »

[[client.intervention]]                           # en plusieurs séances, dont les durées s’additionnent
medecin = "Dr Julien Lambert"
motif = "Encore l’imprimante"
issue = "résolu"                                  # échec, commercial, éditeur, hors périmètre ; à défaut, résolu
garantie_de = 2025-03-12T09:05:00                 # le début de l’intervention sous garantie de laquelle celle-ci tombe

[[client.intervention.seance]]
debut = 2025-03-20T14:00:00
fin = 14:10:00
a_distance = true

[[client.intervention.seance]]
debut = 2025-03-20T16:30:00
fin = 16:45:00
a_distance = false

[[client]]                                        # un professionnel en son nom
nom = "Dr Anne Morel"
type = "individuel"
contact = [{ nom = "Dr Anne Morel", role = "médecin", telephone = "+33 6 39 98 00 21" }]
contrat = [{ debut = 2025-09-15 }]
"""
"""Everything that a client's file holds, and the work that was done before this program."""
