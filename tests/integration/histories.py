"""Golden histories: workspaces in every shape that a released version left behind.

tests/cases/histories/<state version>-<how it was left>/ holds the databases as SQL and the rest as
files, so that a change of either shows in a diff. ``python -m tests.integration.histories``
records those of the present version; what was recorded once stays.
"""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from graph.state import VERSION
from tests.integration.command import Command, clean_environ, new_repository
from tests.integration.oracle import Oracle, wrong_then_right
from tests.servers.wire import ModelServer

ROOT = Path(__file__).resolve().parents[1] / "cases" / "histories"
_DATABASES = ("ledger", "checkpoints")
_LEFT_OUT = ("*.sqlite*", "locks", ".gitignore")


def lay(history: Path, tool: Command) -> Command:
    """Put a history into an empty repository."""
    shutil.copytree(history / "workspace", tool.root, dirs_exist_ok=True)
    state = tool.root / ".ai-deploy"
    shutil.copytree(history / "state", state)
    for name in _DATABASES:
        with closing(sqlite3.connect(state / f"{name}.sqlite")) as connection:
            connection.executescript((history / f"{name}.sql").read_text("utf-8"))
    tool.git("add", ".")
    tool.git("commit", "--quiet", "--message", "docs: as it was found")
    return tool


def keep(tool: Command, history: Path) -> None:
    """Record what is in a repository."""
    state = tool.root / ".ai-deploy"
    history.mkdir(parents=True)
    shutil.copytree(state, history / "state", ignore=shutil.ignore_patterns(*_LEFT_OUT))
    shutil.copytree(
        tool.root, history / "workspace", ignore=shutil.ignore_patterns(".git", ".ai-deploy")
    )
    for name in _DATABASES:
        with closing(sqlite3.connect(state / f"{name}.sqlite")) as connection:
            lines = "\n".join(connection.iterdump())
        (history / f"{name}.sql").write_text(f"{lines}\n", "utf-8")


def _record(kind: str, folder: Path) -> None:
    from tests.integration.test_killed import ORDER, held

    history = ROOT / f"{VERSION}-{kind}"
    if history.exists():
        sys.stdout.write(f"{history.name} was recorded before\n")
        return
    tool = new_repository(folder / kind, clean_environ(folder / "home"))
    if kind == "killed":
        with held(tool) as (process, _server, _model):
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    else:
        with ModelServer(Oracle(wrong_then_right)) as server:
            environ = {**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"}
            assert replace(tool, environ=environ).run(*ORDER).exit_code == 0
    keep(tool, history)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        for how in ("killed", "done"):
            _record(how, Path(made))
