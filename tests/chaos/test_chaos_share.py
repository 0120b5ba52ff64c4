"""A seeded share of `make chaos`: whole runs of the installed command, killed and taken up."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

RUNS, KILLS, SEED = 10, 2, 5
_REPOSITORY = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.skipif(sys.platform != "linux", reason="orphans are adopted through prctl(2)"),
]


def test_killed_runs_end_as_if_nothing_had_happened(tmp_path: Path) -> None:
    """In a process of its own, which adopts whatever the killed commands leave running."""
    arguments = ["--runs", str(RUNS), "--kills", str(KILLS), "--seed", str(SEED)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.chaos", *arguments, "--keep", str(tmp_path / "chaos")],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
