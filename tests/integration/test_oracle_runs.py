"""Whole runs of the installed command in CODE mode against a server that speaks Chat Completions.

Twenty tasks, each answered wrongly first and rightly second, and each answered with its broken
variants alone. Two runs at a time, each in a repository of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import jsonschema
import pytest

from tests.integration.command import Command, Ended, clean_environ, new_repository
from tests.integration.contract import RESULT
from tests.integration.oracle import Codes, Oracle, Task, never_right, tasks, wrong_then_right
from tests.servers.wire import ModelServer, Seen

CHOSEN = list(tasks())[::8][:20]
SETTINGS = "limits: {test_seconds: 3}\n"  # a broken variant may loop for ever


@dataclass(frozen=True)
class Delivered:
    command: Command
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


def deliver(root: Path, task: Task, codes: Codes, *options: str) -> Delivered:
    with ModelServer(Oracle(codes)) as server:
        environ = clean_environ(root / "home") | {"OPENAI_BASE_URL": f"{server.url}/v1"}
        command = new_repository(root / "repository", environ)
        (command.root / "deployment.yaml").write_text(SETTINGS)
        order = ("--feature", task.id, "--requirements", task.requirements, "--mode", "CODE")
        ended = command.run(*order, "--json", "--no-input", *options)
        return Delivered(command, ended, tuple(server.calls))


def deliver_all(root: Path, codes: Codes, *options: str) -> Mapping[str, Delivered]:
    def one(name: str) -> Delivered:
        place = root / name
        place.mkdir()
        return deliver(place, tasks()[name], codes, *options)

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(CHOSEN, pool.map(one, CHOSEN), strict=True))


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Delivered]:
    return deliver_all(tmp_path_factory.mktemp("mended"), wrong_then_right)


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Delivered]:
    return deliver_all(tmp_path_factory.mktemp("refused"), never_right, "--max-retries", "2")


@pytest.mark.parametrize("name", CHOSEN)
def test_wrong_first_and_right_second_is_delivered(
    mended: Mapping[str, Delivered], name: str
) -> None:
    command, ended, functions = mended[name].command, mended[name].ended, mended[name].functions
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
    assert result["commit"] == command.git("rev-parse", "HEAD")
    assert command.committed(f"behaviors/{name}/main.py") == tasks()[name].main.encode()
    assert command.committed(f"behaviors/{name}/test.py") == tasks()[name].tests.encode()
    assert len(command.commits()) == 1
    assert command.git("status", "--porcelain", "--", "behaviors") == ""


@pytest.mark.parametrize("name", CHOSEN)
def test_no_broken_variant_is_ever_committed(refused: Mapping[str, Delivered], name: str) -> None:
    command, ended, functions = refused[name].command, refused[name].ended, refused[name].functions
    assert ended.exit_code == 1, ended.said
    result = ended.result
    jsonschema.validate(result, RESULT)
    assert (result["status"], result["commit"], result["pushed"]) == ("failed", None, False)
    assert result["tests"]["verdict"] != "green"
    assert result["error"]["type"] == "test_failed"
    assert result["error"]["evidence"]
    assert functions.count("generate_main_code") == 3
    steps = {step["name"]: step["attempts"] for step in result["steps"]}
    assert steps["generate_main"] == 3
    assert command.commits() == []
    assert command.git("status", "--porcelain", "--", "behaviors") == "?? behaviors/"


@pytest.mark.parametrize("name", CHOSEN)
def test_a_repair_is_told_what_failed(mended: Mapping[str, Delivered], name: str) -> None:
    """And sees the code that failed, the tests and the requirements again."""
    repair = mended[name].asked("generate_main_code")[1]
    task = tasks()[name]
    for told in (task.requirements, task.tests.strip(), task.broken[0].strip()):
        assert told in repair
    assert "## Its failure" in repair
