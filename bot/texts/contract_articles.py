"""The contract's articles in our own wording; a shop can put a text of its own in their place.

Written as a shop writes its own (see `texts.contract_wording`): "# " before a title, an empty line between
paragraphs, "- " before an item, and what stands in braces is filled from the client's file.
"""

ARTICLES = """\
# Objet

{shop} (le prestataire) accompagne {client} (le client) dans l’usage de son informatique médicale : répondre aux
questions, prendre la main à distance, remettre en état de marche. Le prestataire s’oblige aux moyens, non au
résultat.

L’accompagnement est réservé aux abonnés. Le client demande de l’aide par téléphone, SMS, WhatsApp ou
courriel{phone}. Chaque demande ouvre un ticket, dont il connaît le numéro.

# Installation du client

L’architecture informatique est dressée avec le client et validée par lui avant la signature
({architecture_state}).

{architecture}

Le contrat couvre notamment MediStory 3 et 4, MediStoryStation et sa station de secours, ExpressVitale 4 et 5,
VigiPaiement, VigiCompta, Excel, Word et PowerPoint, ScanSnap Home et Manager, et le Mac lui-même. Cette liste est
ouverte : un logiciel qui n’y est pas n’est jamais une raison de refuser une demande. Sont connus au dossier :

{products}

# Postes de travail

Chaque Mac du client a sa fiche de configuration. Les douze points ci-dessous sont vérifiés poste par poste ; ceux
qui sont cochés l’étaient le jour de l’édition de ce document.

{workstations}

# Durée

Le contrat prend effet le {starts_on}, pour douze mois, les deux jours compris. La période en cours va du
{period_start} au {period_end}.

Il se renouvelle tacitement à chaque anniversaire, pour douze mois. Chacun peut y mettre fin par lettre recommandée
avec accusé de réception, reçue {notice} au moins avant l’anniversaire ; reçue plus tard, elle prend effet à
l’anniversaire suivant.{ending}

# Prix

Le prix d’une période est de {price} TTC, payable au début de la période, par virement ou par chèque. Si elle
reste impayée plus de {arrears} après ce début, le prestataire peut résilier le contrat.

# Décompte

{package}

Ne sont jamais décomptées :

- une intervention qui a échoué ;
- une intervention sous garantie (voir plus bas) ;
- une demande commerciale ;
- un défaut des logiciels Prokov de la gamme 4 vendus et installés par le prestataire, tant que le client n’a pas
  changé ses réglages ;
- ce qui est hors du contrat.

Chaque intervention est inscrite au dossier : médecin, motif, date, heures de début et de fin, à distance ou non.
Le client reçoit sur demande le relevé de la période.

# Délai de réponse

Le bureau est ouvert {office_hours}, jours fériés exceptés. Quand personne n’est libre aussitôt, le prestataire
recontacte le client dans un délai de {recontact} au plus, pour convenir d’un rendez-vous ou pour intervenir. Une
demande arrivée hors des heures d’ouverture est comptée à partir de l’ouverture suivante.

Une demande qui commence par « Urgent » passe avant les autres.

# Garantie des interventions

Une intervention est garantie {guarantee} à partir de sa fin : le même problème, dans ce délai, est traité sans
être décompté. La garantie tombe si le client a entre-temps changé un réglage du prestataire, ou mis macOS à jour
sans son accord.

# Ce qui revient au client

Avant toute demande, le client fait une sauvegarde. Il ne change aucun réglage du prestataire sans le dire, et
demande son accord avant une mise à jour de macOS : demandes, accords et changements sont inscrits au dossier avec
leur date.

# Hors du contrat

Le contrat ne comprend ni la réparation sur place, ni le prêt de matériel, ni rien de ce qui demande un
déplacement. Une telle demande est close sans être décomptée, et il est dit au client pourquoi.

# Prise de main et « 13-14 »

Les interventions se font à distance, par TeamViewer. Le contrat donne accès aux sessions « 13-14 », en
visioconférence, de 13h00 à 14h00 ; le client y est invité.

# Confidentialité

Ce que le client écrit est secret et peut toucher à des données de santé. Seuls les techniciens nommés y ont accès
; rien n’est gardé plus longtemps qu’il ne faut.
"""
