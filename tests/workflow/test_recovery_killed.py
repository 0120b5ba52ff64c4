"""kill -9 between a recovery action and its record: it is done once, and the run is done."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.packages import need_configured_index
from tests.workflow.scripted import Runner, ScriptedAssistant
from tests.workflow.test_package_runs import HIDDEN_IMPORT
from tests.workflow.test_recovery_service import (
    BLAMES_THE_TESTS,
    ENDS,
    FULL,
    HANGS_ONCE,
    MODEL_AWAY,
    QUICK,
    TAKES_A_PORT_TWICE,
    WRONG_TESTS,
    Case,
    actions,
    once,
    prepare,
)
from tests.workflow.test_service_runs import SERVICE_TESTS, WRONG_SERVICE, script


@dataclass(frozen=True)
class Killed:
    """A run: what its models say before the kill and after it, and what is done in all."""

    before: Callable[[], ScriptedAssistant]
    after: Callable[[], ScriptedAssistant]
    actions: tuple[str, ...]
    startup_seconds: int = 30
    commits: int = 1


CASES = {
    "CODE_FIX": Killed(lambda: script(service=[WRONG_SERVICE]), script, ("test failed CODE_FIX",)),
    "REPROVISION": Killed(
        lambda: script(service=[once(ENDS)]), script, ("provision failed REPROVISION",)
    ),
    "EXTEND_TIMEOUT": Killed(
        lambda: script(service=[once(HANGS_ONCE)]),
        script,
        ("service timeout EXTEND_TIMEOUT",),
        startup_seconds=20,
        commits=2,  # what is deployed is what is committed
    ),
    "MAINTENANCE": Killed(lambda: script(service=[once(FULL)]), script, ("disk full MAINTENANCE",)),
    "INSTALL_DEPENDENCY": Killed(
        lambda: script(service=[HIDDEN_IMPORT]),
        script,
        ("missing dependency INSTALL_DEPENDENCY",),
    ),
    "FREE_PORT": Killed(
        lambda: script(service=[once(TAKES_A_PORT_TWICE)]), script, ("port in use FREE_PORT",)
    ),
    "SWITCH_PROVIDER": Killed(
        lambda: script(service=[once(MODEL_AWAY)]),
        script,
        ("llm provider infra SWITCH_PROVIDER",),
    ),
    "WAIT_AND_RETRY": Killed(script, script, ("network error WAIT_AND_RETRY",)),
    "TEST_FIX": Killed(
        lambda: script(generate_service_test_code=[WRONG_TESTS]),
        lambda: script(
            generate_service_test_code=[SERVICE_TESTS],
            analyze_deployment_error=[BLAMES_THE_TESTS],
        ),
        ("test failed CODE_FIX", "test failed TEST_FIX"),
    ),
}


async def kill_after_action(runner: Runner, *words: str) -> None:
    """Run a case in a process that kills itself, see `tests.workflow.killed`."""
    argv = [sys.executable, "-m", "tests.workflow.killed", str(runner.root), *words]
    top = Path(__file__).parents[2]
    killed = await asyncio.to_thread(subprocess.run, argv, cwd=top, capture_output=True, text=True)
    assert killed.returncode == -9, killed.stderr


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.mark.parametrize("action", CASES)
async def test_an_action_that_is_killed_before_it_is_recorded_is_done_once(
    runner: Runner, action: str
) -> None:
    case = CASES[action]
    prepare(runner, Case([], [], case.startup_seconds))
    if action == "INSTALL_DEPENDENCY":
        await asyncio.to_thread(need_configured_index)
    (runner.root / ".ai-deploy" / "environments" / ("0" * 64)).mkdir(parents=True)
    remote = runner.root.with_name("remote.git")
    if action == "WAIT_AND_RETRY":
        runner.git("remote", "add", "origin", f"http://127.0.0.1:{closed_port()}/remote.git")
    await kill_after_action(runner, action)
    if action == "WAIT_AND_RETRY":
        runner.git("init", "-q", "--bare", str(remote))
        runner.git("remote", "set-url", "origin", str(remote))
    assistant = case.after()
    result = await runner.run(assistant, flags=QUICK)
    assert result.exit_code == 0, result.error
    assert tuple(actions(result.record["tried"])) == case.actions
    assert len(runner.git("log", "--format=%s").splitlines()) == case.commits
    assert assistant.count("generate_main_code") == 0, "what was answered is not asked again"
    assert runner.git("status", "--porcelain") == ""
    folder = runner.root / "behaviors" / "adder"
    if action == "EXTEND_TIMEOUT":
        assert "startup_seconds: 40\n" in (folder / "feature-config.yaml").read_text()
    if action == "WAIT_AND_RETRY":
        assert runner.git("-C", str(remote), "rev-list", "--all") == result.record["commit"]
    if action == "INSTALL_DEPENDENCY":
        listed = (folder / "requirements.txt").read_text("utf-8")
        assert listed.count("python-slugify") == 1
