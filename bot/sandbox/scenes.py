"""Written scenes: a YAML file that says who says what, and when, and what must come of it.

Read strictly: every problem is told with its line, and a scene with one is not played.
"""

import re
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from yaml.nodes import MappingNode, Node, SequenceNode

from bot.domain.tickets import Outcome, Recontact, TicketState
from bot.sandbox import cast
from bot.sandbox.stage import CallConduct
from bot.texts import scenes as texts

SHIPPED = Path(__file__).parent / "scenes"
"""Scenes that come with the program; a bare name (`rappels`) on the command line is one of these."""

_LENGTH = re.compile(r"(\d{1,4})\s*(min|h|j)")
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "j": timedelta(days=1)}


class SceneRejected(ValueError):
    """The file is no scene; `problems` holds one line for each, with its place."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def _length(text: object) -> timedelta:
    found = _LENGTH.fullmatch(str(text).strip())
    if found is None:
        raise ValueError(texts.WRONG_LENGTH)
    return int(found[1]) * _UNITS[found[2]]


def _time(text: object) -> time:
    try:
        return time.fromisoformat(str(text).strip())
    except ValueError:
        raise ValueError(texts.WRONG_TIME) from None


def _start(text: object) -> datetime:
    try:
        return datetime.fromisoformat(str(text).strip()).replace(tzinfo=ZoneInfo(cast.ZONE_NAME))
    except ValueError:
        raise ValueError(texts.WRONG_START) from None


def _person(person_id: str) -> str:
    known = [each.id for each in cast.PEOPLE]
    if person_id not in known:
        raise ValueError(texts.NOBODY.format(names=", ".join(known)))
    return person_id


def _technician(name: str) -> str:
    known = [each.name for each in cast.TECHNICIANS]
    if name not in known:
        raise ValueError(texts.NOBODY.format(names=", ".join(known)))
    return name


PersonId = Annotated[str, AfterValidator(_person)]
TechnicianName = Annotated[str, AfterValidator(_technician)]
Length = Annotated[timedelta, BeforeValidator(_length)]
TimeOfDay = Annotated[time, BeforeValidator(_time)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ClientWrites(_Part):
    """`client: {who: secretariat, channel: sms, text: …}`; `picture: true` sends the sample picture."""

    who: PersonId
    channel: Literal["sms", "whatsapp"] = "sms"
    text: str = ""
    picture: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "ClientWrites":
        if not self.text.strip() and not self.picture:
            raise ValueError(texts.SAYS_NOTHING)
        return self


class ClientMails(_Part):
    """`mail: {who: secretariat, subject: …, text: …}`, or `answers: true` to the newest mail they received.

    `picture: true` sends the sample picture along.
    """

    who: PersonId
    subject: str = ""
    text: str = ""
    answers: bool = False
    picture: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "ClientMails":
        if self.answers == bool(self.subject.strip()):
            raise ValueError(texts.SUBJECT_OR_ANSWER)
        return self


class ClientCalls(_Part):
    """`call: {who: lambert, how: hangs_up}`; `talks`: a technician takes it; `speaks`: they leave a message."""

    who: PersonId
    how: CallConduct


class Answer(_Part):
    """An answer to a ticket's card."""

    ticket: int = Field(ge=1)
    text: str = Field(min_length=1)


class TechnicianActs(_Part):
    """`technician: {who: Claire, says: "/prendre 1"}`, or `presses: "Je prends"`, or `answers: {ticket: 1, text: …}`.

    `replies` answers what the bot asked last. `ticket` says on which ticket's message the button is; without it, the
    newest button of that name is pressed.
    """

    who: TechnicianName
    says: str | None = None
    presses: str | None = None
    answers: Answer | None = None
    replies: str | None = None
    ticket: int | None = None

    @model_validator(mode="after")
    def _does_one_thing(self) -> "TechnicianActs":
        if sum(deed is not None for deed in (self.says, self.presses, self.answers, self.replies)) != 1:
            raise ValueError(texts.ONE_DEED)
        return self


class ClockMoves(_Part):
    """`clock: {advance: 1h}` or `clock: {to: next-opening}` or `next-reminder`."""

    advance: Length | None = None
    to: Literal["next-opening", "next-reminder"] | None = None

    @model_validator(mode="after")
    def _moves_once(self) -> "ClockMoves":
        if (self.advance is None) == (self.to is None):
            raise ValueError(texts.ONE_MOVE)
        return self


class TicketExpected(_Part):
    """What is true of a ticket; without a number, of the one that stirred last."""

    number: int | None = None
    state: TicketState | None = None
    urgent: bool | None = None
    outcome: Outcome | None = None
    recontacted_by: Recontact | None = None
    units: int | None = None


class Expected(_Part):
    """What must come true within some seconds. Case, accents and kinds of spaces don't matter in texts.

    `client_receives` looks at what came since the last action to `who` (the client who wrote last), by mail too.
    `desk_shows` and `desk_lacks` look at what stands in the desk's chat now; `times` counts the messages that hold it.
    `balance` is what is left of the contract of `client`.
    """

    client_receives: str | None = None
    who: PersonId | None = None
    desk_shows: str | None = None
    times: int | None = Field(default=None, ge=1)
    desk_lacks: str | None = None
    ticket: TicketExpected | None = None
    balance: int | None = None
    client: str = cast.GROUP_PRACTICE

    @model_validator(mode="after")
    def _expects_something(self) -> "Expected":
        if not {"client_receives", "desk_shows", "desk_lacks", "ticket", "balance"} & self.model_fields_set:
            raise ValueError(texts.NOTHING_EXPECTED)
        return self


class Step(_Part):
    """One line of the scene. `at` first moves the clock to the next moment at which it shows that time."""

    at: TimeOfDay | None = None
    client: ClientWrites | None = None
    mail: ClientMails | None = None
    call: ClientCalls | None = None
    technician: TechnicianActs | None = None
    clock: ClockMoves | None = None
    expect: Expected | None = None

    @model_validator(mode="after")
    def _has_one_action(self) -> "Step":
        possible = (self.client, self.mail, self.call, self.technician, self.clock, self.expect)
        actions = sum(each is not None for each in possible)
        if actions > 1 or (actions == 0 and self.at is None):
            raise ValueError(texts.ONE_ACTION)
        return self


class Scene(_Part):
    """A whole scene; it starts at a moment of the office's zone, with an empty desk."""

    title: str
    starts: Annotated[datetime, BeforeValidator(_start)]
    steps: list[Step] = Field(min_length=1)


class _Source(NamedTuple):
    """A file as YAML nodes, which know their lines."""

    document: Any
    root: Node

    def line_of(self, place: tuple[str | int, ...]) -> int:
        """The line of what stands there, or of the closest thing around it."""
        node = self.root
        for step in place:
            inner = _child(node, step)
            if inner is None:
                break
            node = inner
        return int(node.start_mark.line) + 1


def load_scene(path: Path) -> Scene:
    """Read a scene, or a shipped one by its bare name. Raises SceneRejected with every problem, or OSError."""
    shipped = SHIPPED / f"{path.name}.yaml"
    is_bare_name = path.name == str(path) and not path.suffix
    return parse_scene((shipped if is_bare_name and shipped.is_file() else path).read_text(encoding="utf-8"))


def parse_scene(text: str) -> Scene:
    """Raises SceneRejected."""
    source = _read(text)
    try:
        return Scene.model_validate(source.document)
    except ValidationError as error:
        raise SceneRejected([_told(problem, source) for problem in error.errors(include_url=False)]) from None


def _read(text: str) -> _Source:
    """All values as texts: `22:00` stays one, where YAML 1.1 makes it 1320."""
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise SceneRejected([texts.problem(line, "", texts.UNREADABLE)]) from None
    if root is None:
        raise SceneRejected([texts.problem(1, "", texts.UNREADABLE)])
    if repeated := list(_repeated(root)):
        raise SceneRejected(repeated)
    return _Source(document, root)


def _repeated(node: Node) -> list[str]:
    """A word given twice, which YAML would let win in silence."""
    if isinstance(node, SequenceNode):
        return [problem for child in node.value for problem in _repeated(child)]
    if not isinstance(node, MappingNode):
        return []
    problems: list[str] = []
    words: set[str] = set()
    for key, value in node.value:
        if key.value in words:
            problems.append(texts.problem(key.start_mark.line + 1, "", texts.TWICE.format(word=key.value)))
        words.add(str(key.value))
        problems += _repeated(value)
    return problems


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]  # type: ignore[no-any-return]
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def _told(problem: Any, source: _Source) -> str:
    context = problem.get("ctx", {})
    sentence = texts.wrong_value(problem["type"], context, str(context.get("error", problem["msg"])))
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in problem["loc"]).lstrip(".")
    return texts.problem(source.line_of(problem["loc"]), place, sentence)
