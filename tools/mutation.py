"""The mutation score of the rules: of all the changes mutmut makes to them, how many does a test notice?

`python -m tools.mutation` runs mutmut (configured in pyproject.toml) from nothing, prints what survived and the score,
and exits with 1 below the gate.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

GATE_PERCENT = 90.0
MUTANTS = Path("mutants")
STATS = MUTANTS / "mutmut-cicd-stats.json"


def score(stats: Mapping[str, int]) -> float:
    """Noticed, of all that were tried, in percent: killed, or stopped for never ending.

    A mutant that no test runs is one that nobody noticed: 8 killed, 1 survivor and 1 without a test make 80.0.
    """
    tried = stats["total"] - stats["skipped"]
    return 100 * (stats["killed"] + stats["timeout"]) / tried if tried else 0.0


def main() -> int:
    shutil.rmtree(MUTANTS, ignore_errors=True)  # verdicts kept from an earlier run prove nothing about today's tests
    for command in ("run", "results", "export-cicd-stats"):
        if status := subprocess.run([sys.executable, "-m", "mutmut", command], check=False).returncode:
            print(f"mutmut {command} ended with {status}", file=sys.stderr)
            return 1
    stats = json.loads(STATS.read_text(encoding="utf-8"))
    counts = ", ".join(f"{count} {name}" for name, count in stats.items() if isinstance(count, int) and count)
    print(f"mutation score of the rules: {score(stats):.1f} % (at least {GATE_PERCENT:.0f} %): {counts}")
    return 0 if score(stats) >= GATE_PERCENT else 1


if __name__ == "__main__":
    sys.exit(main())
