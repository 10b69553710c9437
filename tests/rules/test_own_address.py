"""Which addresses are ours: the mailbox's, and whatever stands behind a "+" in it."""

import pytest

from bot.domain.addresses import Address, Channel
from bot.rules.own_address import is_ours

MAILBOX = Address(Channel.MAIL, "support@exemple.fr")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("support@exemple.fr", True),
        ("support+t41-k2m4x7aqpz3w@exemple.fr", True),
        ("support+@exemple.fr", True),
        ("support2@exemple.fr", False),
        ("support@autre.fr", False),
        ("support+t41-k2m4x7aqpz3w@autre.fr", False),
        ("accueil@exemple.fr", False),
    ],
)
def test_our_mailbox_is_known_by_every_address_of_it(address: str, expected: bool) -> None:
    assert is_ours(Address(Channel.MAIL, address), MAILBOX) is expected


def test_another_channels_address_is_not_ours() -> None:
    assert not is_ours(Address(Channel.SMS, "support@exemple.fr"), MAILBOX)


def test_an_address_may_have_an_at_sign_within_quotation_marks() -> None:
    mailbox = Address(Channel.MAIL, '"a@b"@exemple.fr')
    assert is_ours(mailbox, mailbox)
