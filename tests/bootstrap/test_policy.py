"""The shop's rules from its settings: those that follow from another setting."""

import pytest

from bot.bootstrap.policy import policy_of
from bot.config import Settings


@pytest.mark.parametrize(
    ("clamd_url", "expected"),
    [
        pytest.param(None, False, id="no scanner"),
        pytest.param("unix:///run/clamav/clamd.ctl", True, id="a scanner"),
    ],
)
def test_files_are_offered_unscanned_only_where_there_is_no_scanner(clamd_url: str | None, expected: bool) -> None:
    assert policy_of(Settings(clamd_url=clamd_url)).scans_media is expected
