"""`permanence`, and `python -m bot`."""

import gc
import sys


def main() -> int:
    """The exit status of the command that was given."""
    gc.disable()  # what is imported stays: looking through it for garbage is a tenth of the start
    from bot import cli

    gc.enable()
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
