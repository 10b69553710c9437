"""What is said at the desk of papers: which period, to whom, sent."""

from collections.abc import Sequence
from datetime import date

from bot.domain.addresses import Channel
from bot.domain.desk import Verb
from bot.texts.harmless import inline
from bot.texts.labels import CHANNELS
from bot.texts.moments import on_date
from bot.texts.posts import Button, Post, button, leave, rows
from bot.texts.rich import Rich, bold

MOST_PERIODS = 6
MOST_PEOPLE = 12


def ask_period(client_id: int, name: str, periods: Sequence[tuple[int, date, date]]) -> Post:
    """Which statement: a button for each period (its number, first and last day), the newest first."""
    buttons = [
        button(f"{on_date(first)} – {on_date(last)}", Verb.STATEMENT, None, f"={client_id} {nth}")
        for nth, first, last in periods[:MOST_PERIODS]
    ]
    older = ""
    if len(periods) > MOST_PERIODS:
        older = f" Plus ancien : /releve {inline(name)} suivi d’une date, par exemple {on_date(periods[-1][1])}."
    return Post(
        Rich.of("Relevé de ", bold(inline(name)), f" : quelle période ?{older}"), rows(*buttons, leave(), width=1)
    )


def statement_caption(name: str, starts_on: date, ends_on: date, document_id: int) -> Post:
    text = Rich.of("Relevé de ", bold(inline(name)), f", du {on_date(starts_on)} au {on_date(ends_on)}.")
    return Post(text, ((_send_button(document_id),),))


def statement_kept(name: str, starts_on: date, ends_on: date, document_id: int) -> Post:
    """It was made; by a setting, what clients wrote stays out of Telegram (principle 12)."""
    text = Rich.of(
        "Relevé de ", bold(inline(name)), f", du {on_date(starts_on)} au {on_date(ends_on)}. Le fichier reste hors de "
        "Telegram, par réglage ; « permanence statement » le donne, et un lien peut partir au client.",
    )  # fmt: skip
    return Post(text, ((_send_button(document_id),),))


def contract_caption(name: str, document_id: int) -> Post:
    return Post(Rich.of("Contrat de ", bold(inline(name)), "."), ((_send_button(document_id),),))


def coming(file_name: str) -> str:
    return f"{file_name} arrive."


def ask_to_whom(document_id: int, client: str, people: Sequence[tuple[int, str]]) -> Post:
    """Who gets the link: a button for each contact of the client's, doctors first."""
    buttons = [
        button(inline(name), Verb.SHARE, None, f"d{document_id} c{contact_id}")
        for contact_id, name in people[:MOST_PEOPLE]
    ]
    return Post(Rich.of("Envoyer à qui, chez ", bold(inline(client)), " ?"), (*rows(*buttons), (leave(),)))


def shared(name: str, channel: Channel) -> str:
    if channel is Channel.MAIL:
        return f"Le papier part à {inline(name)} par mail."
    return f"Le lien part à {inline(name)} par {CHANNELS[channel]}."


def _send_button(document_id: int) -> Button:
    return button("Envoyer au client", Verb.SHARE, None, f"d{document_id}")
