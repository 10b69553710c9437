"""A plan told line by line: + new, ~ changed; what stays is only counted."""

from collections.abc import Iterator

from bot.services.importing.plan import ClientPlan, ContactPlan, ContractPlan, Plan
from bot.texts import importing as texts


def describe(plan: Plan) -> list[str]:
    """The lines of a dry run, and the counts."""
    lines = [line for client in plan.clients if client.is_changed for line in _client(client)]
    return [*lines, texts.summary(new=plan.new, changed=plan.changed, unchanged=plan.unchanged)]


def _client(plan: ClientPlan) -> Iterator[str]:
    yield texts.client_line("~" if plan.known else "+", plan.name, plan.kind)
    if plan.known and plan.known.name != plan.name:
        yield texts.renamed(plan.known.name, plan.name)
    if plan.known and plan.known.kind is not plan.kind:
        yield texts.other_kind(plan.known.kind, plan.kind)
    if plan.contract and plan.contract.is_changed:
        yield _contract(plan.contract)
    for contact in plan.contacts:
        if contact.is_changed:
            yield from _contact(contact)


def _contract(plan: ContractPlan) -> str:
    if plan.known is None:
        return texts.contract_added(plan.starts_on, units=plan.allowance_units, ends_on=plan.ends_on)
    return texts.contract_changed(
        plan.starts_on,
        units=(plan.known.allowance_units, plan.allowance_units),
        ends_on=(plan.known.ends_on, plan.ends_on),
        has_periods=plan.has_periods,
    )


def _contact(plan: ContactPlan) -> Iterator[str]:
    yield texts.contact_line("~" if plan.known else "+", plan.name, role=plan.role)
    if plan.known and plan.known.name != plan.name:
        yield texts.contact_renamed(plan.known.name)
    if plan.known and plan.known.role != plan.role:
        yield texts.other_role(plan.known.role, plan.role)
    yield from (texts.address_added(address) for address in plan.new)
    yield from (texts.address_adopted(known.address) for known in plan.adopted)
