"""What a contact is told outside any ticket, and what becomes of it when it does not arrive (F24)."""

import pytest

from bot.domain.addresses import Channel
from bot.domain.outbox import Kind
from bot.domain.tickets import DeliveryState
from bot.errors import PermanentDeliveryError
from bot.services.desk import Desk
from bot.services.telling import tell_contact
from tests.factories import HELENE, MONDAY, sms, whatsapp

HELENE_ID = 1


async def tell(shop, about: str = "welcome", contact_id: int = HELENE_ID, **how: object) -> object:
    async def work(uow):
        contact = await uow.directory.contact(contact_id)
        desk = Desk(uow, shop.context, shop.clock.now())
        return await tell_contact(desk, contact, lambda channel: f"Bonjour par {channel}", about=about, **how)

    return await shop.write(work)


async def texts(shop) -> list[tuple[str, str, str]]:
    return [(row.to, row.text, row.state) for row in await shop.rows() if row.kind is Kind.TEXT]


async def untold(shop) -> list[str]:
    return [text.replace("\u00a0", " ") for text in await shop.notices() if "n’a pas reçu" in text]


async def test_on_the_channel_where_they_wrote_last(shop):
    await shop.receives(whatsapp(HELENE))
    await tell(shop)
    assert (await texts(shop))[-1][:2] == (f"whatsapp:{HELENE}", "Bonjour par whatsapp")


async def test_on_the_channel_they_prefer_while_it_takes_a_text(shop):
    await shop.write(lambda uow: uow.client_files.prefer_channel(HELENE_ID, Channel.WHATSAPP))
    await tell(shop)
    await shop.receives(whatsapp(HELENE))
    await tell(shop)
    told = [(to, text) for to, text, _ in await texts(shop) if text.startswith("Bonjour")]
    assert told == [(f"sms:{HELENE}", "Bonjour par sms"), (f"whatsapp:{HELENE}", "Bonjour par whatsapp")]


async def test_nothing_goes_out_where_nothing_may(shop):
    shop.with_policy(sms_automatic="off")
    assert await tell(shop) is None
    assert await texts(shop) == []


async def test_a_persons_own_words_may_go_where_the_machines_may_not(shop):
    shop.with_policy(sms_automatic="off")
    assert await tell(shop, automatic=False) is not None
    assert await texts(shop) == [(f"sms:{HELENE}", "Bonjour par sms", "queued")]


async def test_what_a_provider_refuses_goes_out_on_the_next_channel(shop):
    await shop.receives(whatsapp(HELENE))
    await shop.deliver()
    await tell(shop)
    shop.twilio.next_problems.append(PermanentDeliveryError("no", code="63016"))
    await shop.deliver()
    told = [each for each in await texts(shop) if each[1].startswith("Bonjour")]
    assert told == [
        (f"whatsapp:{HELENE}", "Bonjour par whatsapp", "failed"),
        (f"sms:{HELENE}", "Bonjour par sms", "sent"),
    ]
    assert await untold(shop) == []


async def test_a_person_who_opted_out_is_muted_and_the_desk_reads_so(shop):
    await tell(shop)
    shop.twilio.next_problems.append(PermanentDeliveryError("stop", code="21610", opted_out=True))
    await shop.deliver()
    (said,) = await untold(shop)
    assert said.startswith("⚠️ Dr Hélène Vasseur n’a pas reçu la bienvenue avec le numéro dédié (SMS) : ")
    assert (await shop.read(lambda uow: uow.directory.address_by_id(1))).opted_out_at is not None


async def test_a_next_channel_that_takes_no_text_by_then_is_passed_over(shop):
    await shop.receives(whatsapp(HELENE))
    await shop.deliver()
    await tell(shop)
    await shop.write(lambda uow: uow.directory.mute_address(1, MONDAY))
    shop.twilio.next_problems.append(PermanentDeliveryError("no", code="63016"))
    await shop.deliver()
    assert len(await untold(shop)) == 1


@pytest.mark.parametrize("state", [DeliveryState.UNDELIVERED, DeliveryState.FAILED])
async def test_a_report_that_it_did_not_arrive_shows_once(shop, state):
    await tell(shop)
    await shop.deliver()
    sid = next(row for row in reversed(await shop.rows()) if row.kind is Kind.TEXT)
    provider_id = (await shop.read(lambda uow: uow.outbox.provider_ids(sms(HELENE), MONDAY)))[-1]
    await shop.reports(provider_id, DeliveryState.SENT)
    assert await untold(shop) == []
    await shop.reports(provider_id, state, "30005")
    await shop.reports(provider_id, DeliveryState.FAILED if state is DeliveryState.UNDELIVERED else state, "30006")
    assert sid.text == "Bonjour par sms"
    assert len(await untold(shop)) == 1


async def test_a_contact_that_is_gone_by_then_is_named_by_nobody(shop):
    await tell(shop)
    await shop.write(lambda uow: uow.client_files.merge_contacts(HELENE_ID, 2))
    shop.twilio.next_problems.append(PermanentDeliveryError("no", code="30005"))
    await shop.deliver()
    (said,) = await untold(shop)
    assert "un contact n’a pas reçu" in said
