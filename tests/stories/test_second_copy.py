"""Two copies on one SQLite file: one works, the other says so and ends (F12)."""

import asyncio
import subprocess
import sys

from tests.stories.office import HELENE, free_port

IN_USE = 3


async def test_a_second_copy_refuses_to_start_and_leaves_the_first_alone(office_at):
    async with office_at() as office:
        await office.open_outside()
        code, said = await _second(office)
        assert code == IN_USE
        assert "une autre copie du programme" in said
        assert f"process {office.process.pid}" in said
        assert "Traceback" not in said
        await office.sms(HELENE, "La première copie travaille toujours")
        await office.card(1)


async def test_a_killed_copy_leaves_no_lock_behind(office_at):
    async with office_at() as office:
        await office.open_outside()
        office.kill()
        await office.open_outside()


async def test_of_copies_that_start_at_one_instant_one_works(office_at):
    async with office_at() as office:
        copies = [asyncio.create_task(_second(office)) for _ in range(2)]
        ended, running = await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
        assert [code for code, _ in (task.result() for task in ended)] == [IN_USE]
        (winner,) = running
        await asyncio.sleep(0.5)
        assert not winner.done()
        winner.cancel()
        await asyncio.gather(winner, return_exceptions=True)


async def _second(office):
    """Another `permanence run` on the same file; its exit status and what it said, if it ends."""
    environ = office.shell | {"PERMANENCE_HTTP_PORT": str(free_port())}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *("-m", "bot", "run"), env=environ, cwd=office.folder, stderr=subprocess.PIPE
    )
    try:
        _, said = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return process.returncode, said.decode()
