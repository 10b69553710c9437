"""The composition root: the only place that knows every concrete class."""

from bot.bootstrap.database import Opened, open_for_reading, open_for_writing
from bot.bootstrap.policy import client_texts, office_hours, policy_of
from bot.bootstrap.program import Program

__all__ = [
    "Opened",
    "Program",
    "client_texts",
    "office_hours",
    "open_for_reading",
    "open_for_writing",
    "policy_of",
]
