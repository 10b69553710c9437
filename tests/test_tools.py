"""The tools that say no in CI can say it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.mutation import score

ROOT = Path(__file__).parents[1]
NONE = {"killed": 0, "timeout": 0, "survived": 0, "no_tests": 0, "suspicious": 0, "skipped": 0, "total": 0}


@pytest.mark.parametrize(
    ("stats", "percent"),
    [
        pytest.param({"killed": 8, "survived": 1, "no_tests": 1, "total": 10}, 80.0, id="untested counts as unnoticed"),
        pytest.param({"killed": 8, "timeout": 1, "suspicious": 1, "total": 10}, 90.0, id="an endless loop was noticed"),
        pytest.param({"killed": 9, "skipped": 1, "total": 10}, 100.0, id="what was not tried does not count"),
        pytest.param({}, 0.0, id="nothing tried is nothing proved"),
    ],
)
def test_the_mutation_score(stats: dict[str, int], percent: float) -> None:
    assert score(NONE | stats) == percent


def run_pytest(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_it.py").write_text(f"import pytest\n\n{source}", encoding="utf-8")
    (folder / "test_another.py").write_text("def test_passed(): ...", encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, *options, "."],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


SKIPPED = "@pytest.mark.skip(reason='{reason}')\ndef test_skipped(): ..."
SKIPPED_MODULE = "pytest.skip('no browser', allow_module_level=True)"
EXPECTED_FAILURE = "@pytest.mark.xfail(strict=True)\ndef test_expected(): assert False"


@pytest.mark.parametrize(
    ("source", "status"),
    [
        pytest.param(SKIPPED.format(reason="no browser"), 1, id="a skipped test fails the run"),
        pytest.param(SKIPPED_MODULE, 1, id="a skipped module fails the run"),
        pytest.param(
            SKIPPED.format(reason="../shared/specs is not here"), 0, id="absent API descriptions are let pass"
        ),
        pytest.param(EXPECTED_FAILURE, 0, id="an expected failure is no skip"),
    ],
)
def test_nothing_is_skipped_in_ci(source: str, status: int, tmp_path: Path) -> None:
    assert run_pytest(tmp_path, source, "-p", "tools.no_skips").returncode == status


def test_without_the_plugin_a_skip_passes_and_spread_over_processes_it_still_fails(tmp_path: Path) -> None:
    source = SKIPPED.format(reason="no browser")
    assert run_pytest(tmp_path, source).returncode == 0
    spread = run_pytest(tmp_path, source, "-p", "tools.no_skips", "-p", "xdist", "-n", "2")
    assert (spread.returncode, "SKIPPED IN CI" in spread.stdout) == (1, True)
