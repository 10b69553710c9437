"""What a technician is answered after an order: what was done, with the number of the ticket."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.texts.harmless import inline
from bot.texts.labels import CHANNELS, plural
from bot.texts.moments import day_and_hour, span
from bot.texts.posts import Post, button
from bot.texts.rich import Rich, bold


def taken(number: int, by: str) -> Post:
    return _of(number, f"pris par {inline(by, 30)}.")


def ask_reply(number: int, *, to: str = "") -> Post:
    """Asks for the text to send; it is sent as an answer to this message."""
    whom = f" ({inline(to, 40)})" if to else ""
    return _of(number, f"répondez à CE message : votre texte part tel quel au client{whom}.")


def reply_queued(number: int, channel: Channel) -> Post:
    return _of(number, f"votre réponse part par {CHANNELS[channel]}. Le délai s’arrête dès qu’elle est acceptée.")


def noted(number: int) -> Post:
    return _of(number, "note gardée ; le client n’en voit rien.")


def ask_note(number: int) -> Post:
    return _of(number, "répondez à CE message : votre note reste au bureau, le client n’en voit rien.")


def started(number: int, at: datetime, *, zone: tzinfo, now: datetime) -> Post:
    """Echoes the moment as it was understood."""
    post = _of(number, f"intervention commencée {day_and_hour(at, zone, now)}.")
    return Post(post.rich, ((button("Terminer", Verb.END, number),),))


def ended(number: int, *, at: datetime, worked: timedelta, total: timedelta, zone: tzinfo, now: datetime) -> Post:
    """Echoes the end, the length of the sitting and, where there were several, of all of them."""
    several = f", {span(total)} en tout" if total > worked else ""
    post = _of(number, f"séance finie {day_and_hour(at, zone, now)} : {span(worked)}{several}.")
    return Post(post.rich, ((button("Clore", Verb.CLOSE, number), button("Reprendre", Verb.START, number)),))


def closed(number: int, *, outcome: str, counted: int, left: int | None = None, beyond: int = 0) -> Post:
    """`left` is None where nothing is counted: an individual contract, an unknown sender."""
    units = f"compté {counted}" if counted else "non compté"
    if beyond:
        rest = f" Forfait dépassé de {beyond}."
    else:
        rest = f" Il reste {left}." if left is not None else ""
    return _of(number, f"clos ({outcome}), {units}.{rest}")


def reopened(number: int, *, returned: int = 0) -> Post:
    back = f" {plural(returned, 'unité')} rendue{'s' if returned > 1 else ''} au forfait." if returned else ""
    return _of(number, f"rouvert.{back}")


def made_urgent(number: int) -> Post:
    return _of(number, "passé en URGENT : l’alerte se répète jusqu’à ce que quelqu’un le prenne.")


def made_normal(number: int) -> Post:
    return _of(number, "repassé en normal : plus d’alerte.")


def appointment_set(number: int, at: datetime, *, zone: tzinfo) -> Post:
    return _of(number, f"rendez-vous {day_and_hour(at, zone, None)}. Le délai est arrêté.")


def called(number: int, *, client: str, due_at: datetime, zone: tzinfo) -> Post:
    """A call that a technician took has become a ticket."""
    return _of(number, f"appel de {inline(client)} noté. À recontacter avant {day_and_hour(due_at, zone, None)}.")


def attached(number: int, *, client: str, contact: str = "", others: Sequence[int] = ()) -> Post:
    """Where an unknown sender belongs; `others` are their further tickets, which follow."""
    person = f" ({inline(contact)})" if contact else ""
    also = f" Suivent aussi : {', '.join(f'n° {other}' for other in others)}." if others else ""
    return _of(number, f"rattaché à {inline(client)}{person}. Ses prochains messages seront reconnus.{also}")


def ask_client(number: int, suggestions: Sequence[tuple[int, str]] = ()) -> Post:
    """Whose sender this is: `suggestions` are (client id, name)."""
    post = _of(number, "à quel client ? Choisissez, ou tapez /rattacher suivi du numéro et du nom.")
    if not suggestions:
        post = _of(number, f"à quel client ? Tapez : /rattacher {number} suivi du nom du cabinet.")
    choices = tuple((button(inline(name, 40), Verb.ATTACH, number, f"={id}"),) for id, name in suggestions[:8])
    return Post(post.rich, choices)


def blocked(number: int, *, label: str) -> Post:
    return _of(number, f"expéditeur bloqué ({inline(label, 40)}) : ses messages n’ouvriront plus rien.")


def ask_block(number: int, *, label: str) -> Post:
    """Blocking loses somebody's messages: it is asked twice."""
    post = _of(number, f"bloquer {inline(label, 40)} ? Ses prochains messages n’ouvriront plus aucun ticket.")
    yes = button("Oui, bloquer", Verb.BLOCK, number, "oui")
    return Post(post.rich, ((yes, button("Annuler", Verb.CANCEL, number)),))


def merged(source: int, target: int) -> Post:
    said = Rich.of(bold(f"n° {source}"), f" joint au n° {target} : ses messages y sont, il est clos comme doublon.")
    return Post(said, ((button(f"Voir n° {target}", Verb.SHOW, target),),))


def cancelled(number: int) -> Post:
    return _of(number, "annulé, rien n’a changé.")


def picture_coming(number: int) -> Post:
    return _of(number, "la photo arrive.")


def picture_missing(number: int) -> Post:
    return _of(number, "cette photo n’est pas encore là ; réessayez dans une minute.")


def _of(number: int, said: str) -> Post:
    return Post.of(bold(f"n° {number}"), " : ", said)
