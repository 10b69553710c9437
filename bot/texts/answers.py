"""What a technician is answered after an order: a few words for what was done, a post for what is asked.

Words fit into the answer to a pressed button (200 characters) and name their ticket.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.domain.tickets import Media
from bot.texts.harmless import harmless, inline
from bot.texts.labels import CHANNELS, phone_label, plural
from bot.texts.moments import day_and_hour, span
from bot.texts.posts import Post, button
from bot.texts.rich import Rich, blockquote, bold

_MOST_PAGES = 20
_LONGEST = 4096


def taken(number: int, *, from_name: str | None = None) -> str:
    """`from_name` is who had it until now."""
    return _of(number, f"repris à {inline(from_name, 30)}." if from_name else "vous l’avez pris.")


def ask_answer(number: int, *, to: str = "") -> Post:
    """Asks for the text to send; it is sent as an answer to this message."""
    whom = f" ({inline(to, 40)})" if to else ""
    return _asked(number, f"répondez à CE message : votre texte part tel quel au client{whom}.")


def answer_queued(number: int, channel: Channel, *, other: bool = False) -> str:
    """`other`: not by the channel the client wrote on, which is closed to us."""
    instead = ", faute de mieux" if other else ""
    return _of(number, f"votre réponse part par {CHANNELS[channel]}{instead}.")


def noted(number: int) -> str:
    return _of(number, "note gardée. Le client n’en voit rien.")


def started(number: int, at: datetime, *, is_backed_up: bool, zone: tzinfo, now: datetime) -> str:
    """Echoes the moment as it was understood, and says when nobody has confirmed the client's backup (C25)."""
    backup = "" if is_backed_up else f" Sauvegarde non confirmée : /sauvegarde {number}"
    return _of(number, f"intervention commencée {day_and_hour(at, zone, now)}.{backup}")


def backup_asked(number: int, channel: Channel) -> str:
    return _of(number, f"le rappel de sauvegarde part par {CHANNELS[channel]}. Le délai court toujours.")


def backup_confirmed(number: int) -> str:
    return _of(number, "sauvegarde confirmée.")


def ended(number: int, *, at: datetime, worked: timedelta, total: timedelta, zone: tzinfo, now: datetime) -> str:
    """Echoes the end as it was understood, the length of the sitting and, where there were several, of all of them."""
    several = f", {span(total)} en tout" if total > worked else ""
    return _of(number, f"séance finie {day_and_hour(at, zone, now)}, durée : {span(worked)}{several}.")


def closed(number: int, *, outcome: str, counted: int, left: int | None = None, beyond: int = 0) -> str:
    """`left` is None where no quota is kept: an individual contract, an unknown sender."""
    units = f"compté {counted}" if counted else "non compté"
    rest = f" Hors forfait de {beyond}." if beyond else f" Il reste {left}." if left is not None else ""
    return _of(number, f"clos ({outcome}), {units}.{rest}")


def reopened(number: int) -> str:
    return _of(number, "rouvert. Ce qui a été compté le reste jusqu’à la prochaine clôture.")


def made_urgent(number: int) -> str:
    return _of(number, "passé en URGENT. L’alerte se répète tant que personne ne l’a pris.")


def made_normal(number: int) -> str:
    return _of(number, "repassé en normal. Plus d’alerte.")


def appointment(number: int, at: datetime, *, zone: tzinfo, now: datetime) -> str:
    """Echoes the moment as it was understood; with its date, because it will be read again."""
    return _of(number, f"rendez-vous {day_and_hour(at, zone, None)}. Le délai est arrêté.")


def called(number: int, *, client: str, contact: str, due_at: datetime, zone: tzinfo) -> str:
    """A call that a technician took has become a ticket. `contact` is who called, as far as anybody said."""
    who = inline(client) + (f", {inline(contact, 40)}" if contact else "")
    ask = "" if contact else f" Qui a appelé ? /rattacher {number} et son nom : sans cela, personne à qui répondre."
    return _of(number, f"appel noté ({who}). À recontacter avant {day_and_hour(due_at, zone, None)}.{ask}")


def attached(number: int, *, client: str, contact: str = "", others: Sequence[int] = ()) -> str:
    """Where an unknown sender belongs; `others` are their further tickets, which follow."""
    person = f" ({inline(contact, 40)})" if contact else ""
    also = f" Suivent aussi : {', '.join(f'n° {other}' for other in others)}." if others else ""
    return _of(number, f"rattaché à {inline(client)}{person}. Cet expéditeur sera reconnu désormais.{also}")


def ask_client(number: int, suggestions: Sequence[tuple[int, str]] = ()) -> Post:
    """Whose sender is this? `suggestions` are (client id, name); a button carries "=7" for the client 7."""
    typed = f"/rattacher {number} suivi du nom du client"
    if not suggestions:
        return _asked(number, f"à quel client ? Tapez {typed}.")
    choices = tuple((button(inline(name, 40), Verb.ATTACH, number, f"={id}"),) for id, name in suggestions[:8])
    return Post(_asked(number, f"à quel client ? Choisissez, ou tapez {typed}.").rich, choices)


def ask_block(number: int, *, label: str) -> Post:
    """Blocking loses somebody's messages: it is asked again."""
    yes, no = button("Oui, bloquer", Verb.BLOCK, number, "oui"), button("Annuler", Verb.CANCEL, number)
    asked = _asked(
        number, f"bloquer {inline(phone_label(label), 40)} ? Ses prochains messages n’ouvriront plus aucun ticket."
    )
    return Post(asked.rich, ((yes, no),))


def blocked(number: int, *, label: str) -> str:
    return _of(
        number,
        f"expéditeur bloqué ({inline(phone_label(label), 40)}). Ses messages n’ouvriront plus de ticket. "
        f"Pour débloquer : /bloquer {number} non",
    )


def unblocked(number: int) -> str:
    return _of(number, "expéditeur débloqué. Ses prochains messages arriveront.")


def merged(source: int, target: int) -> str:
    return _of(source, f"joint au n° {target}, où sont ses messages. Le n° {source} est clos comme doublon.")


def cancelled(number: int) -> str:
    return _of(number, "pas clos. Vos réponses sont gardées pour la prochaine fois.")


def left() -> str:
    """A question was left by its button « Annuler »."""
    return "Abandonné : rien n’est changé."


def file_coming(number: int, piece: Media) -> str:
    return _of(number, f"{_thing(piece)} arrive.")


def file_caption(number: int, piece: Media) -> str:
    """'Photo du n° 41', 'Message vocal du n° 41', 'Bilan.pdf, du n° 41'."""
    if piece.name:
        return f"{inline(piece.name)}, du n° {number}"
    thing = _thing(piece).partition(" ")[2]
    return f"{thing[:1].upper()}{thing[1:]} du n° {number}"


def _thing(piece: Media) -> str:
    if piece.name:
        return "le fichier"
    return "le message vocal" if piece.content_type.startswith("audio/") else "la photo"


def whole_text(number: int, body: str) -> tuple[Post, ...]:
    """A client's text in full, over as many messages as it takes; at most 20, some 80,000 characters."""
    pages = Rich.of(bold(f"n° {number} · texte entier"), "\n\n", blockquote(harmless(body))).pages()
    shown = pages[:_MOST_PAGES]
    if len(pages) > len(shown):
        shown = (*shown[:-1], shown[-1].cut(_LONGEST - 1) + "…")
    return tuple(Post(page) for page in shown)


def whole_text_coming(number: int, pages: int) -> str:
    return _of(number, f"le texte entier arrive ({plural(pages, 'message')}).")


def _of(number: int, said: str) -> str:
    return f"n° {number} : {said}"


def _asked(number: int, question: str) -> Post:
    return Post.of(bold(f"n° {number}"), " : ", question)
