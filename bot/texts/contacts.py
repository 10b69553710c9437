"""A client's people: their cards, what is asked and said while they are written, joined or move to another practice."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.addresses import Channel, KnownAddress
from bot.domain.clients import Client, Contact
from bot.domain.desk import Verb
from bot.texts.client_file import address_lines, contact_line
from bot.texts.harmless import inline
from bot.texts.labels import CHANNELS, phone_label, plural
from bot.texts.posts import Button, Post, Rows, button, leave, rows
from bot.texts.rich import Rich, bold

ROLES = ("médecin", "secrétariat")
"""The roles that buttons offer; any other is typed."""

NOTED = "Noté."

ANY_CHANNEL = "-"
TELLING = (Channel.SMS, Channel.WHATSAPP, Channel.MAIL)
"""The channels that somebody can prefer: those on which a message can be sent."""

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Taken:
    """An address that is somebody else's already."""

    known: KnownAddress
    contact: Contact
    client_name: str


def people(client: Client, contacts: Sequence[tuple[Contact, Sequence[KnownAddress]]]) -> Post:
    """The contacts of a client, a button for each."""
    lines = [contact_line(contact, addresses) for contact, addresses in contacts[:_SHOWN]] or ["Aucun contact connu."]
    if len(contacts) > _SHOWN:
        lines.append(f"… et {plural(len(contacts) - _SHOWN, 'autre')} : /contact suivi du nom")
    buttons = [_button(contact, contact.name, "") for contact, _ in contacts[:_SHOWN]]
    below = (button("Nouveau contact…", Verb.CONTACT, None, f"={client.id} nouveau"), _file(client))
    return Post(Rich.lines([bold(f"Contacts de {inline(client.name)}"), *lines]), (*rows(*buttons), below))


def card(contact: Contact, client: Client, addresses: Sequence[KnownAddress], *, above: str = "") -> Post:
    """One person, and what can be done; `above` says what was just done."""
    role = f" · {inline(contact.role, 30)}" if contact.role else ""
    heading = Rich.of(bold(inline(contact.name)), role, f"\n{inline(client.name)}")
    where = address_lines(addresses) or ["Aucune adresse connue."]
    text = Rich.lines([above, Rich.lines([heading, _preferred(contact), *where])], between="\n\n")
    buttons = [
        _button(contact, "Nom", "nom"),
        _button(contact, "Rôle", "role"),
        _button(contact, "Canal préféré", "canal"),
        _button(contact, "Ajouter une adresse", "ajouter"),
        *([_button(contact, "Retirer une adresse", "retirer")] if addresses else []),
        _button(contact, "C’est un doublon", "reunir"),
        _button(contact, "Change de cabinet", "cabinet"),
        _file(client),
    ]
    return Post(text, rows(*buttons))


def ask_name(client: Client) -> Post:
    return Post.of(f"Nouveau contact de {inline(client.name)} : répondez par son nom, par exemple Dr Anne Morel.")


def ask_new_name(contact: Contact) -> Post:
    return Post.of(f"Comment s’appelle {inline(contact.name)} ? Répondez par le nom entier.")


def ask_role(contact: Contact, *, is_new: bool = False) -> Post:
    """The role by buttons, or by an answer. A contact that was just made is asked for it first."""
    made = "Ajouté. " if is_new else ""
    buttons = [_button(contact, role.capitalize(), f"role {role}") for role in ROLES if role != contact.role]
    return Post(
        Rich.of(f"{made}Quel est le rôle de {inline(contact.name)} ? Choisissez, ou répondez à ce message."),
        rows(*buttons),
    )


def ask_channel(contact: Contact, channels: Sequence[Channel]) -> Post:
    """On which of the channels that reach the person they want to be told things."""
    if not channels:
        return Post(
            Rich.of(f"{inline(contact.name)} n’a aucune adresse : il faut d’abord en ajouter une."),
            ((_button(contact, "Ajouter une adresse", "ajouter"),),),
        )
    buttons = [
        _button(contact, f"{CHANNELS[channel][0].upper()}{CHANNELS[channel][1:]}", f"canal {channel}")
        for channel in channels
    ]
    anyhow = _button(contact, "Celui de son dernier message", f"canal {ANY_CHANNEL}")
    return Post(Rich.of(f"Sur quel canal prévenir {inline(contact.name)} ?"), (*rows(*buttons, width=3), (anyhow,)))


def ask_address(contact: Contact) -> Post:
    return Post.of(
        f"Quelle adresse ajouter pour {inline(contact.name)} ? Répondez par un numéro (SMS et WhatsApp) ou un mail."
    )


def address_added(identifier: str, *, adopted: int = 0) -> str:
    """'Ajouté : +33 6 39 98 00 01.', and how many tickets were found that came from it."""
    found = ""
    if adopted:
        found = f" {plural(adopted, 'ticket venu de là est', 'tickets venus de là sont')} maintenant à ce client."
    return f"Ajouté : {inline(phone_label(identifier))}.{found}"


def address_taken(contact: Contact, taken: Taken) -> Post:
    """Whose the address is, and a button that gives it to this person."""
    where = inline(phone_label(taken.known.address.identifier))
    text = (
        f"L’adresse {where} est à {inline(taken.contact.name)} ({inline(taken.client_name)}). "
        f"La donner à {inline(contact.name)} ? Les tickets restent où ils sont."
    )
    return Post(Rich.of(text), ((_button(contact, "Oui, la lui donner", f"prendre {taken.known.id}"), leave()),))


def ask_removal(contact: Contact, addresses: Sequence[KnownAddress]) -> Post:
    """Which address is no longer this person's; a number stands once for all its channels."""
    by_identifier = {known.address.identifier: known for known in reversed(addresses)}
    buttons = [
        _button(contact, phone_label(each), f"retirer {known.id}") for each, known in reversed(by_identifier.items())
    ]
    text = (
        f"Quelle adresse n’est plus à {inline(contact.name)} ? Ses messages restent sur leurs tickets ; "
        "un message qui en viendra sera d’un expéditeur inconnu."
    )
    return Post(Rich.of(text), rows(*buttons, leave(), width=1))


def address_removed(identifier: str) -> str:
    return f"Retiré : {inline(phone_label(identifier))}."


def ask_twin(contact: Contact, others: Sequence[Contact]) -> Post:
    """With whom the person is one and the same."""
    buttons = [_button(contact, other.name, f"reunir {other.id}") for other in others[:_SHOWN]]
    text = (
        f"À qui réunir {inline(contact.name)} ? Son entrée disparaîtra, l’autre restera. "
        "Si l’autre personne est chez un autre client, répondez par son nom."
    )
    return Post(Rich.of(text), _choices(buttons))


def ask_merge(contact: Contact, other: Contact, clients: Sequence[Client], *, n_addresses: int, n_open: int) -> Post:
    """What joining two contacts does; where they are of two clients, of which one the person will be."""
    where = f"{plural(n_addresses, 'adresse')} et " if n_addresses else ""
    still_open = f", dont {n_open} {'ouvert' if n_open == 1 else 'ouverts'}" if n_open else ""
    goes = f"{where}tous ses tickets{still_open}"
    lines = [f"{inline(contact.name)} disparaît de la fiche. {inline(other.name)} reçoit {goes}. C’est définitif."]
    if len(clients) == 1:
        buttons = [_button(contact, "Oui, réunir", f"reunir {other.id} ={clients[0].id}")]
    else:
        lines.append(
            "Les deux fiches sont chez deux clients. Où est cette personne ? Chaque ticket reste chez son client."
        )
        buttons = [_button(contact, each.name, f"reunir {other.id} ={each.id}") for each in clients]
    return Post(Rich.lines(lines), rows(*buttons, leave(), width=1))


def merged(name: str, other: Contact, client: Client) -> str:
    return f"Réuni : {inline(other.name)} ({inline(client.name)}) a les adresses et les tickets de {inline(name)}."


def ask_practice(contact: Contact, client: Client, others: Sequence[Client]) -> Post:
    """To which practice the person goes."""
    buttons = [_button(contact, each.name, f"cabinet ={each.id}") for each in others]
    text = (
        f"{inline(contact.name)} quitte {inline(client.name)} pour quel client ? Répondez par son nom, ou choisissez."
    )
    return Post(Rich.of(text), _choices(buttons))


def ask_move(contact: Contact, source: Client, target: Client, *, open_tickets: Sequence[int]) -> Post:
    """What goes along and what stays; open tickets go where the technician says."""
    lines = [
        f"{inline(contact.name)} : de {inline(source.name)} vers {inline(target.name)}, avec ses adresses.",
        "Les tickets clos et le décompte restent où ils sont.",
    ]
    if not open_tickets:
        yes = _move_button(contact, "Oui, changer de cabinet", source, target, "sans")
        return Post(Rich.lines(lines), ((yes, leave()),))
    numbers = ", ".join(f"n° {number}" for number in open_tickets)
    lines.append(f"{plural(len(open_tickets), 'ticket est ouvert', 'tickets sont ouverts')} ({numbers}).")
    return Post(
        Rich.lines(lines),
        (
            (_move_button(contact, f"Laisser chez {source.name}", source, target, "sans"),),
            (_move_button(contact, f"Emmener chez {target.name}", source, target, "avec"),),
            (leave(),),
        ),
    )


def moved(contact: Contact, target: Client, *, taken: Sequence[int]) -> str:
    along = f", avec {', '.join(f'le n° {number}' for number in taken)}" if taken else ""
    return f"Noté. {inline(contact.name)} est maintenant chez {inline(target.name)}{along}."


def _preferred(contact: Contact) -> str:
    if contact.preferred is None:
        return "Canal préféré : celui de son dernier message"
    return f"Canal préféré : {CHANNELS[contact.preferred]}"


def _choices(buttons: Sequence[Button]) -> Rows:
    """With a way out; with none to choose from, the answer field opens instead."""
    return (*rows(*buttons), (leave(),)) if buttons else ()


def _move_button(contact: Contact, text: str, source: Client, target: Client, what: str) -> Button:
    return _button(contact, text, f"cabinet ={target.id} {what} {source.id}")


def _button(contact: Contact, text: str, words: str) -> Button:
    return button(text, Verb.CONTACT, None, f"@{contact.id} {words}".strip())


def _file(client: Client) -> Button:
    return button("La fiche", Verb.FILE, None, f"={client.id}")
