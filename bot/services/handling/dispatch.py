"""What technicians order, carried out: one unit of work an order, that also marks its update handled (F7, F8)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.desk import Order, Verb
from bot.domain.inbox import InboxEntry
from bot.domain.outbox import Rank
from bot.errors import DeskRefusal
from bot.services.context import Context
from bot.services.desk import Desk
from bot.services.handling import (
    agreements,
    answering,
    backups,
    calling,
    changes,
    client_file,
    closing,
    contacts,
    contract_amendments,
    contract_endings,
    contract_payments,
    contracts,
    covering,
    identifying,
    looking,
    meetings,
    papers,
    reports,
    taking,
    tracing,
    workstations,
)
from bot.services.handling.turn import INQUIRY, Turn, as_number
from bot.services.media_due import want
from bot.texts.notices import stranger
from bot.texts.posts import Post
from bot.texts.refusals import refusal as explain_refusal

Said = str | Post | None
"""What a handler answers: a few words (a toast on a button), a post, or nothing more."""

HANDLERS: Mapping[Verb, Callable[[Turn], Awaitable[Said]]] = {
    Verb.HELP: looking.help_,
    Verb.HELLO: looking.hello,
    Verb.LIST: looking.list_,
    Verb.SHOW: looking.show,
    Verb.CLIENT: client_file.client,
    Verb.QUOTA: client_file.quota,
    Verb.FILE: client_file.file,
    Verb.CONTACT: contacts.contact,
    Verb.WHY: looking.why,
    Verb.SEARCH: looking.search,
    Verb.MEDIA: looking.media,
    Verb.WHOLE: looking.whole,
    Verb.TAKE: taking.take,
    Verb.URGENT: taking.urgent,
    Verb.NORMAL: taking.normal,
    Verb.REOPEN: taking.reopen,
    Verb.APPOINTMENT: taking.appointment,
    Verb.ANSWER: answering.answer,
    Verb.REPLY: answering.reply,
    Verb.NOTE: answering.note,
    Verb.START: tracing.start,
    Verb.END: tracing.end,
    Verb.TIMES: tracing.times,
    Verb.CALL: identifying.call,
    Verb.ATTEMPT: calling.attempt,
    Verb.DUTY: calling.duty,
    Verb.ATTACH: identifying.attach,
    Verb.BLOCK: identifying.block,
    Verb.MERGE: identifying.merge,
    Verb.CLOSE: closing.close,
    Verb.OUTCOME: closing.outcome,
    Verb.DOCTOR: closing.doctor,
    Verb.REASON: closing.reason,
    Verb.REMOTE: closing.remote,
    Verb.ON: covering.workstation,
    Verb.PRODUCT: covering.product,
    Verb.GUARANTEE: covering.guarantee,
    Verb.SHEET: workstations.sheet,
    Verb.CHANGE: changes.change,
    Verb.AGREEMENT: agreements.decide,
    Verb.BACKUP: backups.backup,
    Verb.CONTRACT: contracts.contract,
    Verb.PAID: contract_payments.paid,
    Verb.NOTICE: contract_endings.notice,
    Verb.TERMINATE: contract_endings.terminate,
    Verb.TERM: contract_amendments.term,
    Verb.STATEMENT: papers.statement,
    Verb.SHARE: papers.share,
    Verb.REPORT: reports.report,
    Verb.CONFIRM: closing.confirm,
    Verb.CANCEL: closing.cancel,
    Verb.MEETING: meetings.meeting,
    Verb.UNKNOWN: looking.unknown,
}


LATE = timedelta(minutes=1)
"""Within it an order is given as it is carried out: Telegram counts whole seconds, by a clock of its own."""

AWAITED = frozenset(("media_not_here", "media_not_scanned", "scanner_away"))
"""Refusals of a file that will be there soon: it is asked for now."""


async def carry_out(context: Context, entry: InboxEntry, order: Order, now: datetime) -> None:
    """Carry out one order, or answer why not. A refusal changes nothing but that it is said."""
    try:
        await context.store.write(lambda uow: _act(Desk(uow, context, now), entry, order))
    except DeskRefusal as refusal:
        reason = refusal.reason
        said = explain_refusal(reason, refusal.values, zone=context.policy.zone, now=now)
        await context.store.write(lambda uow: _refuse(Desk(uow, context, now), entry, order, said, reason))


async def _act(desk: Desk, entry: InboxEntry, order: Order) -> None:
    if not await desk.uow.inbox.settle(entry.id, desk.now):
        return
    technician = await desk.uow.directory.technician(order.user_id)
    if technician is None or not (order.is_private or order.chat_id == desk.context.desk_chat_id):
        await _turn_away(desk, order)
        return
    if order.is_private and not technician.has_private_chat:
        await desk.uow.directory.open_private_chat(technician.id)
    order = await _ordered_below(desk, order)
    turn = Turn(desk, order, technician, _given_at(entry, order, desk.now))
    await _say(desk, order, await HANDLERS[order.verb](turn))


def _given_at(entry: InboxEntry, order: Order, now: datetime) -> datetime:
    """When it was typed, if that is long ago: the program was away. A press has no time of its own."""
    is_late = order.callback_id is None and now - entry.at > LATE
    return entry.at if is_late else now


async def _ordered_below(desk: Desk, order: Order) -> Order:
    """An answer to an inquiry is the order that the inquiry names: "12 rue des Lilas" below "?fiche =12 adresse"."""
    if order.verb is not Verb.REPLY or order.reply_to is None:
        return order
    below = await desk.uow.desk_messages.find(order.chat_id, order.reply_to)
    if below is None or not below.kind.startswith(INQUIRY) or order.typed == "media":
        return order
    verb, _, words = below.kind.removeprefix(INQUIRY).partition(" ")
    return replace(order, verb=Verb(verb), words=f"{words} {order.words}".strip(), reply_to=None)


async def _refuse(desk: Desk, entry: InboxEntry, order: Order, said: Post, reason: str) -> None:
    if await desk.uow.inbox.settle(entry.id, desk.now):
        if reason in AWAITED:
            media_id = as_number(order.words)
            assert media_id is not None  # it was found
            await want(desk.uow, media_id, desk.now)
        if order.callback_id is not None:
            await desk.toast(order, said.toast, alert=True)
        else:
            await desk.say(said, rank=Rank.ANSWER, chat_id=order.chat_id, reply_to=order.message_id)


async def _say(desk: Desk, order: Order, said: Said) -> None:
    if order.callback_id is not None:
        await desk.toast(order, said if isinstance(said, str) else "")
    if isinstance(said, Post):
        await desk.say(said, rank=Rank.ANSWER, chat_id=order.chat_id, reply_to=order.message_id)
    elif said and order.callback_id is None:
        await desk.say(Post.of(said), rank=Rank.ANSWER, chat_id=order.chat_id, reply_to=order.message_id)


async def _turn_away(desk: Desk, order: Order) -> None:
    """A stranger, or a chat that is not the desk: one polite refusal and not a word of data (S3)."""
    if order.callback_id is not None:
        await desk.toast(order, stranger().toast)
        return
    key = f"turned away:{order.user_id}"
    if await desk.uow.cursors.get(key) is None:
        await desk.uow.cursors.put(key, desk.now.isoformat(), desk.now)
        await desk.say(stranger(), rank=Rank.ANSWER, chat_id=order.chat_id, reply_to=order.message_id)
