"""A plan told line by line: + new, ~ changed; what stays is only counted."""

from collections.abc import Iterator
from datetime import timedelta, tzinfo

from bot.services.importing.plans import (
    ClientPlan,
    ContactPlan,
    ContractPlan,
    InterventionPlan,
    Plan,
    WorkstationPlan,
)
from bot.texts import import_differences as texts


def describe(plan: Plan, *, zone: tzinfo) -> list[str]:
    """The lines of a dry run, and the counts."""
    lines = [line for client in plan.clients if client.is_changed for line in _client(client, zone)]
    return [*lines, texts.summary(new=plan.new, changed=plan.changed, unchanged=plan.unchanged)]


def _client(plan: ClientPlan, zone: tzinfo) -> Iterator[str]:
    yield texts.client_line("~" if plan.known else "+", plan.wanted.name, plan.wanted.kind)
    if plan.known and plan.known.name != plan.wanted.name:
        yield texts.renamed(plan.known.name, plan.wanted.name)
    if plan.known and plan.known.kind is not plan.wanted.kind:
        yield texts.other_kind(plan.known.kind, plan.wanted.kind)
    yield from texts.description(plan.known, plan.wanted)
    for contract in plan.contracts:
        yield from _contract(contract)
    for contact in plan.contacts:
        yield from _contact(contact)
    yield from (texts.product(product.known, product.wanted) for product in plan.products)
    yield from (_workstation(workstation) for workstation in plan.workstations)
    yield from (_intervention(intervention, zone) for intervention in plan.interventions)


def _contract(plan: ContractPlan) -> Iterator[str]:
    if plan.known is None:
        yield texts.contract_added(plan.wanted)
    else:
        yield texts.contract_changed(plan.known, plan.wanted, has_periods=plan.has_periods)
    yield from (texts.term(term.term, term.value, from_on=term.from_on) for term in plan.terms)
    for paid in plan.payments:
        yield texts.payment(paid.amount_cents, paid.method, paid_on=paid.paid_on, nth=paid.nth)


def _contact(plan: ContactPlan) -> Iterator[str]:
    yield texts.contact_line("~" if plan.known else "+", plan.name, role=plan.role)
    if plan.known and plan.known.name != plan.name:
        yield texts.contact_renamed(plan.known.name)
    if plan.known and plan.known.role != plan.role:
        yield texts.other_role(plan.known.role, plan.role)
    if plan.prefers_another:
        yield texts.other_channel(plan.known.preferred if plan.known else None, plan.preferred)
    yield from (texts.address_added(address) for address in plan.new)
    yield from (texts.address_adopted(known.address) for known in plan.adopted)


def _workstation(plan: WorkstationPlan) -> str:
    has_notes = plan.notes != (plan.known.notes if plan.known else "")
    mark = "~" if plan.known else "+"
    return texts.workstation(mark, plan.name, ticked=plan.ticked, on=plan.ticked_on, has_notes=has_notes)


def _intervention(plan: InterventionPlan, zone: tzinfo) -> str:
    entry = plan.entry
    worked = sum((sitting.ended_at - sitting.started_at for sitting in entry.sittings), timedelta(0))
    return texts.intervention(
        entry.started_at, worked, doctor=entry.doctor, reason=entry.reason, outcome=entry.outcome, zone=zone
    )
