"""`--version`."""

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """The installed distribution's version; "?" where the package runs without being installed."""
    try:
        return version("permanence")
    except PackageNotFoundError:
        return "?"
