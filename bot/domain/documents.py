"""Papers that were made: a statement, a contract, a report."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Document:
    """A paper kept in the private folder. `token` is what a link to it carries, unguessable; None: no link."""

    id: int
    client_id: int | None
    kind: str
    name: str
    path: str
    content_type: str
    created_at: datetime
    token: str | None = None
    expires_at: datetime | None = None
