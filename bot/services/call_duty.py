"""Who is rung when somebody calls in office hours."""

from datetime import datetime

from bot.domain.desk import Technician
from bot.ports import UnitOfWork

CURSOR = "on duty"
NOBODY = "nobody"


async def on_duty(uow: UnitOfWork) -> Technician | None:
    """The technician on duty; unless somebody said who, the first of the settings that has a phone. None: nobody.

    One who may not act any more, or has lost the phone, is not on duty: the first one is again.
    """
    chosen = await uow.cursors.get(CURSOR)
    if chosen == NOBODY:
        return None
    able = await with_phone(uow)
    return next((each for each in able if str(each.id) == chosen), able[0] if able else None)


async def with_phone(uow: UnitOfWork) -> list[Technician]:
    """The technicians who can be rung."""
    return [each for each in await uow.directory.technicians() if each.phone]


async def put_on_duty(uow: UnitOfWork, technician: Technician | None, now: datetime) -> None:
    """Kept until somebody says otherwise, whatever restarts happen."""
    await uow.cursors.put(CURSOR, str(technician.id) if technician else NOBODY, now)
