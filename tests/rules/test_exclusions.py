"""The three conditions of a vendor's fault (C5)."""

import pytest

from bot.domain.clients import HeldProduct
from bot.domain.workstations import ChangeKind, ClientChange
from bot.rules.exclusions import VENDOR_PRODUCTS, Condition, failed_conditions
from bot.rules.products import recognise
from tests.rules.calendars import day

PRODUCT, SOLD, SETTINGS = Condition.PRODUCT, Condition.SOLD_AND_INSTALLED, Condition.SETTINGS
RECEPTION, SURGERY = 1, 2
ON = day("2026-03-10")


def held(product: str = "MediStory 4", *, sold: bool = True, installed: bool = True) -> HeldProduct:
    return HeldProduct(7, product, sold, installed)


def change(done: str | None = "2026-03-01", **known: object) -> ClientChange:
    settings: dict[str, object] = {"kind": ChangeKind.SETTINGS, "done_on": day(done) if done else None, **known}
    return ClientChange(1, 7, **settings)


def test_the_vendors_range_has_the_names_that_messages_are_read_with() -> None:
    assert {recognise(name) for name in VENDOR_PRODUCTS} == VENDOR_PRODUCTS
    assert sorted(VENDOR_PRODUCTS) == ["MediStory 4", "MediStoryStation", "MediStoryStation de secours"]


@pytest.mark.parametrize(
    ("product", "file", "failed"),
    [
        pytest.param("MediStory 4", [held()], (), id="MediStory 4, sold and installed"),
        pytest.param("MediStoryStation", [held("MediStoryStation")], (), id="MediStoryStation"),
        pytest.param("MediStoryStation de secours", [held("MediStoryStation de secours")], (), id="the backup station"),
        pytest.param("MediStory 3", [held("MediStory 3")], (PRODUCT,), id="MediStory 3 is not of the range"),
        pytest.param("Microsoft Word", [held()], (PRODUCT, SOLD), id="Word, which the file does not hold"),
        pytest.param(None, [held()], (PRODUCT, SOLD), id="no product named"),
        pytest.param("MediStory 4", [held(installed=False)], (SOLD,), id="sold only"),
        pytest.param("MediStory 4", [held(sold=False)], (SOLD,), id="installed only"),
        pytest.param("MediStory 4", [], (SOLD,), id="nothing in the file"),
        pytest.param("MediStory 4", [held("MediStoryStation")], (SOLD,), id="another product was sold"),
        pytest.param(
            "MediStory 4", [held(installed=False), held("MediStoryStation", sold=False)], (SOLD,), id="half each"
        ),
        pytest.param("MediStory", [held()], (), id="no version, and MediStory 4 held"),
        pytest.param("MediStory", [held(sold=False)], (SOLD,), id="no version, MediStory 4 bought elsewhere"),
        pytest.param("MediStory", [held(), held("MediStory 3")], (PRODUCT,), id="no version, and both held"),
        pytest.param("MediStory", [held("MediStory 3")], (PRODUCT,), id="no version, and MediStory 3 held"),
        pytest.param("MediStory", [held("MediStory")], (PRODUCT,), id="no version in the file either"),
        pytest.param("MediStory", [held("MediStoryStation")], (PRODUCT, SOLD), id="no version, none held"),
        pytest.param("MediStory 4", [held("MediStory 3"), held()], (), id="named, though both are held"),
    ],
)
def test_the_product_and_where_it_came_from(
    product: str | None, file: list[HeldProduct], failed: tuple[Condition, ...]
) -> None:
    assert failed_conditions(product, held=file, changes=[], workstation_id=None, on=ON) == failed


@pytest.mark.parametrize(
    ("made", "fails"),
    [
        pytest.param(change("2026-03-01"), True, id="a setting changed before"),
        pytest.param(change("2026-03-10"), True, id="changed on the day"),
        pytest.param(change("2026-03-11"), False, id="changed the day after"),
        pytest.param(change("2020-01-01"), True, id="changed years ago, and never put right"),
        pytest.param(change(None), False, id="asked for, never made"),
        pytest.param(change(kind=ChangeKind.MACOS), False, id="an update of macOS is no setting"),
        pytest.param(change(restored_on=day("2026-03-09")), False, id="put right the day before"),
        pytest.param(change(restored_on=day("2026-03-10")), True, id="put right on the day, by this intervention"),
        pytest.param(change(restored_on=day("2026-03-11")), True, id="put right afterwards"),
        pytest.param(change(agreed=True, decided_on=day("2026-03-01")), False, id="agreed before"),
        pytest.param(change(agreed=True, decided_on=day("2026-03-02")), True, id="agreed afterwards"),
        pytest.param(change(agreed=False, decided_on=day("2026-02-01")), True, id="refused"),
        pytest.param(change(workstation_id=SURGERY), True, id="on the workstation of the fault"),
        pytest.param(change(workstation_id=RECEPTION), False, id="on another workstation"),
    ],
)
def test_the_settings_that_the_client_left_alone(made: ClientChange, fails: bool) -> None:
    failed = failed_conditions("MediStory 4", held=[held()], changes=[made], workstation_id=SURGERY, on=ON)
    assert failed == ((SETTINGS,) if fails else ())


def test_a_change_somewhere_touches_a_fault_that_nobody_placed() -> None:
    made = [change("2026-03-11"), change(workstation_id=RECEPTION)]
    assert failed_conditions("MediStory 4", held=[held()], changes=made, workstation_id=None, on=ON) == (SETTINGS,)


def test_every_condition_that_fails_is_named_in_the_order_of_the_clause() -> None:
    assert failed_conditions(None, held=[], changes=[change()], workstation_id=None, on=ON) == (PRODUCT, SOLD, SETTINGS)
