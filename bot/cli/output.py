"""The two ways out: answers on standard output, everything else on standard error."""

import json
import sys


def say(*lines: str) -> None:
    """Answers."""
    for line in lines:
        print(line, flush=True)


def tell(*lines: str) -> None:
    """Messages to the person at the keyboard."""
    for line in lines:
        print(line, file=sys.stderr)


def say_json(document: object) -> None:
    """One JSON document, in UTF-8 whatever the terminal's locale."""
    write_utf_8(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


def write_utf_8(text: str) -> None:
    """Text that a program reads."""
    sys.stdout.buffer.write(text.encode("utf-8"))
    sys.stdout.buffer.flush()


def survive_any_locale() -> None:
    """A terminal that cannot show a character gets "?", not a failed command."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
