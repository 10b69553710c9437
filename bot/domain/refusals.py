"""What a provider's code means to us, whoever the provider."""

from typing import NamedTuple

SHOP_PAUSE_SECONDS = 900.0
"""Only the shop can mend it (wrong token, no credit): the message waits, is not lost, and the alarm can be read."""


class Meaning(NamedTuple):
    """What to make of a code. `reason` is the key of the French sentence that explains it to a technician.

    `another_channel`: the same words may reach the person another way. `opted_out`: the person muted us.
    `pause_seconds`: how long to wait at least.
    """

    reason: str
    is_permanent: bool = True
    another_channel: bool = True
    opted_out: bool = False
    pause_seconds: float | None = None
