"""The keys of a TOML file: the French name that the template shows, and the others a person would write."""

from collections.abc import Mapping
from enum import StrEnum

from bot.rules.folding import fold


class Part(StrEnum):
    """A kind of table; the value is the French name of the key that holds it."""

    FILE = "fichier"
    CLIENT = "client"
    ARCHITECTURE = "architecture"
    PRODUCT = "produit"
    WORKSTATION = "poste"
    CONTACT = "contact"
    CONTRACT = "contrat"
    TERM = "avenant"
    PAYMENT = "paiement"
    INTERVENTION = "intervention"
    SITTING = "seance"


KEYS: Mapping[Part, Mapping[str, tuple[str, ...]]] = {
    Part.FILE: {"client": ("clients",)},
    Part.CLIENT: {
        "nom": ("name",),
        "type": ("kind",),
        "adresse": ("address",),
        "specialite": ("specialty",),
        "architecture": (),
        "produit": ("product", "produits", "products"),
        "poste": ("workstation", "postes", "workstations"),
        "contact": ("contacts",),
        "contrat": ("contract", "contrats", "contracts"),
        "intervention": ("interventions",),
    },
    Part.ARCHITECTURE: {"notes": (), "validee_le": ("validated_on", "valide_le", "validee")},
    Part.PRODUCT: {
        "nom": ("name", "produit"),
        "vendu_par_nous": ("sold_by_us", "vendu"),
        "installe_par_nous": ("installed_by_us", "installe"),
    },
    Part.WORKSTATION: {
        "nom": ("name",),
        "notes": (),
        "fait": ("done", "faits", "coche", "coches"),
        "fait_le": ("done_on", "coche_le"),
    },
    Part.CONTACT: {
        "nom": ("name",),
        "role": ("fonction",),
        "canal_prefere": ("preferred", "prefere", "canal"),
        "telephone": ("phones", "phone", "telephones", "tel"),
        "sms": (),
        "whatsapp": (),
        "mail": ("mails", "email", "courriel"),
    },
    Part.CONTRACT: {
        "debut": ("starts_on",),
        "signe_le": ("signed_on",),
        "unites": ("units", "allowance_units", "allowance", "forfait"),
        "prix": ("price",),
        "fin": ("ends_on",),
        "motif_de_fin": ("ending", "motif_fin"),
        "preavis_recu_le": ("notice_received_on",),
        "avenant": ("term", "terms", "avenants"),
        "paiement": ("payment", "payments", "paiements"),
    },
    Part.TERM: {"clause": ("term", "terme"), "valeur": ("value",), "a_partir_du": ("from_on", "des_le")},
    Part.PAYMENT: {
        "paye_le": ("paid_on", "date"),
        "montant": ("amount",),
        "moyen": ("method",),
        "periode": ("period",),
    },
    Part.INTERVENTION: {
        "debut": ("start", "started_at"),
        "fin": ("end", "ended_at"),
        "a_distance": ("remote",),
        "seance": ("sitting", "sittings", "seances"),
        "medecin": ("doctor",),
        "motif": ("reason",),
        "issue": ("outcome",),
        "technicien": ("technician",),
        "poste": ("workstation",),
        "garantie_de": ("guarantee_of",),
    },
    Part.SITTING: {"debut": ("start", "started_at"), "fin": ("end", "ended_at"), "a_distance": ("remote",)},
}
"""Of each kind of table, its keys with their other names; case, accents and hyphens don't matter."""

_NAMES = {
    part: {other: name for name, others in keys.items() for other in (name, *others)} for part, keys in KEYS.items()
}


def name_of(part: Part, written: str) -> str | None:
    """The French name of a key as it was written: "Signed-on" → "signe_le"; None for one that we don't know."""
    return _NAMES[part].get(fold(written).replace("-", "_").replace(" ", "_"))


def names_of(part: Part) -> tuple[str, ...]:
    """Every way to write a key of this kind of table."""
    return tuple(_NAMES[part])
