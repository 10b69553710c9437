"""Who plays in the demo: the clients' people, their phones and mailboxes, the technicians, and the shop's hours.

All numbers are from the ranges that France reserves for fiction, all mailboxes in domains that nobody can have.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.addresses import Channel

SMS_NUMBER = "+33639980001"
WHATSAPP_NUMBER = "+33639980002"
MAIL_ADDRESS = "assistance@permanence.example"
ACCOUNT_SID = "AC00000000000000000000000000000042"
AUTH_TOKEN = "demo-auth-token-that-opens-nothing"  # noqa: S105 - the stand-in's, made up here
BOT_TOKEN = "4242424242:demo-bot-token-that-opens-nothing-at-all"  # noqa: S105 - the same
DESK_CHAT_ID = -1002424242424
ZONE_NAME = "Europe/Paris"
OFFICE_HOURS = "mon-fri 08:00-18:30"
HOLIDAYS = "FR"
ALLOWANCE_UNITS = 12
CHANNELS = {"sms": Channel.SMS, "whatsapp": Channel.WHATSAPP, "mail": Channel.MAIL}
"""The ways in which the cast writes."""

GROUP_PRACTICE = "Cabinet des Tilleuls"
INDIVIDUAL = "Dr Anne Morel"
SPECIALTY = "médecine générale"
ARCHITECTURE = "Un serveur MediStoryStation, sauvegarde Time Machine chaque nuit sur deux disques."


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a phone and a mailbox. `client` is None for one whom nobody knows (C3)."""

    id: str
    name: str
    role: str
    number: str
    mail: str
    client: str | None

    def at(self, channel: Channel) -> str:
        """Where this channel reaches them."""
        return self.mail if channel is Channel.MAIL else self.number


@dataclass(frozen=True, slots=True)
class Colleague:
    """A technician at the desk."""

    user_id: int
    name: str
    phone: str


PEOPLE = (
    Person("lambert", "Dr Julien Lambert", "médecin", "+33639980011", "j.lambert@tilleuls.example", GROUP_PRACTICE),
    Person("nguyen", "Dr Sophie Nguyen", "médecin", "+33639980012", "s.nguyen@tilleuls.example", GROUP_PRACTICE),
    Person("secretariat", "Nadia Benali", "secrétariat", "+33639980013", "accueil@tilleuls.example", GROUP_PRACTICE),
    Person("morel", "Dr Anne Morel", "médecin", "+33639980021", "anne.morel@morel.example", INDIVIDUAL),
    Person("inconnu", "Numéro inconnu", "absent du fichier", "+33639980099", "remplacante@mail.example", None),
)
TECHNICIANS = (Colleague(7001, "Claire", "+33639980071"), Colleague(7002, "Mehdi", "+33639980072"))


def person(person_id: str) -> Person:
    """Raises KeyError when nobody in the cast has this id."""
    return {each.id: each for each in PEOPLE}[person_id]


def technician(name: str) -> Colleague:
    """Raises KeyError when nobody at the desk has this name."""
    return {each.name: each for each in TECHNICIANS}[name]


def technician_at(number: str) -> Colleague | None:
    """Which technician has this number."""
    return next((each for each in TECHNICIANS if each.phone == number), None)


def owner_of(place: str) -> Person | None:
    """Whose phone has this number, or whose mailbox this address."""
    return next((each for each in PEOPLE if place in (each.number, each.mail)), None)


def contracts_start_on(today: date) -> date:
    """A start that puts today well inside the coverage period: the first day of the month four months ago."""
    months = today.year * 12 + today.month - 1 - 4
    return date(months // 12, months % 12 + 1, 1)


def clients_toml(today: date) -> str:
    """The cast as a file that `permanence import` takes: contracts run and are paid, software is sold and installed."""
    starts_on = contracts_start_on(today)
    clients = dict.fromkeys(each.client for each in PEOPLE if each.client is not None)
    return "\n".join(line for client in clients for line in _client(client, starts_on))


def _client(name: str, starts_on: date) -> Iterator[str]:
    yield from ("[[client]]", f'nom = "{name}"', f'type = "{_kind(name)}"', f'specialite = "{SPECIALTY}"')
    yield from ("[client.architecture]", f'notes = "{ARCHITECTURE}"', f"validee_le = {starts_on}")
    for each in PEOPLE:
        if each.client == name:
            yield from ("[[client.contact]]", f'nom = "{each.name}"', f'role = "{each.role}"')
            yield from (f'telephone = "{each.number}"', f'mail = "{each.mail}"')
    yield from ("[[client.produit]]", 'nom = "MediStory 4"', "vendu_par_nous = true", "installe_par_nous = true")
    yield from ("[[client.contrat]]", f"debut = {starts_on}", f"signe_le = {starts_on}", f"unites = {ALLOWANCE_UNITS}")
    yield from ("[[client.contrat.paiement]]", f"paye_le = {starts_on}", 'montant = "330,00 €"', 'moyen = "virement"')


def _kind(client: str) -> str:
    return "groupe" if client == GROUP_PRACTICE else "individuel"
