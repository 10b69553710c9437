"""A loopback HTTP server that can be stopped and started again on its port, as a provider goes down and comes back."""

from collections.abc import Callable

from aiohttp import web

HOST = "127.0.0.1"
MAX_BODY_BYTES = 60 * 1024 * 1024
SHUTDOWN_SECONDS = 0.5


class Listener:
    """Serves one application. `build` makes a new one for each start: aiohttp freezes an application for good."""

    def __init__(self, build: Callable[[], web.Application]) -> None:
        self._build = build
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def base_url(self) -> str:
        """Where it listens, or listened last, without a slash at the end."""
        if not self._port:
            raise RuntimeError("not started yet: no port is known")
        return f"http://{HOST}:{self._port}"

    @property
    def is_listening(self) -> bool:
        return self._runner is not None

    async def start(self, port: int = 0) -> None:
        """Listen on `port`; 0 takes the port of the last start, or any free one. Raises OSError when it is taken."""
        if self._runner is not None:
            raise RuntimeError("already started")
        runner = web.AppRunner(self._build(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        try:
            site = web.TCPSite(runner, HOST, port or self._port)
            await site.start()
        except BaseException:
            await runner.cleanup()
            raise
        self._runner = runner
        self._port = runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections from now on and end those there are."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()
