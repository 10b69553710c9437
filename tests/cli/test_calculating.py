"""`deadline`, `units`, `urgent`: the contract at the command line, without a channel and without a database."""

import io
import json
import sys
from pathlib import Path

import pytest
from jsonschema import validate

from tests.cli.terminal import Permanence

INSTANT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$"}
DEADLINE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["start", "due_at", "reading", "counted_seconds", "segments", "calendar"],
    "properties": {
        "calendar": {
            "type": "object",
            "additionalProperties": False,
            "required": ["holidays", "holidays_version", "zone", "zone_version"],
            "properties": {
                name: {"type": "string"} for name in ("holidays", "holidays_version", "zone", "zone_version")
            },
        },
        "start": INSTANT,
        "due_at": INSTANT,
        "reading": {"enum": ["office-hours", "working-days"]},
        "counted_seconds": {"type": "number"},
        "segments": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["from", "to", "kind", "label"],
                "properties": {
                    "from": INSTANT,
                    "to": INSTANT,
                    "kind": {"enum": ["open", "night", "weekend", "holiday", "closed", "pause"]},
                    "label": {"type": "string"},
                },
            },
        },
    },
}


@pytest.mark.parametrize(
    ("arguments", "due_at"),
    [
        pytest.param(["2026-11-23T08:00"], "2026-11-27T14:00:00+01:00", id="Monday 08:00 is due on Friday 14:00"),
        pytest.param(["2026-11-23", "08:00"], "2026-11-27T14:00:00+01:00", id="with a space"),
        pytest.param(["2026-11-23T07:00:00Z"], "2026-11-27T14:00:00+01:00", id="an offset is honoured"),
        pytest.param(["2026-11-23"], "2026-11-27T14:00:00+01:00", id="a date begins at its opening"),
        pytest.param(["lundi", "23/11/2026", "8h"], "2026-11-27T14:00:00+01:00", id="as a technician types it"),
        pytest.param(["23/11/2098", "8h"], "2098-11-28T14:00:00+01:00", id="a typed moment to come"),
        pytest.param(
            ["2026-11-20T20:00", "--reading", "working-days"], "2026-11-25T08:00:00+01:00", id="in working days"
        ),
        pytest.param(["2026-11-23T08:00", "--hours", "10.5"], "2026-11-23T18:30:00+01:00", id="due at the closing"),
        pytest.param(["2026-04-03T18:00", "--hours", "1"], "2026-04-07T08:30:00+02:00", id="over Easter Monday"),
    ],
)
def test_the_deadline_of_a_moment(permanence: Permanence, arguments: list[str], due_at: str) -> None:
    ended = permanence("deadline", *arguments, "--json")
    assert (ended.status, ended.err) == (0, "")
    assert json.loads(ended.out)["due_at"] == due_at


def test_the_deadlines_document_is_the_promised_one(permanence: Permanence) -> None:
    document = json.loads(permanence("deadline", "2026-04-03T18:00", "--hours", "1", "--json").out)
    validate(document, DEADLINE)
    assert document.pop("calendar")["holidays"] == "FR"
    assert document == {
        "start": "2026-04-03T18:00:00+02:00",
        "due_at": "2026-04-07T08:30:00+02:00",
        "reading": "office-hours",
        "counted_seconds": 3600,
        "segments": [
            {"from": "2026-04-03T18:00:00+02:00", "to": "2026-04-03T18:30:00+02:00", "kind": "open", "label": "ouvert"},
            {
                "from": "2026-04-03T18:30:00+02:00",
                "to": "2026-04-06T00:00:00+02:00",
                "kind": "weekend",
                "label": "week-end",
            },
            {
                "from": "2026-04-06T00:00:00+02:00",
                "to": "2026-04-07T00:00:00+02:00",
                "kind": "holiday",
                "label": "Lundi de Pâques",
            },
            {"from": "2026-04-07T00:00:00+02:00", "to": "2026-04-07T08:00:00+02:00", "kind": "night", "label": "nuit"},
            {"from": "2026-04-07T08:00:00+02:00", "to": "2026-04-07T08:30:00+02:00", "kind": "open", "label": "ouvert"},
        ],
    }


def test_half_a_second_is_counted_as_it_is(permanence: Permanence) -> None:
    document = json.loads(permanence("deadline", "2026-11-23T08:00", "--hours", "0.0001", "--json").out)
    assert document["counted_seconds"] == 0.36
    validate(document, DEADLINE)


def test_it_is_said_in_french_and_explained(permanence: Permanence) -> None:
    ended = permanence("deadline", "2026-04-03T18:00", "--hours", "1", "--explain")
    *lines, calendar = ended.out.splitlines()
    assert lines == [
        "À recontacter au plus tard le mardi 7 avril 2026 à 8h30 (1 h, heures de bureau).",
        "  ven. 3/04 18h00 → ven. 3/04 18h30 : ouvert, 30 min",
        "  ven. 3/04 18h30 → lun. 6/04 0h00 : week-end, 53 h 30",
        "  lun. 6/04 0h00 → mar. 7/04 0h00 : Lundi de Pâques, 24 h",
        "  mar. 7/04 0h00 → mar. 7/04 8h00 : nuit, 8 h",
        "  mar. 7/04 8h00 → mar. 7/04 8h30 : ouvert, 30 min",
    ]
    assert calendar.startswith("Calendrier : jours fériés FR (holidays ")


def test_the_shops_own_hours_count(permanence: Permanence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMANENCE_OFFICE_HOURS", "mon-fri 09:00-12:00")
    monkeypatch.setenv("PERMANENCE_TIMEZONE", "Indian/Reunion")
    monkeypatch.setenv("PERMANENCE_RECONTACT_HOURS", "4")
    document = json.loads(permanence("deadline", "2026-11-23T09:00", "--json").out)
    assert document["due_at"] == "2026-11-24T10:00:00+04:00"


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["patates"], id="no moment"),
        pytest.param(["2026-13-01T08:00"], id="no such date"),
        pytest.param([], id="nothing"),
        pytest.param(["2026-11-23T08:00", "--hours", "-1"], id="fewer than no hours"),
        pytest.param(["2026-11-23T08:00", "--hours", "nan"], id="not a number of hours"),
        pytest.param(["2026-11-23T08:00", "--hours", "1e9"], id="too many hours"),
        pytest.param(["2026-11-23T08:00", "--reading", "lunar"], id="no such reading"),
        pytest.param(["1066-10-14T08:00"], id="beyond the years"),
        pytest.param(["0001-01-01T00:00+14:00"], id="before the first year"),
    ],
)
def test_a_wrong_question_is_wrong_use(permanence: Permanence, arguments: list[str]) -> None:
    ended = permanence("deadline", *arguments, "--json")
    assert (ended.status, ended.out) == (2, "")
    assert "Error" in ended.err
    assert "Traceback" not in ended.err


def test_it_needs_no_database(permanence: Permanence, folder: Path) -> None:
    assert permanence("deadline", "2026-11-23T08:00").status == 0
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("durations", "count"),
    [
        pytest.param(["5m", "5m"], "1", id="5 + 5 minutes are 1 unit, not 2"),
        pytest.param(["13m"], "1", id="13 min counts 1"),
        pytest.param(["15m"], "1", id="15 min counts 1"),
        pytest.param(["15m01s"], "2", id="a started minute is due"),
        pytest.param(["00:15:01"], "2", id="as a clock shows it"),
        pytest.param(["90s"], "1", id="seconds"),
        pytest.param(["1h05"], "5", id="1 h 05 counts 5"),
        pytest.param(["1h5m"], "5", id="1 h 5 min counts 5"),
        pytest.param(["1h05m01s"], "5", id="1 h 05 min 01 s counts 5"),
        pytest.param(["1 H 05"], "5", id="spaces and capitals"),
        pytest.param(["22min"], "2", id="22 min counts 2"),
        pytest.param(["0m"], "1", id="the shortest is 1"),
    ],
)
def test_units_of_sittings(permanence: Permanence, durations: list[str], count: str) -> None:
    ended = permanence("units", *durations)
    assert (ended.status, ended.out, ended.err) == (0, f"{count}\n", "")


def test_units_follow_the_shops_rounding(permanence: Permanence, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PERMANENCE_QUOTA_ROUNDING", "sitting")
    assert permanence("units", "5m", "5m").out == "2\n"


@pytest.mark.parametrize("duration", ["15", "0:15", "-5m", "5x", "h", "", "1:60:00", "٥m"])
def test_what_is_no_duration_is_wrong_use(permanence: Permanence, duration: str) -> None:
    ended = permanence("units", "5m", duration)
    assert (ended.status, ended.out) == (2, "")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        pytest.param("Urgent : imprimante", 0, id="urgent"),
        pytest.param("🚨 « URGENT » imprimante", 0, id="decorated"),
        pytest.param("- urgent", 0, id="a dash first"),
        pytest.param("--urgent", 0, id="like an option"),
        pytest.param("Pas urgent", 1, id="not urgent"),
        pytest.param("", 1, id="empty"),
    ],
)
def test_urgent_is_told_by_the_status(permanence: Permanence, text: str, status: int) -> None:
    ended = permanence("urgent", text)
    assert (ended.status, ended.out) == (status, "pas urgent\n" if status else "urgent\n")


@pytest.mark.parametrize(("content", "status"), [(b"Urgent\n", 0), (b"pas urgent", 1), (b"\xff", 1)])
def test_urgent_reads_standard_input(
    permanence: Permanence, monkeypatch: pytest.MonkeyPatch, content: bytes, status: int
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert permanence("urgent", "-").status == status
