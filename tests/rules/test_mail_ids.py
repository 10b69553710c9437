"""The Message-IDs of our own mails."""

import pytest

from bot.rules.mail_ids import local_of, message_id_of

OURS = "support@Exemple.fr"


def test_what_was_made_is_known_again() -> None:
    assert message_id_of("t41.m917.k2m4", OURS) == "<t41.m917.k2m4@Exemple.fr>"
    assert local_of(message_id_of("t41.m917.k2m4", OURS), OURS) == "t41.m917.k2m4"


@pytest.mark.parametrize(
    ("message_id", "local"),
    [
        pytest.param("<a.b@exemple.fr>", "a.b", id="domains have no case"),
        pytest.param("a.b@exemple.fr", "a.b", id="without brackets"),
        pytest.param("< a.b@exemple.fr >", "a.b", id="with spaces within the brackets"),
        pytest.param("<x@y@exemple.fr>", "x@y", id="with an at sign in it"),
        pytest.param("<a.b@autre.fr>", None, id="another domain's"),
        pytest.param("<@exemple.fr>", None, id="nothing before the at sign"),
        pytest.param("<a.b>", None, id="no domain"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_only_our_domains_are_ours(message_id: str, local: str | None) -> None:
    assert local_of(message_id, OURS) == local
