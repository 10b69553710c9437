"""What is asked and said while a client's file is written: its fields, its products, the validated architecture."""

from collections.abc import Sequence
from datetime import date

from bot.domain.clients import Client, ClientKind, HeldProduct
from bot.domain.desk import Verb
from bot.texts.client_file import product_words
from bot.texts.harmless import harmless, inline
from bot.texts.labels import KINDS
from bot.texts.moments import on_date
from bot.texts.posts import Button, Post, Rows, button, fits, leave, rows
from bot.texts.rich import Rich, blockquote, bold

KIND_MARKS = {"+g": ClientKind.GROUP_PRACTICE, "+i": ClientKind.INDIVIDUAL}
"""What a button that creates a client begins with; the name follows."""

FIELDS = {
    "name": "Nom",
    "kind": "Type",
    "address": "Adresse",
    "specialty": "Spécialité",
    "architecture": "Architecture",
}

PRODUCT_STATES = {
    "-": "Ne l’a pas",
    "a": "L’a, ni vendu ni installé par nous",
    "v": "Vendu par nous",
    "i": "Installé par nous",
    "vi": "Vendu et installé par nous",
}
"""By what a button says of a product: sold by us (v), installed by us (i), both, neither (C5)."""

_COUNTS = {
    ClientKind.GROUP_PRACTICE: "Ses interventions sont comptées et son solde est montré (C11)",
    ClientKind.INDIVIDUAL: "Ses interventions sont notées, jamais comptées, et aucun solde n’est montré (C11)",
}


def ask_kind(name: str, close: Sequence[str]) -> Post:
    """The kind of a new client; names that are near are shown before a file is made twice."""
    blocks: list[str | Rich] = [Rich.of("Nouveau client : ", bold(inline(name, 200)))]
    if close:
        names = ", ".join(inline(each) for each in close)
        blocks.append(f"⚠️ Un nom proche existe déjà : {names}. Si c’est le même, n’allez pas plus loin.")
    buttons = [
        button(KINDS[kind].capitalize(), Verb.CLIENT, None, f"{mark} {name}")
        for mark, kind in KIND_MARKS.items()
        if fits(Verb.CLIENT, None, f"{mark} {name}")
    ]
    if buttons:
        blocks.append("Qui tient le contrat ?")
    else:
        blocks.append(
            "Ce nom est trop long pour un bouton. Écrivez /client +g suivi du nom pour un cabinet de groupe, "
            "/client +i pour un contrat individuel."
        )
    return Post(Rich.lines(blocks, between="\n\n"), rows(*buttons))


def created(client: Client) -> Post:
    post = Post.of("Fiche créée : ", bold(inline(client.name)), f" · {KINDS[client.kind]}. Que voulez-vous y écrire ?")
    return Post(post.rich, _menu_buttons(client))


def menu(client: Client) -> Post:
    """What can be changed."""
    return Post(
        Rich.of("Que faut-il changer dans la fiche de ", bold(inline(client.name)), " ?"), _menu_buttons(client)
    )


def ask_field(client: Client, field: str, now_said: str) -> Post:
    """'Nouvelle adresse de Cabinet des Tilleuls ?', with what stands there now."""
    question = f"{FIELDS[field]} de {inline(client.name)} ? Répondez à ce message."
    if not now_said:
        return Post.of(question)
    erase = "" if field == "name" else " Un tiret seul (-) efface."
    return Post(Rich.lines([question + erase, "Aujourd’hui :", blockquote(harmless(now_said))]))


def changed(client: Client, field: str, said: str) -> str:
    """'Noté. Adresse de Cabinet des Tilleuls : 3 rue des Lilas'."""
    if not said:
        return f"Effacé de la fiche de {inline(client.name)} : {FIELDS[field].lower()}."
    return f"Noté. {FIELDS[field]} de {inline(client.name)} : {inline(said, 300)}"


def renamed(before: str, name: str) -> str:
    return f"Noté. {inline(before)} s’appelle maintenant {inline(name)}."


def ask_other_kind(client: Client, *, agreed: bool | None) -> Post:
    """What the other kind would mean for the count; nothing changes before the button is pressed."""
    other = next(kind for kind in ClientKind if kind is not client.kind)
    lines = [
        f"{inline(client.name)} · type actuel : {KINDS[client.kind]}. {_COUNTS[client.kind]}.",
        f"Type proposé : {KINDS[other]}. {_COUNTS[other]}. Ce qui est déjà inscrit ne change pas.",
    ]
    if agreed is not None:
        decided = "comptent" if agreed else "ne comptent pas"
        lines.append(
            f"⚠️ Un avenant du contrat en cours l’emporte : les interventions {decided}, quel que soit le type."
        )
    confirm = _button(client, f"Oui : {KINDS[other]}", f"type {other}")
    return Post(Rich.lines(lines, between="\n\n"), ((confirm, leave()),))


def kind_changed(client: Client) -> str:
    return f"Noté. {inline(client.name)} : {KINDS[client.kind]}."


def architecture_changed(client: Client, *, was_validated: bool) -> Post:
    """The notes are written; what the client had validated were others (C23)."""
    if not client.architecture:
        return Post.of(f"Effacé de la fiche de {inline(client.name)} : architecture.")
    again = "La validation d’avant est retirée : le client avait validé d’autres notes (C23)." if was_validated else ""
    text = Rich.lines([f"Noté. Architecture de {inline(client.name)}.", again])
    return Post(text, ((_button(client, "Validée par le client…", "valider"),),))


def ask_validation(client: Client, *, seen: str) -> Post:
    """Whether the client validated these notes; `seen` names them, so that no other notes are validated."""
    noted = client.architecture_validated_on
    return Post(
        Rich.lines(
            [
                f"Architecture de {inline(client.name)} :",
                blockquote(harmless(client.architecture)),
                f"La fiche la dit validée le {on_date(noted)}." if noted else "",
                "Validée aujourd’hui : pressez le bouton. Un autre jour : répondez par la date (12/03/2026).",
            ]
        ),
        ((_button(client, "Validée aujourd’hui", f"valider {seen} aujourd'hui"), leave()),),
    )


def validated(client: Client, on: date) -> str:
    return f"Noté. Architecture de {inline(client.name)} validée par le client le {on_date(on)} (C23)."


def products(client: Client, held: Sequence[HeldProduct], names: Sequence[str]) -> Post:
    """The contract's products and the others that the client has; one button each."""
    have = {each.product: each for each in held}
    lines = [product_words(each) for each in held] or ["Aucun produit noté."]
    offered = [*names, *(product for product in have if product not in names)]
    buttons = [
        _button(client, f"{'✓ ' if name in have else ''}{name}", f"produit {name}")
        for name in offered
        if fits(Verb.FILE, None, product_choice(client, name, "vi"))
    ]
    text = Rich.lines([bold(f"Produits de {inline(client.name)}"), *lines, "Lequel faut-il changer ?"])
    return Post(text, (*rows(*buttons), (_button(client, "Un autre, hors liste…", "autre"),)))


def ask_other_product(client: Client) -> Post:
    return Post.of(f"Quel autre produit a {inline(client.name)} ? Répondez par son nom.")


def ask_product(client: Client, product: str, now_held: str) -> Post:
    """Whether they have it, and what we had to do with it: the Prokov rule asks for both (C5)."""
    said = PRODUCT_STATES[now_held][0].lower() + PRODUCT_STATES[now_held][1:]
    text = f"{inline(product)}, {inline(client.name)}. La fiche dit : {said}. Que faut-il écrire ?"
    buttons = [
        button(label, Verb.FILE, None, product_choice(client, product, state))
        for state, label in PRODUCT_STATES.items()
        if state != now_held
    ]
    return Post(Rich.of(text), (*rows(*buttons), (leave(),)))


def product_choice(client: Client, product: str, state: str) -> str:
    """The words of a product's button: "=12 produit MediStory 4 =vi"."""
    return f"={client.id} produit {product} ={state}"


def product_changed(held: HeldProduct) -> str:
    return f"Noté : {product_words(held)}."


def product_dropped(product: str) -> str:
    return f"Noté : {inline(product)} n’est plus dans la fiche."


def _menu_buttons(client: Client) -> Rows:
    return rows(
        _button(client, "Nom", "nom"),
        _button(client, "Type", "type"),
        _button(client, "Adresse", "adresse"),
        _button(client, "Spécialité", "specialite"),
        _button(client, "Architecture", "reseau"),
        _button(client, "Architecture validée…", "valider"),
        _button(client, "Produits", "produits"),
        button("Contacts", Verb.CONTACT, None, f"={client.id}"),
        _button(client, "La fiche", ""),
    )


def _button(client: Client, text: str, words: str) -> Button:
    return button(text, Verb.FILE, None, f"={client.id} {words}".strip())
