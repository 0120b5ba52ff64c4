"""`replay`: a run again from its journal, without a model, a network or a push."""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import Codes, Oracle, never_right, right, wrong_then_right
from tests.integration.snapshot import snapshot
from tests.integration.test_killed import ORDER, TASK, held
from tests.servers.wire import ModelServer


def with_remote(tool: Command, remote: Path) -> Command:
    tool.git("init", "--quiet", "--bare", str(remote))
    tool.git("remote", "add", "origin", str(remote))
    return tool


def delivered(tool: Command, codes: Codes, *options: str) -> Ended:
    with ModelServer(Oracle(codes)) as server:
        environ = {**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"}
        return replace(tool, environ=environ).call(*ORDER, *options)


def replayed(tool: Command, run_id: str, *options: str) -> Ended:
    """Without a key, without a server's address, and without leaving a trace."""
    before = snapshot(tool.root)
    ended = tool.call("replay", run_id, *options)
    after = snapshot(tool.root)
    for found in (before, after):  # SQLite's own, changed by looking
        for name in [name for name in found if name.endswith(("-shm", "-wal"))]:
            del found[name]
    assert after == before
    assert "Traceback" not in ended.said
    return ended


def assert_equal(ended: Ended, least: Sequence[tuple[str, int, str]]) -> None:
    assert ended.exit_code == 0, ended.said
    shown = ended.result
    assert shown["equal"] is True
    assert shown["calls"] == 0
    assert shown["files"] == []
    assert all(step["equal"] for step in shown["steps"])
    steps = [tuple(step["now"] or step["then"]) for step in shown["steps"]]
    assert [step for step in steps if step in least] == list(least)


def test_a_red_round_and_a_push_replay_as_they_were(tool: Command, tmp_path: Path) -> None:
    tool = with_remote(tool, tmp_path / "remote.git")
    done = delivered(tool, wrong_then_right)
    assert done.exit_code == 0, done.said
    assert done.result["pushed"] is True
    remote = snapshot(tmp_path / "remote.git")
    ended = replayed(tool, done.result["run_id"], "--json")
    assert_equal(
        ended,
        [
            ("generate_tests", 1, "done"),
            ("generate_main", 1, "again"),
            ("generate_main", 2, "done"),
            ("prove_tests", 1, "done"),
            ("review", 1, "done"),
            ("commit", 1, "done"),
        ],
    )
    assert snapshot(tmp_path / "remote.git") == remote


def test_a_person_reads_it_step_by_step(tool: Command) -> None:
    done = delivered(tool, right)
    ended = replayed(tool, done.result["run_id"][-4:])
    lines = ended.stdout.splitlines()
    assert ended.exit_code == 0, ended.said
    assert "equal  generate_main 1: done" in lines
    assert lines[-1] == f"{len(lines) - 1} of {len(lines) - 1} steps equal, 0 model calls"


def test_a_run_that_failed_replays_to_the_same_failure(tool: Command) -> None:
    failed = delivered(tool, never_right, "--max-retries", "1")
    assert failed.exit_code == 1, failed.said
    ended = replayed(tool, failed.result["run_id"], "--json")
    assert_equal(
        ended,
        [
            ("generate_main", 1, "again"),
            ("error_analysis", 1, "done"),
            ("give_up", 1, "done"),
        ],
    )


def test_a_run_that_was_killed_and_went_on_replays_as_one(tool: Command) -> None:
    with held(tool) as (process, _server, _model):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    done = delivered(tool, right)
    assert done.exit_code == 0, done.said
    ended = replayed(tool, done.result["run_id"], "--json")
    assert_equal(ended, [("generate_main", 1, "again"), ("generate_main", 2, "done")])


def test_a_run_that_has_not_ended_is_not_replayed(tool: Command) -> None:
    with held(tool) as (process, _server, _model):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    (line,) = tool.call("runs").stdout.splitlines()
    ended = replayed(tool, line.split()[0])
    assert ended.exit_code == 2
    assert "resume" in ended.stderr


def test_a_run_that_kept_every_file_replays(tool: Command) -> None:
    assert delivered(tool, right).exit_code == 0
    kept = tool.call("--feature", TASK.id, "--mode", "CODE", "--no-regenerate", "--json")
    assert kept.exit_code == 0, kept.said
    ended = replayed(tool, kept.result["run_id"], "--json")
    assert_equal(ended, [("generate_main", 1, "done"), ("commit", 1, "done")])


@pytest.mark.parametrize("name", ["requirements.md", "events.ndjson"])
def test_a_run_whose_files_are_gone_is_refused_in_words(tool: Command, name: str) -> None:
    done = delivered(tool, right)
    run_id = done.result["run_id"]
    (tool.root / ".ai-deploy" / "runs" / run_id / name).unlink()
    ended = replayed(tool, run_id)
    assert ended.exit_code == 2, ended.said
    assert name in ended.stderr


def test_a_service_of_the_offline_model_replays_as_it_was(tool: Command) -> None:
    """Its service tests are written by code, since the model refuses to."""
    offline = replace(
        tool, environ={key: value for key, value in tool.environ.items() if "OPENAI" not in key}
    )
    text = "A book has a title (text). Books can be created and listed."
    order = ("--feature", "books", "--requirements", text, "--mode", "SERVICE", "--json")
    done = offline.call(*order)
    assert done.exit_code == 0, done.said
    assert offline.call("stop", "books").exit_code == 0
    ended = replayed(offline, done.result["run_id"], "--json")
    assert_equal(ended, [("service_tests", 1, "done"), ("commit", 1, "done")])
