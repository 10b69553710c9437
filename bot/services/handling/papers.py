"""Statements and contracts on paper: made and posted at the desk, sent to the client by mail or as a link."""

from datetime import timedelta

import structlog

from bot.domain.addresses import Channel
from bot.domain.clients import Client, ClientEvent, Contact
from bot.domain.documents import Document
from bot.errors import AlreadyDone, DeskRefusal, PaperError
from bot.rules.roles import doctors_first
from bot.rules.typed_dates import parse_day
from bot.services.context import Printing
from bot.services.handling.turn import Turn, as_number
from bot.services.handling.whose import client_and_words
from bot.services.printing import CONTRACT, print_contract, print_statement
from bot.services.statement import StatedPeriod, period_meant, stated_periods
from bot.services.telling import tell_contact
from bot.texts import papers as texts
from bot.texts.posts import Post

LINK_LASTS = timedelta(days=30)
DOCUMENTS_PATH = "/documents"
_SHARED = "shared"

log = structlog.get_logger()


async def statement(turn: Turn) -> Post | str | None:
    """`/releve X [2|01/03/2026]`: a period's statement as a PDF; which period is asked where there are several."""
    client, words = await client_and_words(turn)
    periods = await stated_periods(turn.uow, client.id, turn.desk.today)
    if not periods:
        raise DeskRefusal("no_period", client=client.name)
    if not words and len(periods) > 1:
        spans = [(each.nth, each.starts_on, each.ends_on) for each in reversed(periods)]
        return texts.ask_period(client.id, client.name, spans)
    stated = period_meant(periods, words, day=parse_day(words, today=turn.desk.today))
    if stated is None:
        raise DeskRefusal("unknown_period", words=words, client=client.name)
    document = await _printed_statement(turn, client, stated)
    if not turn.policy.bodies_in_telegram:  # its reasons are clients' words
        return texts.statement_kept(client.name, stated.starts_on, stated.ends_on, document.id)
    await _post(turn, document, texts.statement_caption(client.name, stated.starts_on, stated.ends_on, document.id))
    return texts.coming(document.name) if turn.order.callback_id else None  # typed, the file answers by itself


async def share(turn: Turn) -> Post | str:
    """The buttons of papers: "=12 contrat" makes the contract, "d7" asks to whom a paper goes, "d7 c3" sends it."""
    if turn.words.startswith("="):
        return await _contract(turn)
    first, _, second = turn.words.partition(" ")
    document, client = await _document(turn, first)
    if _printing(turn).public_url is None and turn.desk.context.mail is None:
        raise DeskRefusal("no_public_url")
    if not second:
        return await _ask_to_whom(turn, document, client)
    return await _send(turn, document, client, second)


async def _contract(turn: Turn) -> str:
    client, _ = await client_and_words(turn)
    try:
        document = await print_contract(turn.uow, client, printing=_printing(turn), policy=turn.policy, now=turn.now)
    except PaperError as problem:
        raise _failed(client, problem) from problem
    if document is None:
        raise DeskRefusal("no_contract_to_print", client=client.name)
    await _post(turn, document, texts.contract_caption(client.name, document.id))
    return texts.coming(document.name)


async def _printed_statement(turn: Turn, client: Client, stated: StatedPeriod) -> Document:
    try:
        return await print_statement(
            turn.uow, client, stated, printing=_printing(turn), policy=turn.policy, now=turn.now
        )
    except PaperError as problem:
        raise _failed(client, problem) from problem


async def _post(turn: Turn, document: Document, caption: Post) -> None:
    await turn.desk.file(turn.order, path=document.path, content_type=document.content_type, caption=caption)


async def _ask_to_whom(turn: Turn, document: Document, client: Client) -> Post:
    contacts = await turn.uow.directory.contacts_of(client.id)
    if not contacts:
        raise DeskRefusal("no_contact", client=client.name)
    ordered = doctors_first(contacts)
    return texts.ask_to_whom(document.id, client.name, [(contact.id, contact.name) for contact in ordered])


async def _send(turn: Turn, document: Document, client: Client, mark: str) -> str:
    """To one person: by mail the paper itself, else a link that nobody can guess, good for 30 days. A second press
    finds it sent.
    """
    contact = await _contact(turn, client, mark)
    data: dict[str, object] = {"document": document.id, "contact": contact.id}
    events = await turn.uow.client_files.client_events(client.id)
    if any(event.kind == _SHARED and event.data == data for event in events):
        raise AlreadyDone("shared_already", name=contact.name)
    link = await _link(turn, document)

    def worded(channel: Channel) -> str | None:
        sentences = turn.desk.context.texts
        if channel is Channel.MAIL:
            return sentences.told(sentences.sentence(f"{_kind(document)}_attached"), channel=channel)
        if link is None:
            return None
        text = sentences.sentence(f"{_kind(document)}_link", days=LINK_LASTS.days, link=link)
        return sentences.told(text, shop=turn.policy.shop, channel=channel)

    attached = {"path": document.path, "name": document.name, "content_type": document.content_type}
    known = await tell_contact(
        turn.desk, contact, worded, about=document.kind, automatic=False, details={"document": attached}
    )
    if known is None and link is None:
        raise DeskRefusal("no_public_url")
    if known is None:
        raise DeskRefusal("cannot_be_told", name=contact.name)
    await turn.uow.client_files.add_client_event(ClientEvent(client.id, turn.now, _SHARED, turn.actor, data))
    return texts.shared(contact.name, known.address.channel)


async def _link(turn: Turn, document: Document) -> str | None:
    """Where the paper can be seen from outside; None without a public address."""
    printing = _printing(turn)
    if printing.public_url is None:
        return None
    token = printing.new_token()
    if document.token is not None and document.expires_at is not None and document.expires_at > turn.now:
        token = document.token  # a link that somebody has already must not die with the next one
    await turn.uow.documents.share(document.id, token=token, expires_at=turn.now + LINK_LASTS)
    return f"{printing.public_url}{DOCUMENTS_PATH}/{token}"


async def _document(turn: Turn, mark: str) -> tuple[Document, Client]:
    document_id = as_number(mark[1:]) if mark.startswith("d") else None
    document = await turn.uow.documents.get(document_id) if document_id is not None else None
    if document is None or document.client_id is None:
        raise DeskRefusal("no_such_document")
    client = await turn.uow.directory.client(document.client_id)
    assert client is not None
    return document, client


async def _contact(turn: Turn, client: Client, mark: str) -> Contact:
    """The person of the button, who may have moved to another practice since: a paper never goes there (C30)."""
    contact_id = as_number(mark[1:]) if mark.startswith("c") else None
    contact = await turn.uow.directory.contact(contact_id) if contact_id is not None else None
    if contact is None or contact.client_id != client.id:
        raise DeskRefusal("not_their_contact", client=client.name)
    return contact


def _kind(document: Document) -> str:
    return "contract" if document.kind == CONTRACT else "statement"


def _printing(turn: Turn) -> Printing:
    printing = turn.desk.context.printing
    assert printing is not None, "bootstrap gives one to whoever handles orders"
    return printing


def _failed(client: Client, problem: PaperError) -> DeskRefusal:
    log.error("paper not made", client=client.id, problem=str(problem))
    return DeskRefusal("paper_failed", client=client.name)
