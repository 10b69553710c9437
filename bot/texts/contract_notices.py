"""What the machine says of contracts at the desk: renewals, units about to be lost, arrears, new periods, ends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.desk import Verb
from bot.rules.quota import Balance
from bot.texts.harmless import inline
from bot.texts.labels import euros, plural
from bot.texts.moments import long_date, on_date
from bot.texts.posts import Button, Post, button, rows
from bot.texts.rich import Rich, bold

SHOWN = 20


@dataclass(frozen=True, slots=True)
class ContractNotice:
    """One thing told of a contract: `said` in a line, `more` below it."""

    client_id: int
    client_name: str
    sign: str
    said: str
    more: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()

    @property
    def line(self) -> Rich:
        return Rich.of(f"{self.sign} ", bold(inline(self.client_name)), f" : {self.said}")


def notice(told: ContractNotice) -> Post:
    """It alone, with its buttons and the contract's."""
    buttons = (*told.buttons, button("Contrat", Verb.CONTRACT, None, f"={told.client_id}"))
    return Post(Rich.lines([told.line, *told.more]), rows(*buttons, width=3))


def digest(told: Sequence[ContractNotice]) -> Post:
    """Many at once as one message: after an outage nobody reads forty."""
    blocks: list[str | Rich] = [bold(f"📄 Contrats : {len(told)} choses à savoir")]
    blocks += [each.line for each in told[:SHOWN]]
    if len(told) > SHOWN:
        blocks.append(f"… et {len(told) - SHOWN} de plus : /rapport")
    clients = {each.client_id: each.client_name for each in told}
    buttons = [
        button(inline(name, 30), Verb.CONTRACT, None, f"={client_id}") for client_id, name in list(clients.items())[:8]
    ]
    return Post(Rich.lines(blocks, between="\n\n"), rows(*buttons))


def renewal(
    client_id: int, name: str, *, renews_on: date, last_on: date, price_cents: int, today: date
) -> ContractNotice:
    """The anniversary draws near (C20, C21): which date, and until when a notice would be in time (`last_on`)."""
    if today <= last_on:
        until = f"Un préavis reçu jusqu’au {long_date(last_on)} compris est dans les délais (C21)."
    else:
        until = f"Le dernier jour pour un préavis est passé : c’était le {long_date(last_on)} (C21)."
    return ContractNotice(
        client_id,
        name,
        "📅",
        f"le contrat se renouvelle le {on_date(renews_on)}, {euros(price_cents)} la période.",
        (until,),
        (button("Préavis reçu", Verb.NOTICE, None, f"={client_id}"),),
    )


def lost(
    client_id: int, name: str, *, balance: Balance, last_on: date, untold: Sequence[str], told: int
) -> ContractNotice:
    """Units are about to be lost (C10); `told` people at the client's know, the `untold` could not be reached."""
    said = f"{plural(balance.left, 'unité')} sur {balance.allowance} à utiliser jusqu’au {on_date(last_on)}."
    more = ["Ce qui n’est pas utilisé ne se reporte pas (C10)."]
    if told:
        more.append("Le client est prévenu.")
    if untold:
        more.append(f"À prévenir vous-même : {', '.join(inline(each) for each in untold)}.")
    return ContractNotice(client_id, name, "⏳", said, tuple(more))


def arrears(client_id: int, name: str, *, since_on: date, due_cents: int, period_id: int) -> ContractNotice:
    """A period is unpaid for more than 30 days (C22): said once, and nothing is done by itself."""
    return ContractNotice(
        client_id,
        name,
        "💶",
        f"période du {on_date(since_on)} impayée depuis plus de 30 jours, reste {euros(due_cents)}.",
        ("Le contrat peut être résilié (C22). Rien ne se fait tout seul.",),
        (
            button("Payé", Verb.PAID, None, f"={client_id} #{period_id}"),
            button("Résilier", Verb.TERMINATE, None, f"={client_id}"),
        ),
    )


def opened(
    client_id: int,
    name: str,
    *,
    starts_on: date,
    ends_on: date,
    allowance: int | None,
    lost_units: int | None,
    price_cents: int,
    period_id: int,
) -> ContractNotice:
    """A new period has begun (C20). `allowance` and `lost_units` are None where nothing is counted (C11)."""
    more = []
    if allowance is not None:
        more.append(f"Nouveau forfait : {plural(allowance, 'unité')}.")
    if lost_units:
        more.append(f"{plural(lost_units, 'unité perdue', 'unités perdues')} de la période précédente (C10).")
    more.append(f"À régler : {euros(price_cents)} (C24).")
    said = f"nouvelle période du {on_date(starts_on)} au {on_date(ends_on)}, par tacite reconduction."
    buttons = (button("Payé", Verb.PAID, None, f"={client_id} #{period_id}"),)
    return ContractNotice(client_id, name, "🔁", said, tuple(more), buttons)


def ended(client_id: int, name: str, *, ends_on: date) -> ContractNotice:
    """The contract's last day has passed (C13)."""
    said = f"le contrat a pris fin le {on_date(ends_on)}."
    more = ("Les demandes restent acceptées, marquées « non couvert » : rien n’est plus décompté (C13).",)
    return ContractNotice(client_id, name, "🏁", said, more)
