"""What the tests of the desk's texts speak of, and how they read a post."""

from bot.domain.tickets import TicketState
from bot.texts import tickets
from bot.texts.posts import Post
from tests.rules.calendars import hm, paris

NOW = paris("2026-04-07 16:05")
OPEN = tickets.TicketLine(
    number=41,
    subject="MediStory 4 ne synchronise plus",
    state=TicketState.OPEN,
    urgent=True,
    opened_at=NOW,
    due_at=paris("2026-04-10 14:00"),
    client_name="Cabinet des Tilleuls",
    left=hm(31, 20),
)
LATE = tickets.TicketLine(
    number=38,
    subject="Photo sans texte",
    state=TicketState.OPEN,
    urgent=False,
    opened_at=NOW,
    due_at=paris("2026-04-07 14:00"),
    left=-hm(2),
    assigned_to="Camille",
)
CLOSED = tickets.TicketLine(
    number=30,
    subject="Impression",
    state=TicketState.CLOSED,
    urgent=True,
    opened_at=NOW,
    due_at=NOW,
    client_name="Dr Petit",
)


def read(post: Post) -> str:
    """What a technician reads, with plain spaces, then the buttons in brackets."""
    lines = [post.rich.text.replace("\u00a0", " ")]
    lines += [" ".join(f"[{button.text}]" for button in row) for row in post.buttons]
    return "\n".join(lines)
