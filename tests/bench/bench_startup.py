"""How long the command takes to start, over the imports that it cannot do without."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 7
TOOL = [sys.executable, "-m", "console.cli"]
ROOT = Path(__file__).resolve().parents[2]


def seconds(*commands: list[str], cwd: Path) -> list[float]:
    """Median wall-clock seconds of each command, taken in turns so that a load hits all alike."""
    taken: list[list[float]] = [[] for _ in commands]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(cwd)}
    for _ in range(ROUNDS):
        for times, command in zip(taken, commands, strict=True):
            began = time.perf_counter()
            subprocess.run(command, cwd=cwd, env=environment, check=True, capture_output=True)
            times.append(time.perf_counter() - began)
    return [statistics.median(times) for times in taken]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        repository = Path(folder)
        subprocess.run(["git", "init", "--quiet", folder], check=True)
        preview = ["--feature", "x", "--requirements", "Add two numbers.", "--dry-run"]
        help_, imports, dry, graph = seconds(
            [*TOOL, "--help"],
            [sys.executable, "-c", "import click, rich.console"],
            [*TOOL, *preview],
            [sys.executable, "-c", "import langgraph.graph"],
            cwd=repository,
        )
    print(
        f"  --help     {help_ * 1e3:4.0f} ms, {help_ / imports:.2f} times its imports (goal ≤ 1.5)"
    )
    print(f"  --dry-run  {dry * 1e3:4.0f} ms, {dry / graph:.2f} times LangGraph's (goal ≤ 1.5)")


if __name__ == "__main__":
    main()
