"""The mailbox counted against the inbox, once a day."""

from dataclasses import dataclass

import pytest

from bot.domain.mails import Robot
from bot.errors import TransientDeliveryError
from bot.services.mail_count import count_mailbox, tell_kept
from tests.factories import DAY, HELENES_MAIL


@dataclass
class Counted:
    stored: int
    withheld: tuple[str, ...] = ()


async def said(shop) -> list[str]:
    return [text.replace("\u00a0", " ") for text in await shop.notices()]


async def test_a_gap_that_was_found_is_told_and_none_is_not(shop):
    await count_mailbox(shop.context, lambda: counting(0))
    assert await said(shop) == []
    await count_mailbox(shop.context, lambda: counting(2))
    (told,) = await said(shop)
    assert told == (
        "📬 Relève du jour : 2 mails du serveur manquaient ici ; c’est rattrapé, leurs cartes arrivent. "
        "Prévenez l’administrateur si cela se répète."
    )


async def test_a_mail_that_the_server_does_not_give_is_told_once(shop):
    for withheld in (("7:2",), ("7:2",), ("7:2", "7:5", "7:9"), ("7:5",), (), ("7:5",)):
        await count_mailbox(shop.context, lambda withheld=withheld: counting(0, *withheld))
    one = (
        "📬 Relève du jour : le serveur ne donne pas un mail de la boîte : il n’a pas de carte ici "
        "et est à lire à la main dans la boîte. Prévenez l’administrateur."
    )
    two = (
        "📬 Relève du jour : le serveur ne donne pas 2 mails de la boîte : ils n’ont pas de carte ici "
        "et sont à lire à la main dans la boîte. Prévenez l’administrateur."
    )
    assert await said(shop) == [one, two, one]


async def test_what_was_caught_up_and_what_was_not_are_two_things(shop):
    await count_mailbox(shop.context, lambda: counting(1, "7:2"))
    caught_up, withheld = await said(shop)
    assert "1 mail du serveur manquait ici" in caught_up
    assert "ne donne pas un mail" in withheld


async def test_what_machines_wrote_is_told_once_a_day_in_office_hours(shop):
    await shop.gets_mail("lettre@ailleurs.example", "Promotions", robot=Robot.LIST)
    await shop.gets_mail("absent@ailleurs.example", "Absent", robot=Robot.OUT_OF_OFFICE)
    await shop.gets_mail(HELENES_MAIL, "Word est figé")
    for _ in range(3):
        await tell_kept(shop.context)
    (notice,) = await said(shop)
    assert notice.startswith("📭 Depuis hier, 2 mails automatiques sans ticket")
    shop.clock.advance(DAY / 2)
    await shop.gets_mail("lettre@ailleurs.example", "Encore", robot=Robot.LIST)
    await tell_kept(shop.context)  # at night
    assert len(await said(shop)) == 1
    shop.clock.advance(DAY / 2)
    await tell_kept(shop.context)
    assert len(await said(shop)) == 2
    shop.clock.advance(2 * DAY)
    await tell_kept(shop.context)
    assert len(await said(shop)) == 2


async def test_a_mailbox_that_cannot_be_read_says_nothing(shop):
    async def fails() -> Counted:
        raise TransientDeliveryError("no mailbox")

    with pytest.raises(TransientDeliveryError):
        await count_mailbox(shop.context, fails)
    assert await said(shop) == []


async def counting(stored: int, *withheld: str) -> Counted:
    return Counted(stored, withheld)
