"""Workstations (C27) and what a client does to them (C26)."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class ChecklistItem(StrEnum):
    """The twelve items of the configuration list (art. IV), in its order."""

    LOOK_FOR_UPDATES = "look_for_updates"
    DOWNLOAD_UPDATES = "download_updates"
    INSTALL_MACOS_UPDATES = "install_macos_updates"
    INSTALL_APP_UPDATES = "install_app_updates"
    SCREEN_OFF_NEVER = "screen_off_never"
    NO_SLEEP_WHILE_SCREEN_OFF = "no_sleep_while_screen_off"
    DISKS_SLEEP = "disks_sleep"
    WAKE_FOR_NETWORK = "wake_for_network"
    RESTART_AFTER_POWER_CUT = "restart_after_power_cut"
    POWER_NAP = "power_nap"
    FULL_DISK_ACCESS = "full_disk_access"
    TIME_MACHINE = "time_machine"


@dataclass(frozen=True, slots=True)
class Workstation:
    """A Mac of a client's, with the items of its sheet that are ticked, and since when."""

    id: int
    client_id: int
    name: str
    notes: str = ""
    ticked: dict[ChecklistItem, date] = field(default_factory=dict)


class ChangeKind(StrEnum):
    SETTINGS = "settings"  # a setting of the provider's
    MACOS = "macos"  # an update of macOS


@dataclass(frozen=True, slots=True)
class ClientChange:
    """A change by the client, asked for or made (C26); what C5 and C9 look at.

    `workstation_id` is None where none is named: the whole client. `agreed` is None while nobody answered the request;
    `done_on` is the day it was made, as far as anybody knows; `restored_on` the day the provider put it right again.
    """

    id: int
    client_id: int
    kind: ChangeKind
    workstation_id: int | None = None
    asked_on: date | None = None
    agreed: bool | None = None
    decided_on: date | None = None
    decided_by: str = ""
    done_on: date | None = None
    restored_on: date | None = None
    ticket_id: int | None = None
    note: str = ""
