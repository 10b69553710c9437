"""The guarantee: what is proposed, in which order, and what voids it (C9, C26)."""

from datetime import date

import pytest

from bot.domain.tickets import Outcome
from bot.domain.workstations import ChangeKind, ClientChange
from bot.rules.coverage import Candidate, Likeness, PastIntervention, candidates, is_agreed, is_touched
from tests.rules.calendars import day

RECEPTION, SURGERY = 1, 2


def past(
    id: int = 1, ended: str = "2026-02-12", outcome: Outcome = Outcome.RESOLVED, **known: object
) -> PastIntervention:
    return PastIntervention(id, 40 + id, day(ended), outcome, **known)


def change(done: str | None = "2026-02-20", *, id: int = 1, **known: object) -> ClientChange:
    settings: dict[str, object] = {"kind": ChangeKind.SETTINGS, "done_on": day(done) if done else None, **known}
    return ClientChange(id, 7, **settings)


def proposed(earlier: list[PastIntervention], *, began: str = "2026-03-01", **known: object) -> list[int]:
    return [each.past.id for each in candidates(earlier, began_on=day(began), **known)]


@pytest.mark.parametrize(
    ("ended", "began", "is_covered"),
    [
        pytest.param("2026-02-12", "2026-02-12", True, id="the day it ended"),
        pytest.param("2026-02-12", "2026-03-12", True, id="the last day of the month"),
        pytest.param("2026-02-12", "2026-03-13", False, id="the day after"),
        pytest.param("2026-02-12", "2026-02-11", False, id="the day before it ended"),
        pytest.param("2026-01-31", "2026-02-28", True, id="from 31 January to the last day of February"),
        pytest.param("2026-01-31", "2026-03-01", False, id="from 31 January, not on 1 March"),
        pytest.param("2028-01-31", "2028-02-29", True, id="29 February of a leap year"),
    ],
)
def test_a_guarantee_lasts_one_calendar_month_from_the_end(ended: str, began: str, is_covered: bool) -> None:
    assert proposed([past(ended=ended)], began=began) == [1] * is_covered


def test_another_contract_has_another_length() -> None:
    earlier = [past(ended="2026-01-15")]
    assert candidates(earlier, began_on=day("2026-03-15"), months=2) == [Candidate(earlier[0], day("2026-03-15"))]
    assert candidates(earlier, began_on=day("2026-03-16"), months=2) == []
    assert proposed(earlier, began="2026-01-15", months=0) == [1]
    assert proposed(earlier, began="2026-01-16", months=0) == []


@pytest.mark.parametrize(
    ("outcome", "is_covered"),
    [
        pytest.param(Outcome.RESOLVED, True, id="resolved"),
        pytest.param(Outcome.FAILED, True, id="failed"),
        pytest.param(Outcome.VENDOR_FAULT, True, id="the vendor's fault"),
        pytest.param(Outcome.COMMERCIAL, False, id="commercial"),
        pytest.param(Outcome.OUT_OF_SCOPE, False, id="out of scope"),
        pytest.param(Outcome.NOT_A_REQUEST, False, id="not a request"),
        pytest.param(Outcome.DUPLICATE, False, id="a duplicate"),
    ],
)
def test_what_took_place_has_a_guarantee(outcome: Outcome, is_covered: bool) -> None:
    assert proposed([past(outcome=outcome)]) == [1] * is_covered


@pytest.mark.parametrize(
    ("known", "asked", "likeness"),
    [
        pytest.param({}, {}, (), id="nothing known"),
        pytest.param(
            {"workstation_id": SURGERY}, {"workstation_id": SURGERY}, (Likeness.WORKSTATION,), id="one workstation"
        ),
        pytest.param({"workstation_id": SURGERY}, {"workstation_id": RECEPTION}, (), id="two workstations"),
        pytest.param({"workstation_id": SURGERY}, {}, (), id="no workstation named now"),
        pytest.param({}, {"workstation_id": SURGERY}, (), id="none named then"),
        pytest.param({"product": "MediStory 4"}, {"product": "MediStory 4"}, (Likeness.PRODUCT,), id="one product"),
        pytest.param({"product": "MediStory"}, {"product": "MediStory 4"}, (Likeness.PRODUCT,), id="its version now"),
        pytest.param({"product": "MediStory 4"}, {"product": "MediStory"}, (Likeness.PRODUCT,), id="its version then"),
        pytest.param({"product": "MediStory 3"}, {"product": "MediStory 4"}, (), id="another version"),
        pytest.param({"product": "MediStoryStation"}, {"product": "MediStory"}, (), id="a name that begins alike"),
        pytest.param({"product": "MediStory"}, {"product": "MediStoryStation"}, (), id="the same the other way"),
        pytest.param({"product": "Mac"}, {}, (), id="no product named now"),
        pytest.param({}, {"product": "Mac"}, (), id="no product named then"),
        pytest.param({"words": "Imprimantes bloquées"}, {"words": "l’imprimante !"}, (Likeness.WORDS,), id="a plural"),
        pytest.param({"words": "RÉSEAU"}, {"words": "reseaux"}, (Likeness.WORDS,), id="case and accents"),
        pytest.param({"words": "scan"}, {"words": "le scan"}, (Likeness.WORDS,), id="a word of four letters"),
        pytest.param({"words": "pdf"}, {"words": "un pdf"}, (), id="a word of three letters"),
        pytest.param({"words": "Bonjour, problème urgent"}, {"words": "bonjour problemes"}, (), id="words of any text"),
        pytest.param(
            {"workstation_id": SURGERY, "product": "Mac", "words": "écran noir"},
            {"workstation_id": SURGERY, "product": "Mac", "words": "noir"},
            tuple(Likeness),
            id="all three",
        ),
    ],
)
def test_what_two_interventions_have_in_common(
    known: dict[str, object], asked: dict[str, object], likeness: tuple[Likeness, ...]
) -> None:
    found = candidates([past(**known)], began_on=day("2026-03-01"), **asked)
    assert found == [Candidate(past(**known), day("2026-03-12"), likeness)]


def test_the_closest_is_proposed_first() -> None:
    earlier = [
        past(1, "2026-02-27"),
        past(2, "2026-02-28"),
        past(3, "2026-02-10", words="imprimante réseau"),
        past(4, "2026-02-26", words="imprimante"),
        past(5, "2026-02-09", product="MediStory 4"),
        past(6, "2026-02-08", workstation_id=SURGERY),
        past(7, "2026-02-07", workstation_id=SURGERY, product="MediStory 4"),
        past(8, "2026-02-28"),
        past(9, "2025-12-01", workstation_id=SURGERY),
    ]
    asked = {"workstation_id": SURGERY, "product": "MediStory 4", "words": "Réseau, imprimante"}
    assert proposed(earlier, **asked) == [7, 6, 5, 3, 4, 8, 2, 1]
    assert proposed(earlier[::-1], **asked) == [7, 6, 5, 3, 4, 8, 2, 1]


@pytest.mark.parametrize(
    ("made", "voids"),
    [
        pytest.param(change("2026-02-20"), True, id="a setting changed in between"),
        pytest.param(change("2026-02-20", kind=ChangeKind.MACOS), True, id="macOS updated in between"),
        pytest.param(change("2026-02-12"), True, id="on the day the first one ended"),
        pytest.param(change("2026-03-01"), True, id="on the day the new one began"),
        pytest.param(change("2026-02-11"), False, id="the day before"),
        pytest.param(change("2026-03-02"), False, id="the day after"),
        pytest.param(change(None, asked_on=day("2026-02-20")), False, id="asked for, never made"),
        pytest.param(change(agreed=True, decided_on=day("2026-02-20")), False, id="agreed that day"),
        pytest.param(change(agreed=True, decided_on=day("2026-02-21")), True, id="agreed afterwards"),
        pytest.param(change(agreed=False, decided_on=day("2026-02-19")), True, id="refused"),
        pytest.param(change(restored_on=day("2026-02-21")), True, id="put right again"),
        pytest.param(
            change("2026-02-12", restored_on=day("2026-02-12")), False, id="put right on the day the first one ended"
        ),
        pytest.param(change("2026-02-12", restored_on=day("2026-02-13")), True, id="put right the day after"),
        pytest.param(change(workstation_id=SURGERY), True, id="on that workstation"),
        pytest.param(change(workstation_id=RECEPTION), False, id="on another workstation"),
    ],
)
def test_what_voids_a_guarantee(made: ClientChange, voids: bool) -> None:
    earlier = [past(workstation_id=SURGERY)]
    found = candidates(earlier, began_on=day("2026-03-01"), changes=[made])
    assert [(each.past, each.until, each.likeness) for each in found] == [(earlier[0], day("2026-03-12"), ())]
    assert found[0].voided_by == (made if voids else None)


def test_changes_in_between_that_were_agreed_are_told_in_order() -> None:
    second = change("2026-02-25", id=1, agreed=True, decided_on=day("2026-02-20"))
    first = change("2026-02-20", id=2, agreed=True, decided_on=day("2026-02-20"))
    before = change("2026-02-11", id=3, agreed=True, decided_on=day("2026-02-10"))
    (found,) = candidates([past()], began_on=day("2026-03-01"), changes=[second, before, first])
    assert (found.voided_by, found.agreed) == (None, (first, second))


def test_a_change_voids_every_earlier_intervention_it_may_have_touched() -> None:
    earlier = [past(1, workstation_id=SURGERY), past(2, workstation_id=RECEPTION), past(3)]

    def voided(**known: object) -> list[int]:
        found = candidates(earlier, began_on=day("2026-03-01"), changes=[change(**known)])
        return sorted(each.past.id for each in found if each.voided_by)

    assert voided(workstation_id=SURGERY) == [1, 3]
    assert voided() == [1, 2, 3]


def test_the_first_change_is_the_one_that_is_told() -> None:
    later, first, twin = change("2026-02-21", id=1), change("2026-02-20", id=2), change("2026-02-20", id=3)
    for order in ([later, first, twin], [twin, first, later]):
        assert candidates([past()], began_on=day("2026-03-01"), changes=order)[0].voided_by == first


@pytest.mark.parametrize(
    ("agreed", "decided", "done", "expected"),
    [
        pytest.param(True, "2026-02-19", "2026-02-20", True, id="the day before it was made"),
        pytest.param(True, "2026-02-20", "2026-02-20", True, id="the same day"),
        pytest.param(True, "2026-02-21", "2026-02-20", False, id="a day too late"),
        pytest.param(True, "2026-02-19", None, True, id="agreed and not made yet"),
        pytest.param(True, None, "2026-02-20", False, id="an agreement without a date"),
        pytest.param(True, None, None, False, id="neither date"),
        pytest.param(False, "2026-02-19", "2026-02-20", False, id="refused"),
        pytest.param(None, None, "2026-02-20", False, id="nobody answered"),
        pytest.param(None, "2026-02-19", "2026-02-20", False, id="no answer, though dated"),
    ],
)
def test_an_agreement_comes_before_the_change(
    agreed: bool | None, decided: str | None, done: str | None, expected: bool
) -> None:
    decided_on: date | None = day(decided) if decided else None
    assert is_agreed(change(done, agreed=agreed, decided_on=decided_on)) is expected


@pytest.mark.parametrize(
    ("workstation", "changed", "expected"),
    [
        pytest.param(SURGERY, SURGERY, True, id="the same one"),
        pytest.param(SURGERY, RECEPTION, False, id="another one"),
        pytest.param(None, RECEPTION, True, id="nobody said where the work was"),
        pytest.param(SURGERY, None, True, id="the whole client"),
        pytest.param(None, None, True, id="neither named"),
    ],
)
def test_what_a_change_bears_on(workstation: int | None, changed: int | None, expected: bool) -> None:
    assert is_touched(workstation, change(workstation_id=changed)) is expected


@pytest.mark.parametrize(
    ("asked", "began", "is_covered"),
    [
        pytest.param("2026-03-12", "2026-03-16", True, id="asked on the last day, begun four days later"),
        pytest.param("2026-03-13", "2026-03-16", False, id="asked the day after"),
        pytest.param("2026-02-10", "2026-02-13", True, id="asked before the first one ended, begun after it"),
        pytest.param("2026-02-10", "2026-02-11", False, id="begun before the first one ended"),
        pytest.param("2026-03-16", "2026-03-12", True, id="written down after it was done"),
    ],
)
def test_a_problem_comes_back_on_the_day_the_client_asks(asked: str, began: str, is_covered: bool) -> None:
    found = candidates([past()], began_on=day(began), asked_on=day(asked))
    assert [each.past for each in found] == ([past()] if is_covered else [])


@pytest.mark.parametrize(("done", "voids"), [("2026-03-02", True), ("2026-03-03", False)])
def test_what_the_client_changes_after_asking_voids_nothing(done: str, voids: bool) -> None:
    (found,) = candidates([past()], began_on=day("2026-03-05"), asked_on=day("2026-03-02"), changes=[change(done)])
    assert (found.voided_by is not None) == voids
