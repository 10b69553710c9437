"""What a channel must offer: reading entries, sending, its archive, its media."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.domain.addresses import Channel
from bot.domain.calls import CallEvent
from bot.domain.desk import Order
from bot.domain.inbox import ChatMoved, ClientMessage, DeliveryReport, InboxEntry, Noise, RobotMail
from bot.domain.outbox import Outgoing
from bot.domain.tickets import Media

Reading = ClientMessage | RobotMail | DeliveryReport | CallEvent | Order | ChatMoved | Noise
"""What a channel reads in an inbox entry."""

Parser = Callable[[InboxEntry], Reading]
"""Pure: reads an entry, or raises `Unreadable`."""


class Sender(Protocol):
    """Hands messages to a provider. Only `services.delivery` retries."""

    async def send(self, outgoing: Outgoing) -> str:
        """Send one message and return the provider's id for it.

        Raises `TransientDeliveryError` or `PermanentDeliveryError`, from one named table per provider.
        """
        ...

    async def find_sent(self, outgoing: Outgoing, known: Sequence[str]) -> str | None:
        """Look whether an uncertain message was taken after all; `known` are ids that belong to other rows.

        None when it was not, or when the provider cannot tell. Raises `TransientDeliveryError`.
        """
        ...

    def ready_in(self, outgoing: Outgoing) -> float:
        """Seconds to wait before this message may go, to keep the provider's pace; 0 now."""
        ...


class Archive(Protocol):
    """A provider's own list of what it received for us."""

    def received_since(self, since: datetime) -> AsyncIterator[InboxEntry]:
        """Inbound messages since then, with the provider's own time. Raises `TransientDeliveryError`."""
        ...


class MediaStore(Protocol):
    """Where clients' pictures are kept: private, capped, named by us."""

    async def fetch(self, media: Media) -> tuple[Path, int]:
        """Fetch it from its provider and keep it: (path, size in bytes). Raises a `DeliveryError`.

        Of the permanent ones, the code says whether it is "media_too_large", or "media_gone"; fetching it again gives
        the same file.
        """
        ...


class Scanner(Protocol):
    """Looks for what is harmful in a file."""

    async def scan(self, path: Path) -> str | None:
        """The name of what was found, None when the file is clean.

        Raises `TransientDeliveryError` when it cannot say now ("scanner" when it cannot be reached at all), and
        `PermanentDeliveryError` for a file that it will never examine.
        """
        ...

    async def check(self) -> None:
        """Returns when it is there; raises `TransientDeliveryError` when it is not."""
        ...


Senders = Mapping[Channel, Sender]
