"""Papers at the desk: made, posted, and shared with the client by a link that ends."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.addresses import Channel
from bot.domain.clients import ClientKind
from bot.domain.contracts import Ending
from bot.domain.desk import Verb
from bot.domain.outbox import Kind
from bot.errors import PaperError, PermanentDeliveryError
from bot.paper.cabinet import PaperCabinet
from bot.paper.typesetter import TypstTypesetter
from bot.services.context import Printing
from bot.services.printing import contract_paper, print_statement
from bot.services.statement import stated_periods
from bot.texts.contract_wording import read_wording
from bot.texts.letterhead import Letterhead
from tests.factories import ANNE, HELENE, HELENES_MAIL, LUC, MONDAY, mail, sms, whatsapp
from tests.paper.reading import text_of
from tests.services.traced import trace

PRACTICE, ALONE = 1, 2
WORDING = read_wording("# Objet\n\n{shop} accompagne {client}.\n", source="test")


@pytest.fixture
def cabinet(tmp_path) -> Path:
    return tmp_path / "papers"


@pytest.fixture
def printing(shop, cabinet) -> Printing:
    """The shop with its press; links are called token 1, token 2 …"""
    tokens = (f"token-{nth}" for nth in range(1, 99))
    made = Printing(
        TypstTypesetter(),
        PaperCabinet(cabinet),
        Letterhead("Atelier"),
        WORDING,
        lambda: next(tokens),
        public_url="https://desk.example",
    )
    shop.context = replace(shop.context, printing=made)
    return made


async def files(shop):
    """The papers that stand in the outbox for the desk."""
    return [row for row in await shop.rows() if row.kind is Kind.FILE]


def read(path: Path) -> str:
    return text_of(path.read_bytes())


async def data_of(shop, text="quelle période|Envoyer à qui") -> list[tuple[str, str]]:
    """The buttons of the newest question that matches: (text, data)."""
    rows = [row for row in await shop.rows() if re.search(text, row.text)]
    return [(button["text"], button["data"]) for row in rows[-1].payload["buttons"] for button in row]


async def document(shop, document_id=1):
    return await shop.read(lambda uow: uow.documents.get(document_id))


async def test_a_statement_is_posted_as_a_file_and_kept(shop, printing, cabinet):
    await trace(shop, ("2026-11-20 14:10", "2026-11-20 14:32"))
    assert await shop.orders(Verb.STATEMENT, words="Tilleuls") == []  # the file is the answer
    (posted,) = await files(shop)
    assert posted.text.replace("\u00a0", " ") == "Relevé de Cabinet des Tilleuls, du 01/03/2026 au 28/02/2027."
    assert posted.payload["content_type"] == "application/pdf"
    assert posted.payload["buttons"] == [[{"text": "Envoyer au client", "data": "partager::d1"}]]
    path = Path(posted.payload["path"])
    assert path.is_relative_to(cabinet)
    assert path.name == "releve-cabinet-des-tilleuls-2026-03-2027-02.pdf"
    assert "MediStory ne se lance plus" in read(path)
    kept = await document(shop)
    assert (kept.client_id, kept.kind, kept.name, kept.path, kept.token) == (
        PRACTICE,
        "statement",
        path.name,
        str(path),
        None,
    )


async def test_of_several_periods_one_is_chosen_by_a_button(shop, printing):
    shop.clock.advance(timedelta(days=365))
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    assert await data_of(shop) == [
        ("01/03/2027 – 29/02/2028", "releve::=1 2"),
        ("01/03/2026 – 28/02/2027", "releve::=1 1"),
        ("Annuler", "annuler:"),
    ]
    assert await shop.presses(Verb.STATEMENT, words="=1 1") == [
        "releve-cabinet-des-tilleuls-2026-03-2027-02.pdf arrive."
    ]
    assert "du 01/03/2026 au 28/02/2027" in (await files(shop))[0].text
    await shop.orders(Verb.STATEMENT, words="Tilleuls 01/03/2027")
    assert "du 01/03/2027 au 29/02/2028" in (await files(shop))[1].text


async def test_of_many_periods_the_oldest_are_asked_for_by_a_date(shop, printing):
    shop.clock.advance(timedelta(days=365 * 8))
    (asked,) = await shop.orders(Verb.STATEMENT, words="Tilleuls")
    assert asked.endswith("Plus ancien : /releve Cabinet des Tilleuls suivi d’une date, par exemple 01/03/2026.")
    assert len(await data_of(shop)) == 7  # six periods, and the way out


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        pytest.param("", "Quel client ? Écrivez /releve suivi de son nom.", id="nobody named"),
        pytest.param("Zebulon", "Aucun client pour « Zebulon ». Essayez un seul mot de son nom.", id="unknown client"),
        pytest.param(
            "Tilleuls 7",
            "Cabinet des Tilleuls n’a pas de période « 7 ». /releve Cabinet des Tilleuls montre celles qu’il y a.",
            id="a period there is not",
        ),
        pytest.param(
            "Tilleuls 01/03/2020",
            "Cabinet des Tilleuls n’a pas de période « 01/03/2020 ». "
            "/releve Cabinet des Tilleuls montre celles qu’il y a.",
            id="a day without one",
        ),
    ],
)
async def test_what_cannot_be_meant_is_answered(shop, printing, words, answer):
    assert await shop.orders(Verb.STATEMENT, words=words) == [answer]
    assert await files(shop) == []


async def test_without_a_period_there_is_no_statement(shop, printing):
    await shop.write(lambda uow: uow.directory.add_client("Dr Zan", kind=ClientKind.GROUP_PRACTICE, now=MONDAY))
    assert await shop.orders(Verb.STATEMENT, words="Zan") == [
        "Dr Zan n’a encore eu aucune période de contrat : il n’y a pas de relevé. /contrat Dr Zan"
    ]
    assert await shop.presses(Verb.SHARE, words="=3 contrat") == [
        "Dr Zan n’a pas de contrat au dossier. /contrat Dr Zan pour en commencer un."
    ]


async def test_a_paper_that_cannot_be_made_is_said_and_nothing_is_written(shop, printing, cabinet):
    class Jammed(TypstTypesetter):
        def statement(self, view):
            raise PaperError("out of paper")

        def contract(self, view):
            raise PaperError("out of paper")

    shop.context = replace(shop.context, printing=replace(printing, typesetter=Jammed()))
    said = ["Le document de Cabinet des Tilleuls n’a pas pu être fait. Rien n’est parti ; prévenez l’administrateur."]
    assert await shop.orders(Verb.STATEMENT, words="Tilleuls") == said
    assert await shop.presses(Verb.SHARE, words="=1 contrat") == said
    assert not cabinet.exists()
    assert await document(shop) is None


async def test_where_clients_words_stay_out_of_telegram_the_paper_is_made_and_not_posted(shop, printing):
    shop.with_policy(bodies_in_telegram=False)
    (said,) = await shop.orders(Verb.STATEMENT, words="Tilleuls")
    assert said == (
        "Relevé de Cabinet des Tilleuls, du 01/03/2026 au 28/02/2027. Le fichier reste hors de Telegram, par réglage ; "
        "« permanence statement » le donne, et un lien peut partir au client."
    )
    assert await files(shop) == []
    await shop.presses(Verb.SHARE, words="d1 c1")
    assert (await shop.texts_to(HELENE))[-1].endswith("/documents/token-1")


async def test_what_is_aborted_leaves_a_file_that_no_row_names(shop, printing, cabinet):
    async def interrupted(uow):
        client = await uow.directory.client(PRACTICE)
        (stated,) = await stated_periods(uow, PRACTICE, MONDAY.date())
        await print_statement(uow, client, stated, printing=printing, policy=shop.context.policy, now=MONDAY)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        await shop.write(interrupted)
    assert await document(shop) is None
    assert len(list(cabinet.rglob("*.pdf"))) == 1


async def test_the_desk_gets_it_once_it_is_delivered(shop, printing):
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    await shop.deliver()
    assert [row.payload["content_type"] for row in shop.desk.sent if row.kind is Kind.FILE] == ["application/pdf"]


async def test_the_contract_is_posted_too(shop, printing):
    assert await shop.presses(Verb.SHARE, words="=1 contrat") == ["contrat-cabinet-des-tilleuls.pdf arrive."]
    (posted,) = await files(shop)
    assert posted.text == "Contrat de Cabinet des Tilleuls."
    assert "Atelier accompagne Cabinet des Tilleuls." in read(Path(posted.payload["path"]))


async def test_a_link_goes_to_one_person_and_ends_after_thirty_days(shop, printing):
    await shop.receives(HELENE)
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    assert await shop.presses(Verb.SHARE, words="d1") == ["Envoyer à qui, chez Cabinet des Tilleuls ?"]
    assert await data_of(shop) == [
        ("Dr Hélène Vasseur", "partager::d1 c1"),
        ("Luc Garnier", "partager::d1 c2"),
        ("Annuler", "annuler:"),
    ]
    assert await shop.presses(Verb.SHARE, words="d1 c1") == ["Le lien part à Dr Hélène Vasseur par SMS."]
    link = "https://desk.example/documents/token-1"
    text = f"Atelier : votre relevé d'interventions (lien valable 30 jours) : {link}"
    assert (await shop.texts_to(HELENE))[-1] == text
    kept = await document(shop)
    assert (kept.token, kept.expires_at) == ("token-1", MONDAY + timedelta(days=30))


async def test_doctors_stand_first_whatever_the_order_they_came_in(shop, printing):
    async def add(uow):
        contact = await uow.directory.add_contact("Zoé Faure", client_id=PRACTICE, role="secrétariat", now=MONDAY)
        await uow.directory.add_contact("Dr Yves Blanc", client_id=PRACTICE, role="", now=MONDAY)
        return contact

    await shop.write(add)
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    await shop.presses(Verb.SHARE, words="d1")
    assert [text for text, _ in await data_of(shop)] == [
        "Dr Hélène Vasseur",
        "Dr Yves Blanc",
        "Luc Garnier",
        "Zoé Faure",
        "Annuler",
    ]


async def test_a_second_press_sends_nothing_and_a_second_person_gets_the_same_link(shop, printing):
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    await shop.presses(Verb.SHARE, words="d1 c1")
    assert await shop.presses(Verb.SHARE, words="d1 c1") == ["Déjà fait : le lien est parti à Dr Hélène Vasseur."]
    shop.clock.advance(timedelta(days=29))
    await shop.presses(Verb.SHARE, words="d1 c2")
    assert len(await shop.texts_to(HELENE)) == 1
    assert (await shop.texts_to(LUC))[-1].endswith("/token-1")
    assert (await document(shop)).expires_at == MONDAY + timedelta(days=59)


async def test_a_link_that_has_ended_is_not_brought_back(shop, printing):
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    await shop.presses(Verb.SHARE, words="d1 c1")
    shop.clock.advance(timedelta(days=30))
    await shop.presses(Verb.SHARE, words="d1 c2")
    assert (await document(shop)).token != "token-1"


async def test_the_contracts_link_says_so(shop, printing):
    await shop.presses(Verb.SHARE, words="=1 contrat")
    await shop.presses(Verb.SHARE, words="d1 c1")
    assert "votre contrat d'accompagnement (lien valable 30 jours)" in (await shop.texts_to(HELENE))[-1]


async def test_without_a_public_address_it_says_what_to_set(shop, printing):
    shop.context = replace(shop.context, printing=replace(printing, public_url=None), mail=None)
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    (said,) = await shop.presses(Verb.SHARE, words="d1")
    assert "PERMANENCE_PUBLIC_URL" in said


async def give_helene_a_mailbox(shop):
    await shop.write(
        lambda uow: uow.directory.add_address(mail(HELENES_MAIL), contact_id=1, profile_name=None, now=MONDAY)
    )


async def test_by_mail_the_paper_itself_goes_also_without_a_public_address(shop, printing, cabinet):
    shop.context = replace(shop.context, printing=replace(printing, public_url=None))
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    (said,) = await shop.presses(Verb.SHARE, words="d1 c1")
    assert "PERMANENCE_PUBLIC_URL" in said
    await give_helene_a_mailbox(shop)
    assert await shop.presses(Verb.SHARE, words="d1 c1") == ["Le papier part à Dr Hélène Vasseur par mail."]
    row = next(row for row in await shop.rows() if row.payload.get("about") == "statement")
    assert (row.to, row.payload["subject"]) == (f"mail:{HELENES_MAIL}", "Votre relevé d’interventions")
    assert row.text == ("Bonjour,\n\nVotre relevé d’interventions est joint à ce mail.\n\nCordialement,\nAtelier")
    assert Path(row.payload["document"]["path"]).is_relative_to(cabinet)
    assert "others" not in row.payload  # nothing that a link would be needed for


async def test_where_a_mail_does_not_arrive_the_link_goes_by_the_next_channel(shop, printing):
    await give_helene_a_mailbox(shop)
    await shop.write(lambda uow: uow.client_files.prefer_channel(1, Channel.MAIL))
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    await shop.presses(Verb.SHARE, words="d1 c1")
    shop.mail.next_problems.append(PermanentDeliveryError("no such mailbox", code="5.1.1"))
    await shop.deliver()
    assert any("https://desk.example/documents/token-1" in text for text in await shop.texts_to(HELENE))


async def test_a_paper_never_goes_to_somebody_of_another_practice(shop, printing):
    """The button was shown before the person moved (C30)."""
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    await shop.write(lambda uow: uow.directory.move_contact(1, ALONE))
    for mark in ("c1", "c99", "x"):
        assert await shop.presses(Verb.SHARE, words=f"d1 {mark}") == [
            "Cette personne n’est plus chez Cabinet des Tilleuls. Rouvrez « Envoyer au client »."
        ]
    assert await shop.texts_to(HELENE) == []


@pytest.mark.parametrize("words", ["d99", "dx", "x1", "d99 c1"])
async def test_a_paper_that_is_not_there_is_answered(shop, printing, words):
    assert await shop.presses(Verb.SHARE, words=words) == [
        "Ce document n’est plus là. /releve suivi du nom du client en refait un."
    ]


async def test_a_client_without_people_or_a_person_without_address_is_said(shop, printing):
    await shop.orders(Verb.STATEMENT, words="Morel")

    async def mute(uow):
        for address in (sms(ANNE), whatsapp(ANNE)):
            known = await uow.directory.address(address)
            await uow.directory.block_address(known.id, MONDAY)

    await shop.write(mute)
    assert await shop.presses(Verb.SHARE, words="d1 c3") == [
        "Aucun moyen d’écrire à Dr Anne Morel : ni SMS ni WhatsApp utilisable. Envoyez-lui le fichier à la main."
    ]
    assert (await document(shop)).token is None
    await shop.write(lambda uow: uow.directory.move_contact(3, PRACTICE))
    (said,) = await shop.presses(Verb.SHARE, words="d1")
    assert said == "Dr Anne Morel n’a aucun contact au dossier. /contact pour en ajouter un."


async def printed_contract(shop, printing):
    """(contract, first day of the period, allowance) of what would be printed now."""

    async def work(uow):
        client = await uow.directory.client(PRACTICE)
        return await contract_paper(uow, client, printing=printing, policy=shop.context.policy, now=shop.clock.now())

    paper = await shop.read(work)
    return paper.contract.id, paper.period.starts_on, paper.terms.allowance_units


async def test_the_contract_printed_is_the_one_in_force_or_the_next_or_the_last(shop, printing):
    assert await printed_contract(shop, printing) == (1, date(2026, 3, 1), 12)
    ended = date(2026, 10, 31)
    await shop.write(lambda uow: uow.contracts.end_contract(1, ends_on=ended, ending=Ending.TERMINATION))
    assert await printed_contract(shop, printing) == (1, date(2026, 3, 1), 12)
    await shop.write(
        lambda uow: uow.contracts.add_contract(
            PRACTICE, starts_on=date(2027, 1, 1), allowance_units=20, ends_on=None, now=MONDAY
        )
    )
    assert await printed_contract(shop, printing) == (3, date(2027, 1, 1), 20)


async def test_the_link_tries_the_next_channel_as_any_text_does(shop, printing):
    await shop.orders(Verb.STATEMENT, words="Tilleuls")
    await shop.write(lambda uow: uow.client_files.prefer_channel(1, Channel.WHATSAPP))
    await shop.receives(whatsapp(HELENE))
    await shop.presses(Verb.SHARE, words="d1 c1")
    row = next(row for row in await shop.rows() if row.payload.get("about") == "statement")
    assert row.to == f"whatsapp:{HELENE}"
    assert row.payload["document"]["content_type"] == "application/pdf"
