"""What is left of a package, told to both sides as it runs out (C12)."""

from functools import partial

from bot.domain.addresses import Channel
from bot.domain.clients import Client, Contact
from bot.domain.contracts import CoveragePeriod
from bot.domain.outbox import Rank
from bot.ports import UnitOfWork
from bot.rules.quota import BEYOND, Balance, crossed_threshold
from bot.rules.roles import is_doctor
from bot.services.desk import Desk
from bot.services.telling import tell_contact
from bot.texts import notices


async def tell_threshold(desk: Desk, client: Client, period: CoveragePeriod, before: Balance, after: Balance) -> None:
    """Tell the technicians and the client's doctors that the balance reached 3, 1, 0 or went beyond (C12).

    Each threshold once a period, of several crossed at once the lowest only. Work written down after its period ended
    is told to nobody: there is nothing left of that package to be careful with.
    """
    crossed = crossed_threshold(before, after, thresholds=desk.policy.thresholds)
    if crossed is None or period.ends_on < desk.today:
        return
    name = f"threshold:{period.nth}:{'beyond' if crossed == BEYOND else crossed}"
    if not await desk.uow.contract_milestones.tell_once(period.contract_id, name, desk.now):
        return
    doctors = await doctors_of(desk.uow, client.id)
    worded = partial(_worded, desk, period, after)
    untold = [each.name for each in doctors if await tell_contact(desk, each, worded, about="balance") is None]
    post = notices.threshold(
        client.name,
        client_id=client.id,
        balance=after,
        ends_on=period.ends_on,
        untold=untold,
        is_told=len(untold) < len(doctors),
    )
    await desk.say(post, rank=Rank.REMINDER, silent=not desk.policy.hours.is_open(desk.now))


async def doctors_of(uow: UnitOfWork, client_id: int) -> list[Contact]:
    """The client's doctors; everybody, where nobody's role says so: somebody must be told."""
    contacts = await uow.directory.contacts_of(client_id)
    return [contact for contact in contacts if is_doctor(contact.role)] or contacts


def _worded(desk: Desk, period: CoveragePeriod, balance: Balance, channel: Channel) -> str:
    return desk.context.texts.balance(
        left=balance.left,
        beyond=balance.beyond,
        allowance=balance.allowance,
        ends_on=period.ends_on,
        shop=desk.policy.shop,
        channel=channel,
    )
