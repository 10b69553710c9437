"""`python -m bot.storage.migrations "Add the calls"` writes the next revision from what changed in `tables.py`.

Read what it wrote. Autogeneration sees tables, columns, indexes and foreign keys; it does not see check constraints,
triggers or renames.
"""

import asyncio
import sys
import tempfile

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.storage.engine import open_engine
from bot.storage.migrate import HEAD, MIGRATIONS, migrate


async def draft(message: str) -> None:
    """Compare `tables.py` with a database at the newest revision, and write the difference."""
    with tempfile.TemporaryDirectory() as folder:
        engine = await open_engine(f"sqlite:///{folder}/draft.db")
        try:
            await migrate(engine)
            async with engine.writing.connect() as connection:
                await connection.run_sync(_write, message)
        finally:
            await engine.close()


def _write(connection: Connection, message: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.revision(config, message, autogenerate=True, rev_id=f"{int(HEAD) + 1:04d}")


if __name__ == "__main__":
    asyncio.run(draft(" ".join(sys.argv[1:])))
