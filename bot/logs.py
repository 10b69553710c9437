"""Log lines: ids, codes and counts. Never a body, a name or a whole number (C30)."""

import io
import logging
import sys
from contextlib import suppress
from typing import Literal, TextIO

import structlog

QUIET = ("httpx", "httpcore", "aiohttp.access", "apscheduler", "twilio", "alembic", "telegram")


def configure_logs(*, level: str = "INFO", form: Literal["json", "console"] = "json") -> None:
    """Write our log to standard error; libraries are heard from WARNING on: below, some print tokens and numbers."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # our own jobs log what fails in them; what APScheduler adds is the cancellation of those that a stop cut short
    logging.getLogger("apscheduler.executors").setLevel(logging.CRITICAL)
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _frames_only,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(_Careful(sys.stderr)),
        cache_logger_on_first_use=True,
    )


class _Careful(io.StringIO):
    """A stream that loses a line rather than raise: where the disk is full, the log must not be what fails (F3)."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):  # ValueError: it was closed
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):  # ValueError: it was closed
            self._stream.flush()


def _frames_only(_: object, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Say where an error came from and of what kind: its message and its variables may quote a client."""
    if event.pop("exc_info", None):
        kind, _value, frame = sys.exc_info()
        places = []
        while frame is not None:
            code = frame.tb_frame.f_code
            places.append(f"{code.co_filename.rpartition('/')[2]}:{frame.tb_lineno} {code.co_name}")
            frame = frame.tb_next
        event["error"] = kind.__name__ if kind else None
        event["places"] = places[-6:]
    return event
