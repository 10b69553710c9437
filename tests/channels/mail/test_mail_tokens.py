"""The ticket that a mail names by itself."""

import pytest

from bot.channels.mail.mime.tokens import address_signer, ticket_address, ticket_of_addresses, ticket_of_subject
from bot.domain.addresses import Address, Channel

SIGN = address_signer(b"key")
MAILBOX = Address(Channel.MAIL, "support@example.fr")


def ticket(*identifiers: str) -> int | None:
    return ticket_of_addresses((Address(Channel.MAIL, each) for each in identifiers), mailbox=MAILBOX, sign=SIGN)


def test_the_address_of_a_ticket_leads_back_to_it() -> None:
    for number in (1, 41, 999_999_999):
        address = ticket_address(MAILBOX, number, sign=SIGN)
        assert address.identifier.startswith(f"support+t{number}-")
        assert ticket("dr.aubry@example.fr", address.identifier) == number


def test_a_signature_is_twelve_letters_that_lower_case_does_not_change() -> None:
    assert len(SIGN(41)) == 12
    assert SIGN(41) == SIGN(41).lower() != SIGN(42)
    assert SIGN(41) != address_signer(b"other")(41)


@pytest.mark.parametrize(
    "identifier",
    [
        pytest.param(f"support+t42-{SIGN(41)}@example.fr", id="another ticket's signature"),
        pytest.param(f"support+t41-{address_signer(b'other')(41)}@example.fr", id="another key's"),
        pytest.param(f"support+t41-{SIGN(41)[:-1]}@example.fr", id="cut"),
        pytest.param(f"support+t41-{SIGN(41)}@example.org", id="another domain"),
        pytest.param(f"autre+t41-{SIGN(41)}@example.fr", id="another mailbox"),
        pytest.param(f"t41-{SIGN(41)}@example.fr", id="no mailbox"),
        pytest.param("support+t41@example.fr", id="no signature"),
        pytest.param(f"support+t٤١-{SIGN(41)}@example.fr", id="other digits"),
        pytest.param("support@example.fr", id="no ticket"),
        pytest.param("", id="nothing"),
    ],
)
def test_nothing_but_a_signed_address_of_ours_names_a_ticket(identifier: str) -> None:
    assert ticket(f"support+t41-{SIGN(41)}@example.fr") == 41
    assert ticket(identifier) is None


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        pytest.param("RE: [n° 41] Imprimante", 41, id="an answer"),
        pytest.param("[n°41]", 41, id="without its space"),
        pytest.param("[N°\u00a041] x", 41, id="a no-break space"),
        pytest.param("[n\u00ba 41]", 41, id="another degree sign"),
        pytest.param("[n? 41]", 41, id="the sign lost on the way"),
        pytest.param("[#41]", 41, id="by a hash"),
        pytest.param("[n° 41] [n° 42]", 41, id="the first of two"),
        pytest.param("n° 41", None, id="without brackets"),
        pytest.param("[41]", None, id="a number alone"),
        pytest.param("[n° ]", None, id="no number"),
        pytest.param("[n° 1234567890]", None, id="too long a number"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_subject_names_a_ticket_in_brackets(subject: str, expected: int | None) -> None:
    assert ticket_of_subject(subject) == expected
