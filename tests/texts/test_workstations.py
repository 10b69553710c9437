"""The sheets as they are read, within what Telegram takes."""

from datetime import date

from bot.domain.workstations import ChecklistItem, Workstation
from bot.texts import workstations
from tests.texts.desk import read

DAY = date(2026, 11, 23)
IMAC = Workstation(5, 1, "iMac accueil", "", {ChecklistItem.POWER_NAP: DAY})


def test_every_item_has_its_words_and_a_short_label_for_its_button() -> None:
    assert list(workstations.ITEMS) == list(ChecklistItem)
    post = workstations.sheet(1, "Cabinet des Tilleuls", IMAC)
    ticks = [button for row in post.buttons[:6] for button in row]
    assert len(ticks) == len(ChecklistItem)
    assert max(len(button.text) for button in ticks) <= 22


def test_a_sheet() -> None:
    assert read(workstations.sheet(1, "Cabinet des Tilleuls", IMAC)).splitlines() == [
        "iMac accueil · Cabinet des Tilleuls · 1/12",
        "",
        "⬜ Rechercher les mises à jour",
        "⬜ Télécharger les mises à jour lorsqu’elles sont disponibles",
        "⬜ Installer les mises à jour de macOS",
        "⬜ Installer les mises à jour d’applications de l’App Store",
        "⬜ Éteindre l’écran : jamais",
        "⬜ Empêcher la veille automatique lorsque l’écran est éteint",
        "⬜ Suspendre l’activité des disques durs dès que possible",
        "⬜ Réactiver lors d’un accès au réseau",
        "⬜ Redémarrer automatiquement après une panne de courant",
        "✅ Activer Power Nap · 23/11/2026",
        "⬜ Accès complet au disque pour les applications Prokov",
        "⬜ Time Machine, sans rien exclure",
        "[⬜ Chercher les MAJ] [⬜ Télécharger les MAJ]",
        "[⬜ Installer macOS] [⬜ Installer App Store]",
        "[⬜ Écran : jamais] [⬜ Pas de veille auto]",
        "[⬜ Veille des disques] [⬜ Réveil réseau]",
        "[⬜ Après une panne] [✅ Power Nap]",
        "[⬜ Accès au disque] [⬜ Time Machine]",
        "[Tout cocher] [Renommer]",
        "[Notes] [Tous les postes]",
    ]


def test_a_complete_sheet_has_nothing_left_to_finish() -> None:
    done = Workstation(5, 1, "iMac", "", dict.fromkeys(ChecklistItem, DAY))
    assert "Tout cocher" not in read(workstations.sheet(1, "Dr Petit", done))
    assert workstations.tally(done) == "12/12 ✅"


def test_a_long_list_is_cut_and_says_so() -> None:
    many = [Workstation(nth, 1, f"Mac {nth}") for nth in range(1, 24)]
    text = read(workstations.sheets(1, "Cabinet", many))
    assert "Mac 20 · 0/12\n… et 3 de plus : /poste suivi du client et du nom du poste" in text
    assert "[Mac 21]" not in text


def test_what_a_stranger_wrote_orders_nothing() -> None:
    named = Workstation(5, 1, "/clore 1", "voir /clore 2")
    assert "/clore" not in read(workstations.sheet(1, "@cabinet", named))


def test_one_point_is_singular() -> None:
    assert workstations.all_ticked(1) == "✅ 1 point coché : la liste est complète."
