"""Whole runs of the installed command in CODE mode against a server that speaks Chat Completions.

Twenty tasks, five in a quick run, each answered wrongly first and rightly second, and each answered
with its broken variants alone. All tasks, with every broken variant alone:
`python -m tests.integration.all_tasks`.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from tests.conftest import share
from tests.integration.command import Command, Ended
from tests.integration.contract import RESULT
from tests.integration.oracle import Codes, Oracle, Task, never_right, tasks, wrong_then_right
from tests.servers.wire import ModelServer, Seen

CHOSEN = share(list(tasks())[::8][:20], 4)
# A broken variant may loop for ever; mutants and reviews have tests of their own.
SETTINGS = "limits: {test_seconds: 2}\nquality: {mutation: 'off', review: 'off'}\n"


@dataclass(frozen=True)
class Delivered:
    ended: Ended
    requests: tuple[Seen, ...]

    @property
    def functions(self) -> list[str]:
        return [seen.function for seen in self.requests]

    def asked(self, function: str) -> list[str]:
        """The user messages that asked for a function."""
        return [
            str(seen.body["messages"][-1]["content"])
            for seen in self.requests
            if seen.function == function
        ]


def deliver(
    command: Command, task: Task, codes: Codes, *options: str, settings: str = SETTINGS
) -> Delivered:
    (command.root / "deployment.yaml").write_text(settings)
    order = ("--feature", task.id, "--requirements", task.requirements, "--mode", "CODE")
    with ModelServer(Oracle(codes)) as server:
        url = f"{server.url}/v1"
        ended = command.run(*order, "--json", "--no-input", *options, OPENAI_BASE_URL=url)
        return Delivered(ended, tuple(server.calls))


@pytest.mark.parametrize("name", CHOSEN)
def test_wrong_first_and_right_second_is_delivered(tool: Command, name: str) -> None:
    task = tasks()[name]
    delivered = deliver(tool, task, wrong_then_right)
    ended, functions = delivered.ended, delivered.functions
    assert ended.exit_code == 0, ended.said
    result = ended.result
    jsonschema.validate(result, RESULT)
    assert (result["status"], result["feature"], result["mode"]) == ("done", name, "CODE")
    assert result["tests"]["verdict"] == "green"
    assert result["tests"]["passed"] == result["tests"]["collected"] > 0
    assert result["tests"]["assertions"] > 0
    assert functions.count("generate_test_code") == 1
    assert functions.count("generate_main_code") == 2
    assert result["usage"]["calls"] == len(functions)
    assert result["commit"] == tool.git("rev-parse", "HEAD")
    assert tool.committed(f"behaviors/{name}/main.py") == task.main.encode()
    assert tool.committed(f"behaviors/{name}/test.py") == task.tests.encode()
    assert len(tool.commits()) == 1
    assert tool.git("status", "--porcelain", "--", "behaviors") == ""
    repair = delivered.asked("generate_main_code")[1]
    assert task.requirements in repair
    assert task.broken[0].strip() in repair, "it sees the code that failed"
    assert "## Its failure" in repair


def parses(code: str) -> bool:
    try:
        ast.parse(code)
    except SyntaxError:
        return False
    return True


@pytest.mark.parametrize("name", CHOSEN)
def test_no_broken_variant_is_ever_committed(tool: Command, name: str) -> None:
    broken = tasks()[name].broken
    retries = str(len(broken) - 1)
    delivered = deliver(tool, tasks()[name], never_right, "--max-retries", retries)
    ended = delivered.ended
    assert ended.exit_code == 1, ended.said
    result = ended.result
    jsonschema.validate(result, RESULT)
    assert (result["status"], result["commit"], result["pushed"]) == ("failed", None, False)
    assert result["tests"]["verdict"] != "green"
    unreadable = {"code_syntax_error"} if not all(map(parses, broken)) else set()
    assert result["error"]["type"] in {"test_failed", *unreadable}
    assert result["error"]["evidence"]
    assert delivered.functions.count("generate_main_code") == len(broken)
    steps = {step["name"]: step["attempts"] for step in result["steps"]}
    assert steps["generate_main"] == len(broken)
    assert tool.commits() == []
    assert tool.git("status", "--porcelain", "--", "behaviors") == "?? behaviors/"


def test_with_the_gates_that_hold_by_default(tool: Command) -> None:
    """Hidden tests, mutants and the review, none of which stops a right program."""
    task = tasks()["humaneval-0"]
    delivered = deliver(tool, task, wrong_then_right, settings="")
    result = delivered.ended.result
    assert delivered.ended.exit_code == 0, delivered.ended.said
    jsonschema.validate(result, RESULT)
    assert result["tests"]["mutation_score"] > 0.5
    assert "review_code" in delivered.functions
    assert tool.committed(f"behaviors/{task.id}/main.py") == task.main.encode()


def test_a_push_goes_to_the_remote_there_is(tool: Command, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    tool.git("init", "--quiet", "--bare", str(remote))
    tool.git("remote", "add", "origin", str(remote))
    name = "humaneval-2"
    delivered = deliver(tool, tasks()[name], wrong_then_right)
    result = delivered.ended.result
    assert (result["status"], result["pushed"]) == ("done", True)
    assert tool.git("ls-remote", str(remote)).split()[0] == result["commit"]


@pytest.mark.parametrize("option", ["--no-push", "--no-commit"])
def test_a_run_stops_short_of_git_where_it_is_told_to(
    tool: Command, tmp_path: Path, option: str
) -> None:
    remote = tmp_path / "remote.git"
    tool.git("init", "--quiet", "--bare", str(remote))
    tool.git("remote", "add", "origin", str(remote))
    name = "humaneval-2"
    result = deliver(tool, tasks()[name], wrong_then_right, option).ended.result
    assert (result["status"], result["pushed"]) == ("done", False)
    assert tool.git("ls-remote", str(remote)) == ""
    assert len(tool.commits()) == (1 if option == "--no-push" else 0)
    assert (result["commit"] is None) == (option == "--no-commit")
    main = tool.root / "behaviors" / name / "main.py"
    assert main.read_text("utf-8") == tasks()[name].main
