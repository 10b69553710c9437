"""The one acknowledgement of a ticket (C15, C25), within the brakes of S6."""

from datetime import timedelta

import pytest

from tests.factories import HELENE, HOUR, LUC, MINUTE, NOBODY, outgoing, paris, sms, whatsapp


async def test_an_acknowledgement_says_number_moment_and_backup(shop):
    await shop.receives(HELENE)
    (text,) = await shop.texts_to(HELENE)
    assert text == (
        "Atelier : votre demande 1 est bien arrivée. Nous vous répondons au plus tard vendredi 27 novembre à 16h00. "
        "Faites d'abord une sauvegarde."
    )
    assert "Accusé de réception envoyé" in (await shop.card()).text


async def test_a_holiday_within_the_delay_is_named(shop):
    shop.clock.move_to(paris("2026-12-23 10:00"))
    await shop.receives(HELENE)
    (text,) = await shop.texts_to(HELENE)
    assert "Fermé" in text
    assert "25/12" in text


async def test_an_urgent_one_says_that_technicians_are_alerted(shop):
    await shop.receives(HELENE, "Urgent : plus rien")
    (text,) = await shop.texts_to(HELENE)
    assert "alertés" in text


async def test_a_deadline_that_has_passed_is_not_promised(shop):
    await shop.receives(HELENE, occurred_at=paris("2026-11-02 10:00"))
    (text,) = await shop.texts_to(HELENE)
    assert "au plus tard" not in text


async def test_a_sender_id_cannot_be_answered_and_says_so(shop):
    shop.with_policy(sms_automatic="ATELIER")
    await shop.receives(HELENE)
    (text,) = await shop.texts_to(HELENE)
    assert "+33639980000" in text


async def test_automatic_sms_switched_off_sends_none_and_the_card_says_so(shop):
    shop.with_policy(sms_automatic="off")
    await shop.receives(HELENE)
    assert await shop.texts_to(HELENE) == []
    assert "aucun (envoi automatique coupé)" in (await shop.card()).text
    assert (await shop.history())[1].data == {"why": "off"}


async def test_whatsapp_is_answered_on_whatsapp_even_with_sms_off(shop):
    shop.with_policy(sms_automatic="off")
    await shop.receives(whatsapp(HELENE))
    assert (await shop.rows())[0].to == f"whatsapp:{HELENE}"


async def test_a_message_reconciled_after_a_day_is_outside_the_window(shop):
    await shop.receives(whatsapp(HELENE), occurred_at=paris("2026-11-22 09:00"))
    assert await shop.texts_to(HELENE) == []
    assert "plus de 24 h" in (await shop.card()).text


async def spend(shop, count: int, *, ago: timedelta) -> None:
    """So many automatic texts went to others, so long ago."""
    at = shop.clock.now() - ago

    async def work(uow):
        for nth in range(count):
            await uow.outbox.add(outgoing(sms(f"+3363998{9000 + nth}")), at)

    await shop.write(work)


@pytest.mark.parametrize(
    ("count", "ago", "sent"),
    [
        pytest.param(59, HOUR / 2, 1, id="fifty-nine in this hour leave room"),
        pytest.param(60, HOUR / 2, 0, id="sixty an hour in all"),
        pytest.param(60, 2 * HOUR, 1, id="of another hour they do not count"),
        pytest.param(200, 2 * HOUR, 0, id="two hundred a day in all"),
    ],
)
async def test_the_limits_of_all_clients_together_hold(shop, count, ago, sent):
    await spend(shop, count, ago=ago)
    await shop.receives(HELENE)
    assert len(await shop.texts_to(HELENE)) == sent


async def test_the_limit_of_one_sender_is_not_anothers(shop):
    await shop.receives(HELENE)
    await shop.receives(LUC)
    await shop.receives(NOBODY)
    assert [len(await shop.texts_to(number)) for number in (HELENE, LUC, NOBODY)] == [1, 1, 1]


async def test_a_message_on_the_same_ticket_is_not_acknowledged_again(shop):
    await shop.receives(HELENE)
    shop.clock.advance(20 * MINUTE)
    await shop.receives(HELENE, "Toujours en panne")
    assert len(await shop.texts_to(HELENE)) == 1
