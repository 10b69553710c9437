"""A ticket's card on the desk: what a technician must know before touching it, readable at a glance and aloud."""

from dataclasses import replace
from datetime import datetime, tzinfo

from bot.domain.clients import ClientKind
from bot.domain.desk import Verb
from bot.domain.tickets import Direction, TicketState
from bot.texts.calls import attempts_line
from bot.texts.card_files import file_buttons, file_lines
from bot.texts.card_view import CardView, FollowedView, MessageView
from bot.texts.client_mails import FLAWS
from bot.texts.harmless import harmless, inline
from bot.texts.labels import (
    CHANNELS,
    DELIVERIES,
    OUTCOMES,
    RECONTACTS,
    decision_label,
    phone_label,
    plural,
    threading_label,
)
from bot.texts.moments import day_and_hour, office_span, on_date, short_moment
from bot.texts.posts import Button, Post, Rows, button
from bot.texts.rich import Rich, blockquote, bold, expandable_blockquote, head, italic

__all__ = ["Button", "CardView", "FollowedView", "MessageView", "Post", "card", "title"]

SHOWN_MESSAGES = 3
SHOWN_UNITS = 700
_SHOWN_LINES = 15
_FOLDED_FROM = 300
_SHOWN_SUBJECT = 120
_MARK = "… (suite : bouton « Texte entier »)"

ACKNOWLEDGED = {
    "sent": "Accusé de réception envoyé.",
    "off": "Accusé de réception : aucun (envoi automatique coupé).",
    "muted": "Accusé de réception : aucun (le client a répondu STOP).",
    "blocked": "Accusé de réception : aucun (expéditeur bloqué).",
    "outside_window": "Accusé de réception : aucun (plus de 24 h depuis son dernier message WhatsApp).",
    "not_written": "",
    "braked": "Accusé de réception : aucun (limite d’envois atteinte).",
    "sender_pause": "Accusé de réception : aucun (un autre message vient de lui être envoyé).",
    "sender_hourly": "Accusé de réception : aucun (déjà trois en une heure pour cet expéditeur).",
    "hourly": "Accusé de réception : aucun (limite d’envois de l’heure atteinte).",
    "daily": "Accusé de réception : aucun (limite d’envois du jour atteinte).",
    "robot": "Accusé de réception : aucun (un automate a écrit).",
    "stranger": "Accusé de réception : aucun (il répond à l’un de nos mails, d’une autre adresse).",
    "ours": "Accusé de réception : aucun (écrit depuis notre propre adresse).",
    "forged": "Accusé de réception : aucun (l’expéditeur n’est pas celui qu’il dit).",
}
"""By `rules.sending`'s codes; "braked" is any brake."""


def card(view: CardView, *, zone: tzinfo, now: datetime) -> Post:
    """The card of a ticket with the buttons that its state allows."""
    blocks = [
        Rich.lines([bold(title(view)), _sender(view), view.product]),
        _conversation(view, zone),
        Rich.lines(_standing(view, zone, now)),
        Rich.lines(_remarks(view)),
    ]
    if not view.is_closed:
        blocks.append(italic(f"à jour {short_moment(now, zone)}"))
    return Post(Rich.lines(blocks, between="\n\n"), _buttons(view))


def title(view: CardView) -> str:
    """'🔴 URGENT · n° 41 · Cabinet des Tilleuls': how a ticket is named wherever it is spoken of."""
    mark = "✅ Clos · " if view.is_closed else "🔴 URGENT · " if view.urgent else ""
    who = inline(view.client_name) if view.client_name else "expéditeur inconnu"
    return f"{mark}n° {view.number} · {who}"


def _sender(view: CardView) -> str:
    name = inline(view.contact_name) if view.contact_name else ""
    role = f", {inline(view.contact_role, 30)}" if name and view.contact_role else ""
    address = f"{CHANNELS[view.channel]} {inline(phone_label(view.address_label))}".strip()
    return " · ".join(part for part in (name + role, address) if part)


def _conversation(view: CardView, zone: tzinfo) -> Rich:
    """The last messages that people wrote, the newest last; the machine's own are no news."""
    if view.unreadable:
        return Rich("⚠️ Message illisible : l’original est gardé, à examiner.")
    written = _with_new_subjects(_written(view))
    hidden = len(written) - SHOWN_MESSAGES
    older = italic(f"{plural(hidden, 'message')} plus haut : /ticket {view.number}") if hidden > 0 else None
    return Rich.lines([older, *(_message(message, view, zone) for message in written[-SHOWN_MESSAGES:])])


def _with_new_subjects(messages: list[MessageView]) -> list[MessageView]:
    """An answer bears the subject of what it answers: it is said once, and again where another one is given."""
    shown: list[MessageView] = []
    last = ""
    for message in messages:
        is_same = message.subject == last
        last = message.subject or last
        shown.append(replace(message, subject="") if is_same else message)
    return shown


def _written(view: CardView) -> list[MessageView]:
    return [message for message in view.messages if not message.automatic]


def _message(message: MessageView, view: CardView, zone: tzinfo) -> Rich:
    if message.direction is Direction.IN:
        heading = f"Client, {short_moment(message.at, zone)}"
    elif message.direction is Direction.NOTE:
        heading = f"📝 Note interne, {short_moment(message.at, zone)}"
    else:
        state = DELIVERIES[message.state]
        author = inline(message.author, 30) if message.author else "Nous"
        heading = f"{author}, {short_moment(message.at, zone)}" + (f", {state}" if state else "")
    along = [plural(message.n_media, "photo")] if message.n_media else []
    along += [plural(len(message.files), "pièce jointe", "pièces jointes")] if message.files else []
    heading = " · ".join((heading, *along))
    is_said = message.body.strip() or message.subject
    return Rich.lines(
        [
            f"{heading} :" if is_said else heading,
            _quoted(message, view),
            *(() if view.bodies_hidden else file_lines(message.files)),
            *(FLAWS[flaw] for flaw in message.flaws),
        ]
    )


def _quoted(message: MessageView, view: CardView) -> Rich | None:
    if not message.body.strip() and not message.subject:
        return None
    if view.bodies_hidden:
        return blockquote(italic("texte gardé hors de Telegram"))
    title_ = bold(inline(message.subject, _SHOWN_SUBJECT)) if message.subject else None
    said = Rich(_head(harmless(message.body)) or ("" if title_ else "…")) + (_MARK if _is_cut(message) else "")
    body = Rich.lines([title_, said])
    return expandable_blockquote(body) if len(body) > _FOLDED_FROM else blockquote(body)


def _head(text: str) -> str:
    """What a card shows of a text: so many characters, and so many lines."""
    return "\n".join(head(text, SHOWN_UNITS).split("\n")[:_SHOWN_LINES]).rstrip()


def _is_cut(message: MessageView) -> bool:
    text = harmless(message.body)
    return _head(text) != text


def _standing(view: CardView, zone: tzinfo, now: datetime) -> list[str | Rich]:
    """Where the ticket stands: deadline or what stopped it, who has it, what is left of the package."""
    if view.is_closed:
        return [_closing(view, zone)]
    lines: list[str | Rich] = [_deadline(view, zone, now)]
    if view.appointment_at:
        lines.append(f"Rendez-vous {day_and_hour(view.appointment_at, zone, None)}")
    if view.backup_at:
        lines.append(f"Sauvegarde confirmée {short_moment(view.backup_at, zone)}")
    if view.attempts:
        lines.append(attempts_line(view.attempts, zone))
    if view.state is TicketState.IN_PROGRESS:
        lines.append("Intervention en cours : pensez à « Terminer »")
    lines.append(f"Pris par {inline(view.assigned_to, 30)}" if view.assigned_to else "Personne ne l’a pris")
    lines.append(_balance(view))
    return lines


def _deadline(view: CardView, zone: tzinfo, now: datetime) -> str | Rich:
    if view.recontacted_at:
        how = f" : {RECONTACTS[view.recontacted_by]}" if view.recontacted_by else ""
        return f"Recontacté {short_moment(view.recontacted_at, zone)}{how}"
    due = day_and_hour(view.due_at, zone, None)
    if view.due_at <= now:
        late = f" de {office_span(view.left)}" if view.left else ""
        return bold(f"⚠️ EN RETARD{late}") + f" : il fallait recontacter avant {due}"
    left = f" · reste {office_span(view.left)}" if view.left is not None else ""
    return f"À recontacter avant {due}{left}"


def _balance(view: CardView) -> str:
    if view.client_kind is ClientKind.INDIVIDUAL:
        return "Contrat individuel : jamais compté"
    if view.balance is None:
        return ""
    left, allowance = view.balance
    if left < 0:
        return f"Solde : 0 sur {allowance}, hors forfait de {-left}"
    return f"Solde : {left} sur {allowance}"


def _closing(view: CardView, zone: tzinfo) -> str:
    when = f" {short_moment(view.closed_at, zone)}" if view.closed_at else ""
    outcome = f" : {OUTCOMES[view.outcome]}" if view.outcome else ""
    return f"Clos{when}{outcome}{_counted(view)}. {_balance(view)}".strip()


def _counted(view: CardView) -> str:
    if view.units:
        return f", compté {view.units}"
    return f", non compté : {decision_label(view.decision)}" if view.decision else ""


def _remarks(view: CardView) -> list[str | Rich]:
    if view.is_closed:
        return []
    lines: list[str | Rich] = []
    if view.unidentified and not view.unreadable:
        lines.append("⚠️ Expéditeur inconnu : à rattacher à un client, ou à bloquer.")
    if view.not_covered:
        lines.append("⚠️ Non couvert : aucun contrat en cours pour ce client (C13).")
    if view.colleague_ticket:
        lines.append(f"Un collègue du même cabinet a déjà le n° {view.colleague_ticket} ouvert.")
    lines += _followed(view)
    if view.follows is None and (reason := threading_label(view.threading)):
        lines.append(f"Classement : {reason}.")
    if view.acknowledged:
        lines.append(ACKNOWLEDGED.get(view.acknowledged, ""))
    return lines


def _followed(view: CardView) -> list[str | Rich]:
    if view.follows is None:
        return []
    number = view.follows.number
    if view.unidentified:
        return [f"Répond au n° {number}, depuis une adresse qui n’est pas de ce cabinet : à joindre, si c’est voulu."]
    until = view.follows.guarantee_until
    guaranteed = f" ; sous garantie jusqu’au {on_date(until)} si c’est le même problème (C9)" if until else ""
    return [f"Suite du n° {number}{guaranteed}."]


def _joinable(view: CardView) -> int | None:
    """An open ticket that this one may be part of: a colleague's, or the one that a stranger's mail answers."""
    is_offered = view.unidentified and view.follows is not None and view.follows.is_open
    return view.follows.number if is_offered and view.follows else view.colleague_ticket


def _buttons(view: CardView) -> Rows:
    number = view.number
    if view.is_closed:
        return ((button("Rouvrir", Verb.REOPEN, number),), *_reading(view))
    running = view.state is TicketState.IN_PROGRESS
    first = [] if view.assigned_to else [button("Je prends", Verb.TAKE, number)]
    if not view.unreadable:
        first.append(button("Répondre", Verb.ANSWER, number))
    if _can_be_rung(view):
        first.append(button("Appelé, sans réponse", Verb.ATTEMPT, number))
    second = (
        button("Terminer", Verb.END, number) if running else button("Débuter", Verb.START, number),
        button("Clore", Verb.CLOSE, number),
        button("Normal", Verb.NORMAL, number) if view.urgent else button("Urgent", Verb.URGENT, number),
    )
    found = [tuple(first), second]
    if view.unidentified and not view.unreadable:
        found.append((button("Rattacher", Verb.ATTACH, number), button("Bloquer", Verb.BLOCK, number)))
    if other := _joinable(view):
        found.append((button(f"Joindre au n° {other}", Verb.MERGE, number, str(other)),))
    return (*(row for row in found if row), *_reading(view))


def _can_be_rung(view: CardView) -> bool:
    """Somebody has it, nobody has reached the client yet, and there is a number to call."""
    is_awaited = view.state is TicketState.OPEN and not view.recontacted_at and not view.unreadable
    return bool(view.assigned_to) and is_awaited and view.address_label.startswith("+")


def _reading(view: CardView) -> Rows:
    """Buttons to see what the card only mentions: pictures, the rest of a long text."""
    if view.bodies_hidden:
        return ()
    ids = [media_id for message in view.messages for media_id in message.media_ids]
    files = [each for message in view.messages for each in message.files]
    cut = [message for message in _written(view)[-SHOWN_MESSAGES:] if _is_cut(message) or message.has_whole]
    label = "Mail entier" if cut and cut[-1].has_whole else "Texte entier"
    whole = (button(label, Verb.WHOLE, view.number, str(cut[-1].id or "")),) if cut else ()
    return tuple(row for row in (*file_buttons(view.number, files, ids), whole) if row)
