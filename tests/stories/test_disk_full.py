"""The disk takes nothing more: 503, never 2xx; it says so; and it recovers alone (F3).

The kernel does it: a limit of nothing on the size of the files of that process, lifted later.
"""

import resource

import aiohttp
import pytest

from tests.stories.office import HELENE, LUC


@pytest.mark.parametrize(
    "log",
    [
        pytest.param(False, id="the log goes elsewhere"),
        pytest.param(True, id="the log is on that disk too"),
    ],
)
async def test_a_webhook_that_cannot_be_stored_is_refused_and_found_later(office_at, log):
    async with office_at() as office:
        await office.open_outside(log=log)
        await office.sms(HELENE, "Avant")
        await office.card(1)
        await office.settles()

        pid = office.process.pid
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
        refused = await office.sms(LUC, "Pendant que le disque est plein")
        status, problems = await _ready(office)
        assert (refused.status, status) == (503, 503)
        assert "storage" in problems

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
        assert (await office.twilio.redeliver(refused.sid))[0].status == 200
        await office.card(2)
        await office.until(lambda: _is_ready(office))
        assert office.process.pid == pid
        assert len(await office.tickets()) == 2
        assert office.rows("PRAGMA integrity_check") == [("ok",)]


async def _ready(office):
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{office.port}/readyz") as response:
        return response.status, await response.text()


async def _is_ready(office):
    return (await _ready(office))[0] == 200
