"""`permanence`, and `python -m bot`."""

import sys

from bot import cli


def main() -> int:
    """The exit status of the command that was given."""
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())
