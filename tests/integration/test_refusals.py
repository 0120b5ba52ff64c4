"""What a refused order leaves: no folder of the feature, no run unless it can go on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.demo import REQUIREMENTS
from tests.integration.command import Command
from tests.integration.oracle import Oracle, tasks
from tests.servers.wire import ModelServer

TASK = tasks()["humaneval-3"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE")
UNREADABLE = "The zoo sings at night, mostly."


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Oracle()) as server:
        yield server


def runs(tool: Command) -> list[str]:
    """The status of each recorded run."""
    shown = tool.call("runs").stdout.splitlines()
    return [] if shown == ["no runs yet"] else [line.split()[1] for line in shown]


def nothing_is_left(tool: Command) -> None:
    assert {path.name for path in tool.root.iterdir()} <= {".git", ".ai-deploy", "deployment.yaml"}
    assert tool.git("status", "--porcelain", "--", "behaviors") == ""


@pytest.mark.parametrize("preview", [(), ("--dry-run",)])
def test_words_that_nobody_can_read_begin_no_run(tool: Command, preview: tuple[str, ...]) -> None:
    ended = tool.run("--feature", "zoo", "--requirements", UNREADABLE, "--mode", "CODE", *preview)
    assert ended.exit_code == 4
    assert ended.stdout == ""
    assert UNREADABLE.rstrip(".") in ended.stderr
    assert "say it in a form of" in ended.stderr
    assert "resume" not in ended.stderr, "the same words would be refused again"
    nothing_is_left(tool)
    if not preview:
        assert runs(tool) == []


def test_a_model_that_cannot_be_reached_leaves_a_paused_run_and_no_folder(
    tool: Command, model: ModelServer
) -> None:
    (tool.root / "deployment.yaml").write_text("assistant: {patience_seconds: 0}\n")
    away = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    ended = away.run(*ORDER)
    assert ended.exit_code == 4
    assert "  paused   NoProviderAvailable" in ended.stdout
    named = "http://127.0.0.1:9/v1, which OPENAI_BASE_URL names"
    assert f"  next     see that a server answers at {named}, and resume" in ended.stdout
    assert "failed   " not in ended.stdout
    assert "behaviors" not in ended.stdout, "there is no folder to be named"
    nothing_is_left(tool)
    assert runs(tool) == ["paused"]

    back = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": f"{model.url}/v1"})
    [command] = [line for line in ended.stdout.splitlines() if line.startswith("  resume ")]
    assert back.run(*command.split()[2:]).exit_code == 0, "what is advised works"
    assert (tool.root / "behaviors" / TASK.id / "main.py").is_file()


def test_a_spent_budget_leaves_a_paused_run_and_no_folder(
    tool: Command, model: ModelServer
) -> None:
    there = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": f"{model.url}/v1"})
    (tool.root / "deployment.yaml").write_text("assistant: {budgets: {run: {calls: 0}}}\n")
    ended = there.run(*ORDER)
    assert ended.exit_code == 5, ended.said
    assert "  paused   BudgetExceeded" in ended.stdout
    nothing_is_left(tool)
    assert runs(tool) == ["paused"]


def test_a_resumed_run_does_not_take_the_record_for_options(
    tool: Command, model: ModelServer
) -> None:
    """The files that a run keeps are recorded as "keep", which is also the name of a flag."""
    away = replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"})
    (tool.root / "deployment.yaml").write_text(
        "assistant: {patience_seconds: 0}\nquality: {review: 'off', mutation: 'off'}\n"
    )
    done = tool.run("--feature", "orders", "--requirements", REQUIREMENTS, "--mode", "CODE")
    assert done.exit_code == 0, done.said
    paused = away.run("--feature", "orders", "--mode", "SERVICE", "--no-regenerate", "--json")
    assert paused.exit_code == 2, "there are no requirements to write the service by"
    order = ("--feature", "orders", "--requirements", REQUIREMENTS, "--mode", "SERVICE")
    paused = away.run(*order, "--no-regenerate", "--json")
    assert paused.exit_code == 4, paused.said
    resumed = tool.run("resume", paused.result["run_id"], "--json")
    assert resumed.exit_code == 0, resumed.said
    assert resumed.result["running"] is False


def test_a_refusal_before_the_first_step_leaves_no_run(tool: Command) -> None:
    for arguments, code in (
        (("--mode", "SSH"), 2),
        (("--no-regenerate",), 2),
        (("--recovery-mode",), 2),
    ):
        ended = tool.call("--feature", "zoo", *arguments)
        assert ended.exit_code == code
        nothing_is_left(tool)


def test_another_run_that_holds_the_feature_leaves_nothing(tool: Command, tmp_path: Path) -> None:
    from ledger.lock import lock_feature
    from provisioner.files.workspace import open_workspace

    workspace = open_workspace(tool.root)
    url = f"sqlite:///{workspace.state_dir / 'ledger.sqlite'}"
    with lock_feature("orders", "other", state=workspace.state_dir, url=url, workspace=""):
        ended = tool.run("--feature", "orders", "--requirements", REQUIREMENTS, "--mode", "CODE")
    assert ended.exit_code == 6
    nothing_is_left(tool)
    assert runs(tool) == []
