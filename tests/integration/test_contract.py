"""What contract/CLI.md says of the command line and no other test here holds."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from tests.integration.command import Command
from tests.integration.contract import ANALYSIS, CHECK
from tests.integration.oracle import tasks
from tests.integration.test_killed import ORDER, held

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = (sys.executable, str(ROOT / "scripts" / "ai-assisted-deploy.py"))
TASK = tasks()["humaneval-3"]
TEXT = "A note has a title (text). Notes can be created."
PLAN = ("--feature", "notes", "--requirements", TEXT, "--dry-run", "--json")
MODE = "AI_DEPLOY_DEPLOYMENT_PROVISION_MODE"
OPTIONS = [
    *("--feature", "--requirements", "--requirements-file", "--mode", "--config"),
    *("--max-retries", "--budget-usd", "--no-regenerate", "--regenerate", "--host"),
    *("--skip-base-rebuild", "--recovery-mode", "--analyze-logs", "--dry-run", "--no-push"),
    *("--no-commit", "--workspace", "--json", "--events", "--yes", "--no-input"),
    *("--unsafe-no-sandbox",),
]
COMMANDS = [
    *("analyze", "check", "resume", "runs", "show", "replay", "doctor", "init", "config"),
    *("provision", "inject-config", "generate-service-test", "status", "logs", "rollback"),
    *("stop", "watch", "read", "rules", "clean", "usage"),
]


def test_every_option_is_there(tool: Command) -> None:
    shown = tool.call("--help").stdout.split()
    assert [one for one in OPTIONS if one not in shown] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(tool: Command, command: str) -> None:
    ended = tool.call(command, "--help")
    assert (ended.exit_code, ended.stdout.splitlines()[0].split()[:3]) == (
        0,
        ["Usage:", "ai-assisted-deploy", command],
    )


def test_the_script_of_a_clone_is_the_same_command(tool: Command) -> None:
    script = replace(tool, argv=SCRIPT)
    assert script.run(*PLAN).result == tool.run(*PLAN).result
    refused = script.run("--feature", "../orders", "--json")
    assert (refused.exit_code, refused.result["status"]) == (2, "failed")


def test_a_flag_beats_the_variable_which_beats_the_file_which_beats_the_default(
    tool: Command,
) -> None:
    def mode(*flags: str, **environ: str) -> str:
        there = replace(tool, environ={**tool.environ, **environ})
        planned: str = there.call(*PLAN, *flags).result["mode"]
        return planned

    assert mode() == "SERVICE"
    (tool.root / "deployment.yaml").write_text("deployment: {provision_mode: CODE}\n")
    assert mode() == "CODE"
    assert mode(**{MODE: "SERVICE"}) == "SERVICE"
    assert mode("--mode", "CODE", **{MODE: "SERVICE"}) == "CODE"
    (tool.root / "other.yaml").write_text("deployment: {provision_mode: SERVICE}\n")
    assert mode("--config", "other.yaml") == "SERVICE"
    assert mode("--config", "other.yaml", **{MODE: "CODE"}) == "CODE"


def test_the_number_of_retries_overrides_the_file(tool: Command) -> None:
    (tool.root / "deployment.yaml").write_text("deployment: {max_retries: 4}\n")
    most = [
        tool.call(*PLAN, *flags).result["calls"]["max"] for flags in ((), ("--max-retries", "0"))
    ]
    assert most[0] > most[1]


def test_another_folder_is_worked_in(tool: Command, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    away = replace(tool, root=tmp_path / "elsewhere")
    ended = away.call(*PLAN, "--workspace", str(tool.root))
    assert ended.exit_code == 0, ended.said
    assert ended.result["files"]["behaviors/notes/main.py"] == "write"
    assert away.call(*PLAN).exit_code == 2, "it is no repository"


def test_a_dry_run_of_a_feature_that_is_held_ends_as_the_run_would(tool: Command) -> None:
    with held(tool):
        codes = [tool.call(*ORDER, *flags).exit_code for flags in ((), ("--dry-run",))]
    assert codes == [6, 6]


def test_a_dry_run_without_an_engine_ends_as_the_run_would(tool: Command) -> None:
    away = replace(tool, environ={**tool.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock"})
    order = ("--feature", "notes", "--requirements", TEXT, "--mode", "CONTAINER")
    ended = [away.call(*order, *flags) for flags in ((), ("--dry-run",))]
    assert [one.exit_code for one in ended] == [2, 2]
    assert ended[0].stderr == ended[1].stderr


@pytest.mark.parametrize(("main", "code", "verdict"), [(TASK.main, 0, "green"), ("", 1, "red")])
def test_check_gives_the_object_and_the_exit_code_of_its_verdict(
    tool: Command, main: str, code: int, verdict: str
) -> None:
    folder = tool.root / "feature"
    folder.mkdir()
    (folder / "test.py").write_text(TASK.tests)
    (folder / "main.py").write_text(main)
    ended = tool.run("check", "feature", "--json")
    jsonschema.validate(ended.result, CHECK)
    assert (ended.exit_code, ended.result["verdict"]) == (code, verdict)


@pytest.mark.parametrize("log", ["ModuleNotFoundError: No module named 'cv2'", "all is well"])
def test_analyze_gives_the_object_for_whatever_it_reads(tool: Command, log: str) -> None:
    ended = tool.call("analyze", "--json", stdin=log)
    assert ended.exit_code == 0
    jsonschema.validate(ended.result, ANALYSIS)


def test_the_script_of_a_clone_says_what_an_interpreter_lacks() -> None:
    bare = subprocess.run(
        [sys.executable, "-S", "-I", SCRIPT[1], "--help"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert bare.returncode == 1
    assert "make demo" in bare.stderr
