"""Files that are refused, and the sentences that are told of them."""

import pytest

CLIENT = '[[client]]\nnom = "C"\ntype = "groupe"\n'
CONTRACT = CLIENT + "[[client.contrat]]\ndebut = 2026-03-01\n"
TERM = "[[client.contrat.avenant]]\na_partir_du = 2026-06-01\n"
WORK = (
    "[[client.intervention]]\ndebut = 2026-03-12T09:05:00\nfin = 09:22:00\na_distance = true\n"
    'medecin = "Dr A"\nmotif = "imprimante"\n'
)

TIMES = "[[client.intervention]]\ndebut = 2026-03-12T09:05:00\nfin = 09:22:00\n"

NOT_TOML = (
    "ce n’est pas du TOML : une clé, le signe =, puis une valeur ; "
    "les textes et les dates comme 01/03/2026 entre guillemets."
)
NO_MOMENT = 'n’est pas un moment ; écrire par exemple 2026-03-12T09:05:00 ou "12/03/2026 9h05".'

REFUSED = [
    pytest.param("", ["ligne 1 : le fichier n’a aucun client : chacun commence par une ligne [[client]]."], id="empty"),
    pytest.param("debut = 01/03/2026", [
        f"ligne 1 : {NOT_TOML}"], id="a bare French date"),
    pytest.param(CLIENT + 'adresse = "x', [
        f"ligne 4 : {NOT_TOML}"], id="an open text"),
    pytest.param(CLIENT + "x = [", [
        f"ligne 4 : {NOT_TOML}"], id="an open list"),
    pytest.param(CLIENT + "x = " + "[" * 20_000, [
        f"ligne 4 : {NOT_TOML}"], id="a list without end"),
    pytest.param(CLIENT + "x = " + "9" * 20_000, [
        f"ligne 4 : {NOT_TOML}"], id="a number without end"),
    pytest.param(CLIENT + 'nom = "D"', ["ligne 4 : cette clé ou cette table est déjà là plus haut."], id="a key twice"),
    pytest.param('client = "C"', [
        "ligne 1 : « client » est une table, avec ses propres clés ; voir « permanence import --template toml »."],
        id="no table"),
    pytest.param(CLIENT + 'architecture = "x"', [
        ("ligne 4 : « architecture » est une table, avec ses propres clés ; "
        "voir « permanence import --template toml ».")], id="architecture is no text"),
    pytest.param('[[client]]\ntype = "groupe"', ["ligne 1 : le nom manque."], id="no name"),
    pytest.param('[[client]]\nnom = ""\ntype = "groupe"', [
        "ligne 2 : un texte vide ne dit rien : l’écrire, ou enlever la ligne."], id="empty name"),
    pytest.param('[[client]]\nnom = "C\\u0000"\ntype = "groupe"', [
        "ligne 2 : le texte tient un caractère nul (\\u0000) : l’enlever."], id="a null character"),
    pytest.param('[[client]]\nnom = 3\ntype = "groupe"', [
        "ligne 2 : « 3 » n’est pas un texte ; l’écrire entre guillemets."], id="a number for a name"),
    pytest.param('[[client]]\nnom = "C"', ["ligne 1 : le type de « C » manque : écrire « groupe » ou « individuel »."],
                 id="no kind"),
    pytest.param('[[client]]\nnom = "C"\ntype = "sarl"', [
        "ligne 3 : type « sarl » inconnu ; écrire « groupe » ou « individuel »."], id="unknown kind"),
    pytest.param(CLIENT + 'specialté = "x"'.replace("é", "e"), [
        "ligne 4 : clé « specialte » inconnue dans « client » ; sans doute « specialite »."], id="a slip in a key"),
    pytest.param(CLIENT + "contact_s = []", [
        "ligne 4 : clé « contact_s » inconnue dans « client » ; sans doute « contact »."], id="a slip in a table"),
    pytest.param(CLIENT + "zzz = 1", [
        ("ligne 4 : clé « zzz » inconnue dans « client » ; les clés sont : nom, type, adresse, specialite, "
        "architecture, produit, poste, contact, contrat, intervention.")], id="a key like no other"),
    pytest.param(CLIENT + 'name = "D"', ["ligne 4 : « name » et « nom » sont la même clé."], id="one key in two ways"),
    pytest.param(CLIENT + CLIENT, ["ligne 4 : « C » est déjà à la ligne 1."], id="a client twice"),
    pytest.param(CLIENT + f'adresse = "{"x" * 201}"', [
        f"ligne 4 : « {'x' * 29}… » est trop long : 200 caractères au plus."], id="a long address"),
    pytest.param(CLIENT + f'[client.architecture]\nnotes = "{"x" * 10_001}"', [
        f"ligne 5 : « {'x' * 29}… » est trop long : 10000 caractères au plus."], id="long notes"),
    pytest.param(CLIENT + "[client.architecture]\nvalidee_le = true", [
        'ligne 5 : « true » n’est pas une date ; écrire par exemple 2026-03-01 ou "01/03/2026".'], id="no date"),
    pytest.param(CLIENT + "[client.architecture]\nvalidee_le = 2026-03-01T08:00:00", [
        ("ligne 5 : « 2026-03-01T08:00:00 » n’est pas une date ; "
        'écrire par exemple 2026-03-01 ou "01/03/2026".')], id="a moment for a date"),
    pytest.param(CLIENT + '[client.architecture]\nvalidee_le = "30/02/2026"', [
        "ligne 5 : date « 30/02/2026 » illisible ; écrire par exemple 01/03/2026 ou 2026-03-01."],
        id="30 February"),
    pytest.param(CLIENT + "[[client.produit]]\nvendu = true", ["ligne 4 : le nom manque."], id="product without name"),
    pytest.param(CLIENT + '[[client.produit]]\nnom = "MediStory 4"\nvendu_par_nous = 1', [
        "ligne 6 : « 1 » : écrire true ou false."], id="one for true"),
    pytest.param(CLIENT + '[[client.produit]]\nnom = "medistory 4"\n[[client.produit]]\nnom = "MediStory4"', [
        "ligne 6 : « MediStory 4 » est déjà à la ligne 4."], id="a product twice"),
    pytest.param(CLIENT + "[[client.poste]]\nnotes = 'x'", ["ligne 4 : le nom manque."], id="workstation without name"),
    pytest.param(CLIENT + f'[[client.poste]]\nnom = "{"x" * 61}"', [
        f"ligne 5 : « {'x' * 29}… » est trop long : 60 caractères au plus."], id="a workstation's long name"),
    pytest.param(CLIENT + '[[client.poste]]\nnom = "iMac"\nfait = ["Power Napp", 3]', [
        "ligne 6 : point « Power Napp » inconnu ; sans doute « Activer Power Nap ».",
        "ligne 6 : point « 3 » inconnu ; les douze points sont dans « permanence import --template toml »."],
        id="unknown items"),
    pytest.param(CLIENT + '[[client.poste]]\nnom = "iMac"\n[[client.poste]]\nnom = "IMAC"', [
        "ligne 6 : « IMAC » est déjà à la ligne 4."], id="a workstation twice"),
    pytest.param(CLIENT + '[[client.contact]]\nsms = "0639980011"', ["ligne 4 : le nom manque."],
                 id="contact without name"),
    pytest.param(CLIENT + '[[client.contact]]\nnom = "A"', [
        "ligne 4 : ni téléphone ni mail : ce contact ne serait jamais reconnu."], id="contact without address"),
    pytest.param(CLIENT + '[[client.contact]]\nnom = "A"\nsms = []', [
        "ligne 4 : ni téléphone ni mail : ce contact ne serait jamais reconnu."], id="an empty list of numbers"),
    pytest.param(CLIENT + '[[client.contact]]\nnom = "A"\ntelephone = ["0639980011", "12"]', [
        "ligne 6 : numéro « 12 » impossible ; écrire par exemple 06 39 98 00 01 ou +33 6 39 98 00 01."],
        id="a wrong number in a list"),
    pytest.param(CLIENT + '[[client.contact]]\nnom = "A"\nmail = "a@b"', [
        "ligne 6 : adresse « a@b » illisible ; écrire par exemple accueil@exemple.fr."], id="a wrong mail address"),
    pytest.param(CLIENT + '[[client.contact]]\nnom = "A"\nsms = "0639980011"\ncanal_prefere = "fax"', [
        "ligne 7 : canal « fax » inconnu ; écrire SMS, WhatsApp ou mail."], id="an unknown channel"),
    pytest.param(CLIENT + '[[client.contact]]\nnom = "A"\nsms = "0639980011"\n'
                 '[[client.contact]]\nnom = "B"\nsms = "+33639980011"', [
        "ligne 9 : +33639980011 est déjà à A, ligne 6."], id="one phone of two people"),
    pytest.param(CLIENT + '[[client.contact]]\nnom = "A"\nsms = "0639980011"\n'
                 '[[client.contact]]\nnom = "a"\nsms = "0639980012"', [
        "ligne 7 : « a » est déjà à la ligne 4."], id="a contact twice"),
    pytest.param(CLIENT + "[[client.contrat]]\nunites = 12", [
        "ligne 4 : le début du contrat manque : debut = 2026-03-01."], id="contract without start"),
    pytest.param(CONTRACT + "unites = -3", ["ligne 6 : « -3 » unités ; écrire un nombre entier de 0 à 10000."],
                 id="units below zero"),
    pytest.param(CONTRACT + "unites = true", ["ligne 6 : « true » : écrire un nombre entier de 0 à 10000."],
                 id="units that are no number"),
    pytest.param(CONTRACT + "prix = -1", [
        'ligne 6 : « -1 » n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'], id="price below zero"),
    pytest.param(CONTRACT + 'prix = "330,005"', [
        'ligne 6 : « 330,005 » n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'],
        id="a thousandth"),
    pytest.param(CONTRACT + "prix = 1e9", [
        'ligne 6 : « 1E+9 » n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'], id="powers of ten"),
    pytest.param(CONTRACT + "prix = 100000.01", [
        'ligne 6 : « 100000.01 » n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'],
        id="too much money"),
    pytest.param(CONTRACT + 'prix = "3 30"', [
        'ligne 6 : « 3 30 » n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'], id="a stray space"),
    pytest.param(CONTRACT + "prix = true", [
        'ligne 6 : « true » n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'], id="money is no yes"),
    pytest.param(CONTRACT + "prix = [330]", [
        'ligne 6 : une liste n’est pas un montant ; écrire par exemple "330,00 €" ou 330.00.'], id="a list of money"),
    pytest.param(CONTRACT + "signe_le = {an = 2026}", [
        'ligne 6 : une table n’est pas une date ; écrire par exemple 2026-03-01 ou "01/03/2026".'],
        id="a table for a date"),
    pytest.param(CONTRACT + "fin = 2026-02-28", ["ligne 6 : le contrat finit avant de commencer."], id="reversed"),
    pytest.param(CONTRACT + 'motif_de_fin = "préavis"', [
        "ligne 4 : un motif de fin ou un préavis, sans la fin du contrat : fin = 2027-02-28."], id="ending, no end"),
    pytest.param(CONTRACT + "preavis_recu_le = 2026-03-01", [
        "ligne 4 : un motif de fin ou un préavis, sans la fin du contrat : fin = 2027-02-28."], id="notice, no end"),
    pytest.param(CONTRACT + 'fin = 2027-02-28\nmotif_de_fin = "fâché"', [
        "ligne 7 : motif de fin « fâché » inconnu ; écrire « préavis » ou « résiliation »."], id="unknown ending"),
    pytest.param(CONTRACT + "[[client.contrat]]\ndebut = 2026-03-01", [
        "ligne 6 : un contrat qui commence le 01/03/2026 est déjà plus haut."], id="a contract twice"),
    pytest.param(CONTRACT + "[[client.contrat]]\ndebut = 2027-03-01", [
        ("ligne 6 : « C » a déjà un contrat qui commence le 01/03/2026, "
        "et deux contrats ne courent pas en même temps.")], id="two contracts at a time"),
    pytest.param(CONTRACT + "[[client.contrat.avenant]]\nvaleur = 20", [
        "ligne 6 : la clause de l’avenant manque : unités, prix, compté, arrondi, garantie ou préavis.",
        "ligne 6 : la date de l’avenant manque : a_partir_du = 2026-06-01."], id="a term without its name"),
    pytest.param(CONTRACT + '[[client.contrat.avenant]]\nclause = "unités"\na_partir_du = 2026-06-01', [
        "ligne 6 : la valeur de l’avenant manque."], id="a term without value"),
    pytest.param(CONTRACT + '[[client.contrat.avenant]]\nclause = "café"\nvaleur = 1\na_partir_du = 2026-06-01', [
        "ligne 7 : clause « café » inconnue ; écrire unités, prix, compté, arrondi, garantie ou préavis."],
        id="unknown term"),
    pytest.param(CONTRACT + TERM + 'clause = "arrondi"\nvaleur = "non"', [
        "ligne 9 : arrondi « non » inconnu ; écrire « ticket » ou « séance »."], id="unknown rounding"),
    pytest.param(CONTRACT + TERM + 'clause = "garantie"\nvaleur = 25', [
        "ligne 9 : « 25 » mois : écrire un nombre entier de 0 à 24."], id="too many months"),
    pytest.param(CONTRACT + TERM + 'clause = "garantie"\nvaleur = true', [
        "ligne 9 : « true » mois : écrire un nombre entier de 0 à 24."], id="months that are no number"),
    pytest.param(CONTRACT + '[[client.contrat.avenant]]\nclause = "unités"\nvaleur = 20\na_partir_du = 2026-06-01\n'
                 '[[client.contrat.avenant]]\nclause = "forfait"\nvaleur = 30\na_partir_du = 2026-06-01', [
        "ligne 10 : « forfait » est déjà à la ligne 6."], id="a term twice from one day on"),
    pytest.param(CONTRACT + "[[client.contrat.paiement]]\nperiode = 1", [
        "ligne 6 : la date du paiement manque : paye_le = 2026-03-05.",
        'ligne 6 : le montant du paiement manque : montant = "330,00 €".',
        "ligne 6 : le moyen du paiement manque : virement ou chèque."], id="an empty payment"),
    pytest.param(CONTRACT + '[[client.contrat.paiement]]\npaye_le = 2026-11-24\nmontant = 330\nmoyen = "virement"', [
        "ligne 7 : ce paiement est daté du 24/11/2026, qui est à venir."], id="paid tomorrow"),
    pytest.param(CONTRACT + '[[client.contrat.paiement]]\npaye_le = 2026-11-23\nmontant = 0\nmoyen = "carte"', [
        'ligne 8 : le montant du paiement manque : montant = "330,00 €".',
        "ligne 9 : moyen de paiement « carte » inconnu ; écrire « virement » ou « chèque »."], id="nothing by card"),
    pytest.param(CONTRACT + "[[client.contrat.paiement]]\npaye_le = 2026-03-05\nmontant = 330\n"
                 'moyen = "virement"\nperiode = 3', [
        "ligne 10 : la période 3 ne peut pas être payée : à ce jour le contrat en a 2 payables."], id="too early"),
    pytest.param(CONTRACT.replace("\ndebut", "\nfin = 2027-02-28\ndebut") + "[[client.contrat.paiement]]\n"
                 'paye_le = 2026-03-05\nmontant = 330\nmoyen = "virement"\nperiode = 2', [
        "ligne 11 : la période 2 ne peut pas être payée : à ce jour le contrat en a 1 payable."], id="after its end"),
    pytest.param(CONTRACT + "[[client.contrat.paiement]]\npaye_le = 2026-03-05\nmontant = 330\n"
                 'moyen = "virement"\nperiode = 0', [
        "ligne 10 : période « 0 » : écrire 1 pour la première année du contrat, 2 pour la suivante."], id="period 0"),
    pytest.param(CLIENT + "[[client.intervention]]", [
        'ligne 4 : le début manque : debut = 2026-03-12T09:05:00 ou "12/03/2026 9h05".',
        'ligne 4 : la fin manque : fin = 09:22:00 ou "9h22".'], id="an empty intervention"),
    pytest.param(CLIENT + TIMES, [
        "ligne 4 : le médecin de l’intervention manque.",
        "ligne 4 : le motif de l’intervention manque.",
        "ligne 4 : dire si l’intervention était à distance : a_distance = true ou false."], id="nothing but times"),
    pytest.param(CLIENT + WORK.replace("true", '"peut-être"'), ["ligne 7 : « peut-être » : écrire true ou false."],
                 id="perhaps remote"),
    pytest.param(CLIENT + WORK + 'issue = "bof"', [
        "ligne 10 : issue « bof » inconnue ; écrire résolu, échec, commercial, éditeur ou hors périmètre."],
        id="unknown outcome"),
    pytest.param(CLIENT + WORK.replace("09:22:00", "09:04:00"), ["ligne 6 : la séance finit avant de commencer."],
                 id="work reversed"),
    pytest.param(CLIENT + WORK.replace("09:22:00", "2026-11-23T09:01:00"), [
        "ligne 6 : la séance finit dans l’avenir : le fichier reprend ce qui est passé."], id="work ahead"),
    pytest.param(CLIENT + WORK.replace("09:22:00", "2026-03-13T09:06:00"), ["ligne 6 : la séance dure plus d’un jour."],
                 id="more than a day"),
    pytest.param(CLIENT + WORK.replace("2026-03-12T09:05:00", '"hier"'), [
        f"ligne 5 : « hier » {NO_MOMENT}",
        f"ligne 6 : « 09:22:00 » {NO_MOMENT}"],
        id="yesterday"),
    pytest.param(CLIENT + WORK.replace("2026-03-12T09:05:00", "0001-01-01T00:00:00").replace("09:22:00", '"25h"'), [
        f"ligne 5 : « 0001-01-01T00:00:00 » {NO_MOMENT}",
        f"ligne 6 : « 25h » {NO_MOMENT}"],
        id="long ago"),
    pytest.param(CLIENT + WORK + WORK, ["ligne 10 : une intervention commence déjà à ce moment, ligne 4."],
                 id="one start twice"),
    pytest.param(CLIENT + WORK + "[[client.intervention.seance]]\ndebut = 2026-03-12T10:00:00\nfin = 10:10:00", [
        "ligne 10 : un début et une fin, et des séances : écrire l’un ou l’autre."], id="times in two ways"),
    pytest.param(CLIENT + '[[client.intervention]]\nmedecin = "A"\nmotif = "b"\na_distance = true\n'
                 "[[client.intervention.seance]]\ndebut = 2026-03-12T10:00:00\nfin = 10:10:00\n"
                 "[[client.intervention.seance]]\ndebut = 2026-03-12T10:09:00\nfin = 10:20:00", [
        "ligne 13 : la séance en recouvre une autre de la même intervention."], id="sittings overlap"),
    pytest.param(CLIENT + WORK + 'technicien = "Zoé"', [
        "ligne 4 : aucun technicien en service ne s’appelle « Zoé » ; sans technicien, le nom est « Reprise »."],
        id="unknown technician"),
    pytest.param(CLIENT + WORK + 'poste = "iMac"', [
        "ligne 4 : ce client n’a pas de poste « iMac » : l’ajouter, ou enlever la ligne."], id="unknown workstation"),
    pytest.param(CLIENT + WORK + "garantie_de = 2026-03-11T09:00:00", [
        "ligne 4 : garantie_de doit être le début d’une intervention antérieure du même client."],
        id="guarantee of nothing"),
    pytest.param(CLIENT + WORK + "garantie_de = 2026-03-12T09:05:00", [
        "ligne 4 : garantie_de doit être le début d’une intervention antérieure du même client."],
        id="guarantee of itself"),
]  # fmt: skip
