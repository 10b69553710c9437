"""What the machine says at the desk of its own accord: reminders, alerts, what came after, what did not arrive."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.rules.quota import Balance
from bot.texts.harmless import harmless, inline
from bot.texts.labels import CHANNELS, plural
from bot.texts.moments import day_and_hour, office_span, on_date
from bot.texts.posts import Post, Rows, button, rows
from bot.texts.rich import Rich, blockquote, bold
from bot.texts.tickets import SHOWN, TicketLine, described, who
from bot.texts.undelivered import explain_undelivered

_EXCERPT = 400

_REMINDED = {
    "50": "la moitié du délai est passée",
    "75": "les trois quarts du délai sont passés",
    "90": "il ne reste presque plus de temps",
}


def reminder(line: TicketLine, name: str, *, zone: tzinfo, now: datetime) -> Post:
    """A ticket's reminder (C17); `name` is the milestone's: 50, 75, 90, breach or daily:2026-11-23."""
    due = day_and_hour(line.due_at, zone, None)  # no "demain": it may be read tomorrow
    heading = bold(f"{'🔴 URGENT · ' if line.urgent else ''}n° {line.number} · {who(line)}")
    if name in _REMINDED:
        left = f", reste {office_span(line.left)}" if line.left is not None else ""
        said = Rich.of("⏳ ", heading, f"\nÀ recontacter avant {due}{left} : {_REMINDED[name]}.")
    elif name == "breach":
        said = Rich.of("⚠️ ", heading, f"\nDÉLAI DÉPASSÉ : il fallait recontacter avant {due}.")
    else:
        late = f" ({office_span(line.left)} de retard)" if line.left else ""
        said = Rich.of("⚠️ ", heading, f"\nToujours pas recontacté : le délai a pris fin {due}{late}.")
    subject = "" if line.bodies_hidden else inline(line.subject, 100)
    return Post(Rich.lines([said, subject, _holder(line)]), _two_buttons(line))


def reminder_digest(lines: Sequence[tuple[TicketLine, str]], *, zone: tzinfo, now: datetime) -> Post:
    """Many reminders at once as one message, the late ones first."""
    ordered = sorted(lines, key=lambda item: (not item[0].urgent, item[0].due_at))
    late = sum(line.due_at <= now for line, _ in lines)
    heading = f"⏳ {plural(len(lines), 'ticket')} à recontacter" + (f", dont {late} en retard" if late else "")
    blocks: list[str | Rich] = [bold(heading)]
    blocks += [described(line, zone=zone, now=now) for line, _ in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        blocks.append(f"… et {len(ordered) - SHOWN} de plus : /tickets retard")
    buttons = [button(f"n° {line.number}", Verb.SHOW, line.number) for line, _ in ordered[:8]]
    return Post(Rich.lines(blocks, between="\n\n"), rows(*buttons, width=4))


def urgent_alert(number: int, nth: int, *, client_name: str | None = None) -> Post:
    """An urgent ticket that nobody has taken yet (C18); the first alert of it, or the nth."""
    name = f" · {inline(client_name)}" if client_name else ""
    wanted = f"{nth}e appel, personne ne l’a pris." if nth > 1 else "à prendre tout de suite."
    return Post(
        Rich.of(bold(f"🔴 URGENT · n° {number}{name}"), f" : {wanted}"),
        ((button("Je prends", Verb.TAKE, number), button("Voir", Verb.SHOW, number)),),
    )


def follow_up(
    number: int, *, body: str, subject: str = "", n_photos: int = 0, n_files: int = 0, bodies_hidden: bool = False
) -> Post:
    """The client wrote again on a ticket that is there already; `subject` is a mail's, where it is another one."""
    along = [plural(n_photos, "photo")] if n_photos else []
    along += [plural(n_files, "pièce jointe", "pièces jointes")] if n_files else []
    title = bold(inline(subject, 100)) if subject else None
    words = Rich() if bodies_hidden else Rich.lines([title, Rich(harmless(body))]).cut(_EXCERPT)
    with_ = f" ({', '.join(along)})" if along else ""
    heading = Rich.of("💬 ", bold(f"n° {number}"), f" : le client a de nouveau écrit{with_}")
    return Post(
        Rich.lines([heading, blockquote(words)]),
        ((button("Répondre", Verb.ANSWER, number), button("Voir", Verb.SHOW, number)),),
    )


def undelivered(
    number: int,
    *,
    channel: Channel,
    code: str | None,
    automatic: bool = False,
    acknowledgement: bool = True,
    other: Channel | None = None,
    reason: str | None = None,
) -> Post:
    """A message of ours did not arrive: why, and what is done about it (F24).

    `acknowledgement` is False of an automatic text that is another one: a reminder, say. `code` is the provider's;
    `reason` its meaning, a key of `texts.undelivered`, where the caller knows it.
    """
    what = "LA RÉPONSE N’EST PAS ARRIVÉE"
    if automatic:
        what = "L’accusé de réception n’est pas arrivé" if acknowledgement else "Un texte automatique n’est pas arrivé"
    why = explain_undelivered(code, reason)
    if other is not None:
        then = f"Le même texte part par {CHANNELS[other]}."
    elif automatic and acknowledgement:
        then = "Le client ne sait pas que sa demande est arrivée."
    else:
        then = "Le client n’a rien reçu : appelez-le."
    said = Rich.of("⚠️ ", bold(f"n° {number}"), f" · {what} ({CHANNELS[channel]}) : {why}.")
    return Post(Rich.lines([said, then]), ((button("Voir", Verb.SHOW, number),),))


def threshold(
    name: str, *, client_id: int, balance: Balance, ends_on: date, untold: Sequence[str] = (), is_told: bool = True
) -> Post:
    """A package runs out (C12): what is left, until when, whether somebody there is told, and who could not be."""
    if balance.beyond:
        said = f"forfait de {balance.allowance} dépassé de {plural(balance.beyond, 'unité')} (hors forfait)"
    else:
        said = f"il reste {plural(balance.left, 'unité')} sur {balance.allowance}"
    who_ = "Le client est prévenu." if is_told else "Le client n’a pas de contact à prévenir."
    if untold:
        who_ = f"À prévenir vous-même : {', '.join(inline(each) for each in untold)}."
    text = Rich.of("📊 ", bold(inline(name)), f" : {said}, jusqu’au {on_date(ends_on)}. {who_} L’aide continue (C12).")
    return Post(text, ((button("Solde", Verb.QUOTA, None, f"={client_id}"),),))


def guarantee_gone(number: int, *, of: int, units: int) -> Post:
    """The ticket that another was under the guarantee of is another client's by now (C9)."""
    counted = f"compté {units}" if units else "non compté"
    return Post.of(
        f"n° {number} : n’est plus sous garantie, le n° {of} est d’un autre client (C9). Désormais {counted}."
    )


ABOUT: Mapping[str, str] = {
    "welcome": "la bienvenue avec le numéro dédié",
    "balance": "le solde du forfait",
    "lost": "le rappel des unités bientôt perdues",
    "invitation": "l’invitation au 13-14",
    "reminder": "le rappel du 13-14",
    "cancellation": "l’annulation du 13-14",
    "statement": "le relevé",
    "contract": "le contrat",
    "answer": "la réponse à sa question",
    "agreement": "la réponse sur la mise à jour",
    "backup": "le rappel de sauvegarde",
}
"""What a client is told outside any ticket, by the `about` of `services.telling`."""


def untold(name: str, *, about: str, channel: Channel, code: str | None, reason: str | None = None) -> Post:
    """Something told outside any ticket did not arrive, and no other channel of the person's is left (F24)."""
    what = ABOUT.get(about, about)
    why = explain_undelivered(code, reason)
    who_ = inline(name) or "un contact"
    return Post.of("⚠️ ", bold(who_), f" n’a pas reçu {what} ({CHANNELS[channel]}) : {why}. À dire autrement.")


def opted_out(number: int) -> Post:
    """The client sent STOP: nothing more can be sent there."""
    return Post(
        Rich.of("🔕 ", bold(f"n° {number}"), " : le client a répondu STOP. Plus aucun texte ne peut lui être envoyé "
                "par ce canal ; il reste le téléphone."),
        ((button("Voir", Verb.SHOW, number),),),
    )  # fmt: skip


def delayed(number: int) -> Post:
    """A mail server could not hand a mail of ours over yet, and tries again."""
    return Post(
        Rich.of("⏳ ", bold(f"n° {number}"), " : notre mail n’est pas encore arrivé ; le serveur essaie de nouveau. "
                "Si c’est pressé, appelez."),
        ((button("Voir", Verb.SHOW, number),),),
    )  # fmt: skip


def messages_wait(channel: Channel, *, code: str | None, reason: str | None = None) -> Post:
    """What is said to clients by a channel has waited for a quarter of an hour; said once, until something left."""
    why = explain_undelivered(code, reason)
    return Post.of(
        "⚠️ ", bold(f"Les réponses par {CHANNELS[channel]} attendent"), f" depuis un quart d’heure : {why}. Elles "
        "partiront seules dès que possible ; ce qui est pressé se dit au téléphone."
    )  # fmt: skip


def messages_leave(channel: Channel) -> Post:
    """The channel takes messages again: what waited leaves."""
    return Post.of(f"✅ Les réponses par {CHANNELS[channel]} partent de nouveau.")


def files_wait() -> Post:
    """The scanner has been away for a quarter of an hour; said once, until it answers."""
    return Post.of(
        "⚠️ ", bold("Les pièces jointes attendent"), " depuis un quart d’heure : ClamAV ne répond pas, et rien n’est "
        "proposé sans avoir été examiné. Elles viendront seules à son retour ; prévenir l’administrateur."
    )  # fmt: skip


def files_come() -> Post:
    """The scanner answers again."""
    return Post.of("✅ ClamAV répond de nouveau : ce qui attendait est examiné.")


def copy_undelivered(number: int) -> Post:
    """Somebody who was in copy of an answer did not get it; who it was for did, as far as anybody knows."""
    return Post(
        Rich.of("⚠️ ", bold(f"n° {number}"), " : une copie de notre mail n’est pas arrivée à une personne du cabinet."),
        ((button("Voir", Verb.SHOW, number),),),
    )


def unexplained_report(inbox_id: int) -> Post:
    """A mail server says that a mail did not arrive, and it is none of ours that is known."""
    return Post.of(
        f"📭 Un rapport de non-remise ne correspond à aucun de nos mails (entrée {inbox_id}). S’il en vient d’autres, "
        "ils sont gardés sans le dire avant demain."
    )


def found_missing(count: int) -> Post:
    """The daily count found mails at the server that had not come here; they have now."""
    said = plural(count, "mail du serveur manquait ici", "mails du serveur manquaient ici")
    cards = "sa carte arrive" if count == 1 else "leurs cartes arrivent"
    return Post.of(
        f"📬 Relève du jour : {said} ; c’est rattrapé, {cards}. Prévenez l’administrateur si cela se répète."
    )


def withheld(count: int) -> Post:
    """Mails that stand in the mailbox, and that the server does not give: nobody sees them here."""
    if count == 1:
        said = "le serveur ne donne pas un mail de la boîte : il n’a pas de carte ici et est à lire"
    else:
        said = f"le serveur ne donne pas {count} mails de la boîte : ils n’ont pas de carte ici et sont à lire"
    return Post.of(f"📬 Relève du jour : {said} à la main dans la boîte. Prévenez l’administrateur.")


def kept_quietly(count: int) -> Post:
    """Newsletters and automatic mails that opened nothing (S7)."""
    return Post.of(
        f"📭 Depuis hier, {plural(count, 'mail automatique', 'mails automatiques')} sans ticket (lettres "
        f"d’information, avis de machines). « permanence mails » {'le' if count == 1 else 'les'} montre."
    )


def infected(number: int, *, name: str, found: str) -> Post:
    """ClamAV found something in a file of the client's, and it was taken away (S8); `found` is what ClamAV calls it."""
    which = f"« {inline(name)} »" if name else "un fichier joint"
    return Post(
        Rich.of("🦠 ", bold(f"n° {number}"), f" : VIRUS dans {which} ({inline(found)}). Le fichier est retiré ; ne "
                "demandez pas au client de le renvoyer, dites-lui que son poste ou son compte est peut-être touché."),
        ((button("Répondre", Verb.ANSWER, number), button("Voir", Verb.SHOW, number)),),
    )  # fmt: skip


def quarantined(number: int, *, inbox_id: int) -> Post:
    """Something arrived that the program cannot read: it may be a call for help (principle 1)."""
    return Post(
        Rich.of("⚠️ ", bold(f"n° {number} · Message illisible"), f"\nQuelque chose est arrivé, que le programme ne sait "
                f"pas lire. L’original est gardé (entrée {inbox_id}) : prévenez l’administrateur."),
        ((button("Voir", Verb.SHOW, number),),),
    )  # fmt: skip


def stranger() -> Post:
    """The one answer to somebody who may not act here: polite, and without a word of data."""
    return Post.of("Bonjour. Ce compte n’est pas ouvert au public : je ne peux rien faire pour vous ici.")


def _holder(line: TicketLine) -> str:
    return f"Pris par {inline(line.assigned_to, 30)}" if line.assigned_to else "Personne ne l’a pris"


def _two_buttons(line: TicketLine) -> Rows:
    take = () if line.assigned_to else (button("Je prends", Verb.TAKE, line.number),)
    return ((*take, button("Voir", Verb.SHOW, line.number)),)
