"""kill -9 in the middle, signals, and two processes on one feature.

Each moment is a request that the model's server has received and not answered yet, so that no
test waits for a time.
"""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import jsonschema
import pytest

from tests.integration.command import Command
from tests.integration.contract import RESULT
from tests.integration.oracle import Oracle, tasks, wrong_then_right
from tests.servers.wire import Answer, ModelServer, Seen

TASK = tasks()["humaneval-0"]
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE", "--json")


class Halting:
    """A model that holds one request back, and says when it has come.

    Attributes:
        reached: set when the request is there.
    """

    def __init__(self, function: str, number: int) -> None:
        self.reached = threading.Event()
        self.released = threading.Event()
        self._moment = (function, number)
        self._asked: Counter[str] = Counter()
        self._oracle = Oracle(wrong_then_right)

    def __call__(self, seen: Seen) -> Answer:
        self._asked[seen.function] += 1
        if (seen.function, self._asked[seen.function]) == self._moment:
            self.reached.set()
            self.released.wait()
        return self._oracle(seen)


SECOND_MAIN = ("generate_main_code", 2)


@contextmanager
def held(
    tool: Command,
    *options: str,
    moment: tuple[str, int] = SECOND_MAIN,
    terminal: int | None = None,
) -> Iterator[tuple[subprocess.Popen[str], ModelServer, Halting]]:
    """A run that has come to a request, and waits there."""
    (tool.root / "deployment.yaml").write_text("quality: {mutation: 'off', review: 'off'}\n")
    model = Halting(*moment)
    with ModelServer(model) as server:
        process = tool.start(
            *ORDER, *options, terminal=terminal, OPENAI_BASE_URL=f"{server.url}/v1"
        )
        try:
            assert model.reached.wait(60), process.communicate(timeout=1)
            yield process, server, model
        finally:
            model.released.set()
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


def killed(tool: Command, moment: tuple[str, int] = SECOND_MAIN) -> list[str]:
    """What was asked and answered before a run's process group was killed at a moment."""
    with held(tool, moment=moment) as (process, server, _):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return [_question(seen) for seen in server.calls[:-1]]


def _question(seen: Seen) -> str:
    """What tells one request from another: all that was sent."""
    return f"{seen.function} {seen.text}"


@pytest.mark.parametrize("way", ["the same command", "resume"])
def test_a_killed_run_goes_on_and_pays_nothing_twice(tool: Command, way: str) -> None:
    answered = killed(tool)
    assert [one.split()[0] for one in answered][:2] == ["generate_test_code", "generate_main_code"]
    (run,) = tool.run("runs", "--json").stdout.splitlines()
    assert '"status": "interrupted"' in run
    with ModelServer(Oracle()) as server:
        url = f"{server.url}/v1"
        if way == "resume":
            run_id = run.partition('"run_id": "')[2].partition('"')[0]
            ended = tool.run("resume", run_id, "--json", OPENAI_BASE_URL=url)
        else:
            ended = tool.run(*ORDER, OPENAI_BASE_URL=url)
        asked = [_question(seen) for seen in server.calls]
    assert ended.exit_code == 0, ended.said
    result = ended.result
    jsonschema.validate(result, RESULT)
    assert not set(asked) & set(answered), "a completed call was paid again"
    assert [one.split()[0] for one in asked].count("generate_main_code") == 1
    steps = {step["name"]: step for step in result["steps"]}
    assert steps["generate_tests"]["attempts"] == 1
    assert steps["generate_main"]["attempts"] == 2
    assert len(tool.commits()) == 1
    assert tool.committed(f"behaviors/{TASK.id}/main.py") == TASK.main.encode()
    assert tool.git("fsck", "--no-dangling") == ""


def test_a_killed_run_leaves_no_lock_and_no_half_written_file(tool: Command) -> None:
    killed(tool)
    left = [path.name for path in tool.root.rglob("*") if path.name.endswith((".tmp", ".lock"))]
    locks = [name for name in left if name != f"{TASK.id}.lock"]
    assert locks == [], "the feature's own lock is free as soon as its holder is dead"
    with ModelServer(Oracle()) as server:
        assert tool.run(*ORDER, OPENAI_BASE_URL=f"{server.url}/v1").exit_code == 0


def test_a_run_killed_after_the_tests_keeps_the_frozen_ones(tool: Command) -> None:
    """The first code is asked for when the tests are frozen; they are not written again."""
    killed(tool, ("generate_main_code", 1))
    with ModelServer(Oracle()) as server:
        ended = tool.run(*ORDER, OPENAI_BASE_URL=f"{server.url}/v1")
        functions = [seen.function for seen in server.calls]
    assert ended.exit_code == 0, ended.said
    assert "generate_test_code" not in functions
    assert tool.committed(f"behaviors/{TASK.id}/test.py") == TASK.tests.encode()


def test_a_run_killed_before_its_first_answer_begins_again_as_the_same_run(tool: Command) -> None:
    killed(tool, ("generate_test_code", 1))
    with ModelServer(Oracle()) as server:
        ended = tool.run(*ORDER, OPENAI_BASE_URL=f"{server.url}/v1")
    assert ended.exit_code == 0, ended.said
    assert len(tool.run("runs").stdout.splitlines()) == 1


def test_other_requirements_after_a_kill_begin_another_run(tool: Command) -> None:
    killed(tool)
    order = list(ORDER)
    order[3] = f"{TASK.requirements}\nNever return None."
    with ModelServer(Oracle()) as server:
        ended = tool.run(*order, OPENAI_BASE_URL=f"{server.url}/v1")
    assert ended.exit_code != 4
    assert len(tool.run("runs").stdout.splitlines()) == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("group", [True, False], ids=["the group", "the process"])
def test_a_signal_ends_the_run_soon_and_says_how_to_go_on(
    tool: Command, number: signal.Signals, code: int, group: bool
) -> None:
    with held(tool) as (process, _, _):
        began = time.monotonic()
        (os.killpg if group else os.kill)(process.pid, number)
        stdout, stderr = process.communicate(timeout=20)
        seconds = time.monotonic() - began
    assert process.returncode == code, stderr
    assert "Traceback" not in stderr
    (line,) = stdout.splitlines()
    result = json.loads(line)
    jsonschema.validate(result, RESULT)
    assert result["status"] == "interrupted"
    assert f"ai-assisted-deploy resume {result['run_id']}" in line + stderr
    assert seconds < 2
    with ModelServer(Oracle()) as server:
        ended = tool.run("resume", result["run_id"], "--json", OPENAI_BASE_URL=f"{server.url}/v1")
    assert ended.exit_code == 0, ended.said
    assert ended.result["run_id"] == result["run_id"]


def test_a_closed_terminal_ends_the_run_as_a_signal_does(tool: Command) -> None:
    ours, theirs = pty.openpty()
    try:
        with held(tool, terminal=theirs) as (process, _, _):
            os.close(ours)  # the kernel sends SIGHUP to whoever has it as their terminal
            assert process.wait(60) == 129
    finally:
        os.close(theirs)
    (run,) = tool.run("runs", "--json").stdout.splitlines()
    assert '"status": "interrupted"' in run
    with ModelServer(Oracle()) as server:
        ended = tool.run(*ORDER, OPENAI_BASE_URL=f"{server.url}/v1")
    assert ended.exit_code == 0, ended.said


def test_with_nohup_a_closed_terminal_ends_nothing(tool: Command) -> None:
    with held(replace(tool, argv=("nohup", *tool.argv))) as (process, _, model):
        os.kill(process.pid, signal.SIGHUP)
        model.released.set()
        _stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr


def test_the_second_process_on_a_feature_is_turned_away(tool: Command) -> None:
    with held(tool) as (process, server, model):
        asked = len(server.calls)
        second = tool.run(*ORDER, OPENAI_BASE_URL=f"{server.url}/v1")
        assert second.exit_code == 6
        assert second.result["error"]["type"] == "RunLocked"
        assert str(process.pid) in second.stderr
        assert TASK.id in second.stderr
        assert len(server.calls) == asked, "it has asked nothing"
        model.released.set()
        _stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 0, stderr
    assert len(tool.commits()) == 1


def test_another_feature_of_the_same_repository_is_not_turned_away(tool: Command) -> None:
    other = tasks()["humaneval-4"]
    order = ("--feature", other.id, "--requirements", other.requirements, "--mode", "CODE")
    with held(tool) as (process, _server, model), ModelServer(Oracle()) as another:
        ended = tool.run(*order, OPENAI_BASE_URL=f"{another.url}/v1")
        assert ended.exit_code == 0, ended.said
        model.released.set()
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(tool.commits()) == 2


def test_the_second_look_at_a_run_under_way_changes_nothing(tool: Command) -> None:
    with held(tool) as (process, _, model):
        listed = tool.run("runs", "--json").stdout
        assert '"status": "running"' in listed
        resumed = tool.run("resume", listed.partition('"run_id": "')[2].partition('"')[0])
        assert resumed.exit_code == 6
        model.released.set()
        process.communicate(timeout=60)
    assert process.returncode == 0
