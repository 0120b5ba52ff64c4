"""How long the command takes, over the parts that it cannot do without."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path

from tests.demo import REQUIREMENTS
from tests.integration.command import Command, clean_environ, new_repository
from tests.integration.oracle import Oracle, Task, tasks, wrong_then_right
from tests.servers.wire import ModelServer

ROUNDS = 7
RUNS = 5
TOOL = [sys.executable, "-m", "console.cli"]
ROOT = Path(__file__).resolve().parents[2]
IMPORTS = (
    "import click, pydantic, yaml, httpx, langgraph.graph, "
    "langgraph.checkpoint.sqlite.aio, langchain_openai"
)
NO_GATES = "quality: {mutation: 'off', review: 'off'}\n"


def medians(rounds: int, *commands: Callable[[], object]) -> list[float]:
    """Median wall-clock seconds of each command, taken in turns so that a load hits all alike."""
    taken: list[list[float]] = [[] for _ in commands]
    for _ in range(rounds):
        for times, command in zip(taken, commands, strict=True):
            began = time.perf_counter()
            command()
            times.append(time.perf_counter() - began)
    return [statistics.median(times) for times in taken]


def start_up(folder: Path) -> None:
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "HOME": str(folder)}

    def process(*command: str) -> Callable[[], object]:
        return lambda: subprocess.run(
            command, cwd=folder, env=environment, check=True, capture_output=True
        )

    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)
    preview = ("--feature", "x", "--requirements", REQUIREMENTS, "--dry-run")
    help_, imports, dry, graph = medians(
        ROUNDS,
        process(*TOOL, "--help"),
        process(sys.executable, "-c", "import click, rich.console"),
        process(*TOOL, *preview),
        process(sys.executable, "-c", "import langgraph.graph"),
    )
    print(
        f"  --help     {help_ * 1e3:4.0f} ms, {help_ / imports:.2f} times its imports (goal ≤ 1.5)"
    )
    print(f"  --dry-run  {dry * 1e3:4.0f} ms, {dry / graph:.2f} times LangGraph's (goal ≤ 1.5)")


def whole_run(folder: Path) -> None:
    """A CODE run with a model that answers at once, wrongly first, over what no run can avoid.

    That is: one process that imports the libraries; the tests as `python test.py`, once against
    the stub, once against the wrong code and twice against the right one, since a green suite is
    confirmed; and git's own way to a commit.
    """
    task = tasks()["humaneval-0"]
    environ = clean_environ(folder / "home")
    numbers = count()

    def run(settings: str) -> None:
        tool = new_repository(folder / f"run{next(numbers)}", environ)
        (tool.root / "deployment.yaml").write_text(settings)
        request = ("--feature", task.id, "--requirements", task.requirements, "--mode", "CODE")
        with ModelServer(Oracle(wrong_then_right)) as server:
            ended = tool.run(*request, "--json", "--no-input", OPENAI_BASE_URL=f"{server.url}/v1")
        assert ended.result["status"] == "done", ended.said
        assert [step["attempts"] for step in ended.result["steps"]][2] == 2, "one repair"

    floor = new_repository(folder / "floor", environ)
    bare, gates, least = medians(
        RUNS, lambda: run(NO_GATES), lambda: run(""), lambda: unavoidable(floor, task)
    )
    print(
        f"  CODE run, one repair, no gates       {bare:5.2f} s, {bare / least:.2f} times its floor"
    )
    print(
        f"  the same with mutants and a review   {gates:5.2f} s, {gates / least:.2f} times its "
        f"floor of {least:.2f} s (goal ≤ 1.5)"
    )


def unavoidable(repository: Command, task: Task) -> None:
    python(repository.root, "-c", IMPORTS)
    (repository.root / "test.py").write_text(task.tests)
    for main in ("raise NotImplementedError", task.broken[0], task.main, task.main):
        (repository.root / "main.py").write_text(main)
        python(repository.root, "-B", "test.py", check=False)
    repository.git("rev-parse", "--show-toplevel")
    repository.git("status", "--porcelain")
    repository.git("add", "main.py", "test.py")
    repository.git("commit", "--quiet", "--allow-empty", "-m", "feat: add it")


def python(folder: Path, *arguments: str, check: bool = True) -> None:
    command: Sequence[str] = (sys.executable, *arguments)
    subprocess.run(command, cwd=folder, check=check, capture_output=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for part in (start_up, whole_run):
            place = Path(folder) / part.__name__
            place.mkdir()
            part(place)


if __name__ == "__main__":
    main()
