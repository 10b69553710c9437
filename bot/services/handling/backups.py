"""The client's backup before an intervention, from the desk (C25)."""

from bot.errors import AlreadyDone, DeskRefusal
from bot.rules.folding import fold
from bot.services.backups import ask_for_backup, confirm_backup, confirmed_at
from bot.services.handling.turn import Turn
from bot.texts import answers

_DONE = ("ok", "oui", "fait", "faite", "confirmee")


async def backup(turn: Turn) -> str:
    """`/sauvegarde 12` reminds the client to back up; `/sauvegarde 12 ok` writes down that they say they have."""
    ticket = await turn.open_ticket()
    if not turn.words:
        return answers.backup_asked(ticket.number, await ask_for_backup(turn.desk, ticket, turn.actor))
    if fold(turn.words.rstrip(" .!")) not in _DONE:
        raise DeskRefusal("backup_usage", number=ticket.number)
    if not await confirm_backup(turn.desk, ticket, turn.actor):
        raise AlreadyDone(
            "backup_confirmed_already", number=ticket.number, at=await confirmed_at(turn.uow, ticket.number)
        )
    return answers.backup_confirmed(ticket.number)
