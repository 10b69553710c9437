"""The signature of a contract: an architecture that the client validated, then the contract, then the welcome (C23)."""

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.domain.addresses import Channel
from bot.domain.clients import Client, ClientEvent
from bot.domain.contracts import Contract
from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.contract_term import months_later
from bot.services.accounting import recount
from bot.services.contract_plan import plan_contract
from bot.services.desk import Desk
from bot.services.telling import tell_contact
from bot.texts.hours import office_hours

FARTHEST_MONTHS = 12
"""How far from today a contract may start: what lies further is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A contract that was signed, the names of those who are told the dedicated number, and of those who are not."""

    contract: Contract
    told: tuple[str, ...]
    untold: tuple[str, ...]


async def validate_architecture(desk: Desk, client: Client, *, on: date, actor: str) -> None:
    """The client agreed to how their IT is drawn up (C23), which it must be first."""
    if on > desk.today:
        raise DeskRefusal("day_ahead", on=on)
    if not client.architecture:
        raise DeskRefusal("no_architecture", client=client.name)
    if client.architecture_validated_on == on:
        raise AlreadyDone("architecture_already", client=client.name, on=on)
    await desk.uow.client_files.describe_client(replace(client, architecture_validated_on=on))
    await desk.uow.client_files.add_client_event(
        ClientEvent(client.id, desk.now, "architecture validated", actor, {"on": on.isoformat()})
    )


async def check_signature(desk: Desk, client: Client, *, starts_on: date | None = None) -> None:
    """Raise the `DeskRefusal` that stands against signing: no valid architecture, dates that overlap or are far off."""
    if client.architecture_validated_on is None:
        raise DeskRefusal("architecture_first", client=client.name)
    if starts_on is None:
        return
    if not months_later(desk.today, -FARTHEST_MONTHS) <= starts_on <= months_later(desk.today, FARTHEST_MONTHS):
        raise DeskRefusal("start_far_off", on=starts_on)
    for contract in await desk.uow.contracts.contracts_of(client.id):
        if contract.starts_on == starts_on:
            raise AlreadyDone("contract_already", client=client.name, on=starts_on)
        if contract.ends_on is None or contract.ends_on >= starts_on:
            raise DeskRefusal("contracts_overlap", client=client.name, on=contract.starts_on)


async def sign(desk: Desk, client: Client, *, starts_on: date, actor: str) -> Signed:
    """Make the contract with the shop's price and package, plan its life, welcome each contact (C10, C23, C24)."""
    await check_signature(desk, client, starts_on=starts_on)
    contract = await desk.uow.contracts.add_contract(
        client.id,
        starts_on=starts_on,
        allowance_units=desk.policy.allowance_units,
        ends_on=None,
        now=desk.now,
        signed_on=desk.today,
        price_cents=desk.policy.price_cents,
    )
    await plan_contract(desk, contract)
    await recount(desk, client, since=starts_on, author=actor)
    told, untold = await _welcome(desk, client)
    data: dict[str, object] = {"contract": contract.id, "starts_on": starts_on.isoformat(), "told": len(told)}
    await desk.uow.client_files.add_client_event(ClientEvent(client.id, desk.now, "contract signed", actor, data))
    return Signed(contract, tuple(told), tuple(untold))


async def _welcome(desk: Desk, client: Client) -> tuple[list[str], list[str]]:
    """Without a number of ours there is nothing to tell; everybody is then still to be told."""
    told: list[str] = []
    untold: list[str] = []
    has_number = bool(desk.policy.sms_number or desk.policy.whatsapp_number)
    for contact in await desk.uow.directory.contacts_of(client.id):
        known = await tell_contact(desk, contact, partial(_worded, desk), about="welcome") if has_number else None
        (untold if known is None else told).append(contact.name)
    return told, untold


def _worded(desk: Desk, channel: Channel) -> str:
    return desk.context.texts.welcome(
        sms_number=desk.policy.sms_number,
        whatsapp_number=desk.policy.whatsapp_number,
        hours=office_hours(desk.policy.hours),
        shop=desk.policy.shop,
        channel=channel,
    )
