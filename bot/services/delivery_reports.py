"""Delivery reports: they come repeated and out of order, and a state only ever moves forward (F24)."""

from dataclasses import replace

from bot.domain.addresses import Channel
from bot.domain.inbox import DeliveryReport, InboxEntry
from bot.domain.outbox import Outgoing
from bot.domain.tickets import DeliveryState
from bot.errors import Unreadable
from bot.rules.mail_ids import message_id_of
from bot.rules.sending import furthest
from bot.services.desk import Desk
from bot.services.mail_robots import tell_unexplained
from bot.services.telling import untold
from bot.services.undelivered import undelivered
from bot.texts import notices

_NOT_ARRIVED = (DeliveryState.FAILED, DeliveryState.UNDELIVERED)


async def record(desk: Desk, entry: InboxEntry, report: DeliveryReport) -> None:
    """Write down how far a message got. A report on one we don't know yet waits in the inbox for its id."""
    if not await desk.uow.inbox.settle(entry.id, desk.now) or await _apply(desk, report):
        return
    if Channel.MAIL in report.channels:  # Twilio's waits in the inbox until we know the id
        await desk.uow.inbox.remark(entry.id, "robot:bounce")
        await tell_unexplained(desk, entry)


async def apply_report(desk: Desk, entry: InboxEntry) -> None:
    """Apply a report that came before its message's id was known; one in quarantine says nothing."""
    try:
        reading = desk.context.parsers[entry.source](entry)
    except Unreadable:
        return
    if isinstance(reading, DeliveryReport):
        await _apply(desk, reading)


async def _apply(desk: Desk, report: DeliveryReport) -> bool:
    """Apply it to the message that it is about; False when that is none of ours."""
    row = await desk.uow.outbox.by_provider_id(report.channels, report.provider_id)
    if row is None:
        return await _apply_before_recorded(desk, report)
    if (meant := _but_for_copies(report, row)) is None:
        await tell_of_copy(desk, row)
    elif row.message_id is not None:
        await _apply_to_message(desk, row, row.message_id, meant)
    elif "contact" in row.payload:
        await _apply_to_told(desk, row, meant)
    return True


async def _apply_before_recorded(desk: Desk, report: DeliveryReport) -> bool:
    """A bounce can come while we do not know yet that a server took the mail: it was cut behind the final dot (F21).

    It is not sent again then, and has failed; a copy that bounces only says that the mail was taken.
    """
    mail = desk.context.mail
    if mail is None or Channel.MAIL not in report.channels:
        return False
    row = await desk.uow.outbox.of_mail(message_id_of(report.provider_id, mail.address.identifier))
    if row is None or row.message_id is None:
        return False
    if (meant := _but_for_copies(report, row)) is None:
        await tell_of_copy(desk, row)
        return True
    await desk.uow.outbox.failed(row.id, desk.now, code=meant.error_code, problem="a mail server reports it")
    await _apply_to_message(desk, row, row.message_id, meant)
    return True


async def _apply_to_told(desk: Desk, row: Outgoing, report: DeliveryReport) -> None:
    """It is about what a contact was told outside any ticket."""
    is_undone = report.state in _NOT_ARRIVED and await desk.uow.outbox.undone(row.id, desk.now, code=report.error_code)
    if is_undone:
        await untold(desk, row, report.error_code)


async def _apply_to_message(desk: Desk, row: Outgoing, message_id: int, report: DeliveryReport) -> None:
    message = await desk.uow.messages.get(message_id)
    if message is None or furthest(message.state, report.state) is message.state:
        return
    if report.state in _NOT_ARRIVED:
        await undelivered(desk, row, report.state, report.error_code)
        return
    await desk.uow.messages.set_state(message.id, report.state, error_code=message.error_code)
    ticket = await desk.uow.tickets.get(message.ticket_id)
    if ticket is not None and not message.automatic:
        await desk.refresh(ticket)


def _but_for_copies(report: DeliveryReport, row: Outgoing) -> DeliveryReport | None:
    """The report with the code of who the mail was for; None where it means nobody but people in copy.

    An address that neither is may be where the client's mails go on to, and whoever is not named may be the client.
    """
    cc = row.payload.get("cc")
    copies = cc if isinstance(cc, list) else []
    meant = [each for each in report.reported if each.recipient is None or each.recipient.identifier not in copies]
    if report.reported and not meant:
        return None
    return replace(report, error_code=next((each.status for each in meant if each.status), report.error_code))


async def tell_of_copy(desk: Desk, row: Outgoing) -> None:
    """A mail did not reach somebody in copy: the clock goes by the one that it was for (C16)."""
    assert row.ticket_id is not None  # copies are of tickets' answers alone
    await desk.notify(notices.copy_undelivered(row.ticket_id), ticket=row.ticket_id)
