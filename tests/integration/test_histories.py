"""Runs that older versions left behind go on, or are replayed, as if this one had begun them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from graph.state import VERSION
from ledger.database import open_ledger
from tests.integration.command import Command
from tests.integration.histories import ROOT, lay
from tests.integration.oracle import Oracle
from tests.integration.test_killed import ORDER, TASK
from tests.servers.wire import ModelServer

HISTORIES = sorted(ROOT.iterdir())


def named(how: str) -> list[Path]:
    return [history for history in HISTORIES if history.name.endswith(how)]


def test_there_is_a_history_of_every_version() -> None:
    wanted = {f"{version}-{how}" for version in range(1, VERSION + 1) for how in ("killed", "done")}
    assert {history.name for history in HISTORIES} >= wanted


@pytest.mark.parametrize("history", HISTORIES, ids=lambda history: history.name)
def test_its_record_is_whole_and_can_be_read(tool: Command, history: Path) -> None:
    lay(history, tool)
    with open_ledger(f"sqlite:///{tool.root / '.ai-deploy' / 'ledger.sqlite'}") as ledger:
        (run,) = ledger.runs.list()
        ledger.require_whole(run.run_id)
        assert ledger.usage.run(run.run_id).total.calls >= 2
    shown = tool.call("show", run.run_id)
    assert shown.exit_code == 0
    assert "generate_main: again" in shown.stdout


@pytest.mark.parametrize("history", named("killed"), ids=lambda history: history.name)
def test_a_killed_run_goes_on_where_it_was(tool: Command, history: Path) -> None:
    lay(history, tool)
    with ModelServer(Oracle()) as server:
        environ = {**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"}
        ended = replace(tool, environ=environ).call(*ORDER)
        asked = Counter(seen.function for seen in server.calls)
    assert ended.exit_code == 0, ended.said
    assert asked["generate_test_code"] == 0
    assert asked["generate_main_code"] == 1
    attempts = {step["name"]: step["attempts"] for step in ended.result["steps"]}
    assert (attempts["generate_tests"], attempts["generate_main"]) == (1, 2)
    assert tool.committed(f"behaviors/{TASK.id}/main.py") == TASK.main.encode()


@pytest.mark.parametrize("history", named("done"), ids=lambda history: history.name)
def test_a_finished_run_is_replayed_step_by_step(tool: Command, history: Path) -> None:
    """Steps that this version has and that one had not are no difference."""
    lay(history, tool)
    (run,) = tool.call("runs").stdout.splitlines()
    ended = tool.call("replay", run.split()[0], "--json")
    assert "Traceback" not in ended.said
    shown = ended.result
    assert shown["calls"] == 0
    assert shown["files"] == []
    then = [step for step in shown["steps"] if step["then"]]
    assert len(then) >= 6
    assert [step for step in then if not step["equal"]] == []
