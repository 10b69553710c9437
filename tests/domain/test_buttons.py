"""What a button carries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.buttons import MAX_BYTES, decode, encode
from bot.domain.desk import Verb


@pytest.mark.parametrize(
    ("verb", "ticket", "words", "data"),
    [
        pytest.param(Verb.TAKE, 12, "", "prendre:12", id="a verb and a ticket"),
        pytest.param(Verb.OUTCOME, 12, "resolved", "issue:12:resolved", id="with words"),
        pytest.param(Verb.LIST, None, "urgents", "tickets::urgents", id="without a ticket"),
        pytest.param(Verb.LIST, None, "", "tickets:", id="a verb alone"),
        pytest.param(Verb.APPOINTMENT, 12, "14:10", "rdv:12:14:10", id="words with a colon"),
    ],
)
def test_writes_and_reads(verb: Verb, ticket: int | None, words: str, data: str) -> None:
    assert encode(verb, ticket, words) == data
    assert decode(data) == (verb, ticket, words)


@given(st.sampled_from(Verb), st.none() | st.integers(0, 10**9), st.text(st.characters(exclude_categories=["Cs"])))
def test_reads_what_it_wrote_and_writes_no_more_than_telegram_takes(verb: Verb, ticket: int | None, words: str) -> None:
    try:
        data = encode(verb, ticket, words)
    except ValueError:
        assert len(f"{verb}:{'' if ticket is None else ticket}:{words}".encode()) > MAX_BYTES
    else:
        assert len(data.encode()) <= MAX_BYTES
        assert decode(data) == (verb, ticket, words)


def test_counts_bytes_and_not_characters() -> None:
    assert len(encode(Verb.DOCTOR, 1, "é" * 27).encode()) == 64
    with pytest.raises(ValueError, match="64 bytes"):
        encode(Verb.DOCTOR, 1, "é" * 28)


@pytest.mark.parametrize("ticket", [-1, 10**18])
def test_refuses_what_is_no_ticket(ticket: int) -> None:
    with pytest.raises(ValueError, match="no ticket's number"):
        encode(Verb.TAKE, ticket)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("", id="nothing"),
        pytest.param("prendre", id="no ticket's place"),
        pytest.param("danser:12", id="another version's verb"),
        pytest.param("prendre:douze", id="no number"),
        pytest.param("prendre:12:", id="no words behind the colon"),
    ],
)
def test_what_it_never_wrote_is_unknown(data: str) -> None:
    assert decode(data) == (Verb.UNKNOWN, None, data)
