"""Runs that are interrupted within the workflow: by a clock that jumps, a lock that is lost, a
provider that dies, and a process that ended before it could say how the run did."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from assistant.errors import NoProviderAvailable
from assistant.request import Answer, F, Purpose, Request
from graph.errors import FeatureExists
from graph.run.execute import mark_reported, run_feature
from ledger.connection import Clock
from ledger.database import open_ledger
from ledger.errors import LockLost
from tests.workflow.scripted import Runner, ScriptedAssistant, steps
from tests.workflow.test_code_runs import RIGHT, TESTS, WRONG, script

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DOWN = NoProviderAvailable("all down", ("openai: 503",))


def clock(start: datetime) -> Clock:
    """A clock that goes on by a second with each look."""
    now = [start]

    def look() -> datetime:
        now[0] += timedelta(seconds=1)
        return now[0]

    return look


async def run_at(runner: Runner, assistant: ScriptedAssistant, start: datetime, run: str = "one"):
    return await run_feature(
        runner.request(),
        lambda event, *_: runner.events.append(event),
        assistant=assistant,
        run_id=f"20261121-000000-{run}",
        clock=clock(start),
    )


@pytest.mark.parametrize("jump", [-DAY, DAY], ids=["a day back", "a day on"])
async def test_a_clock_that_jumps_by_a_day_changes_nothing(runner: Runner, jump: timedelta) -> None:
    paused = await run_at(runner, script(main=(WRONG, DOWN)), NOON)
    assert (paused.status, paused.exit_code) == ("paused", 4)
    going_on = script(main=(RIGHT,))
    result = await run_at(runner, going_on, NOON + jump, run="two")
    assert (result.status, result.exit_code) == ("done", 0)
    assert result.run_id == paused.run_id
    assert going_on.count("generate_test_code") == 0
    assert steps(result)["generate_main"] == ("done", 2)
    assert all(step["seconds"] >= 0 for step in result.record["steps"])
    with open_ledger(f"sqlite:///{runner.root / '.ai-deploy' / 'ledger.sqlite'}") as ledger:
        ledger.require_whole(result.run_id)


async def test_the_latest_run_is_the_one_that_began_last_whatever_the_clock_said(
    runner: Runner,
) -> None:
    await run_at(runner, script(main=(DOWN,)), NOON)
    later = runner.request(requirements="add(a, b) adds. Also negative numbers.")
    paused = await run_feature(
        later,
        lambda *_: None,
        assistant=script(main=(DOWN,)),
        run_id="20261120-000000-two",
        clock=clock(NOON - DAY),
    )
    result = await run_feature(later, lambda *_: None, assistant=script(), clock=clock(NOON))
    assert result.run_id == paused.run_id == "20261120-000000-two"


class Thief(ScriptedAssistant):
    """Takes the feature's lock away while the model thinks."""

    def __init__(self, runner: Runner, function: str) -> None:
        super().__init__({"generate_test_code": [TESTS], "generate_main_code": [RIGHT]})
        self._lock = runner.root / ".ai-deploy" / "locks" / "adder.lock"
        self._function = function

    async def ask(self, request: Request[F], purpose: Purpose) -> Answer[F]:
        if request.function.name == self._function:
            self._lock.unlink()
        return await super().ask(request, purpose)


@pytest.mark.parametrize("function", ["generate_main_code", "create_commit_message"])
async def test_a_holder_that_lost_its_lock_stops_before_its_next_effect(
    runner: Runner, function: str
) -> None:
    with pytest.raises(LockLost, match="'adder'"):
        await runner.run(Thief(runner, function))
    assert runner.git("for-each-ref") == "", "nothing was committed"
    result = await runner.run(script())
    assert result.exit_code == 0
    assert len(runner.git("log", "--format=%s").splitlines()) == 1


def _died(runner: Runner, run_id: str) -> None:
    """Make the record say that the run's process is one that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with open_ledger(f"sqlite:///{runner.root / '.ai-deploy' / 'ledger.sqlite'}") as ledger:
        run = ledger.runs.get(run_id)
        assert run
        assert run.process
        dead = replace(run.process, pid=ended.pid)
        ledger.runs.update(run_id, process=dead)


Codes = Callable[[], ScriptedAssistant]


@pytest.mark.parametrize(("main", "status"), [(RIGHT, "done"), (WRONG, "failed")])
async def test_a_result_that_was_never_told_is_told_to_the_same_order(
    runner: Runner, main: str, status: str
) -> None:
    changes = {"flags": {"deployment.max_retries": 0}}
    first = await runner.run(script(main=(main,)), **changes)
    assert first.status == status
    _died(runner, first.run_id)
    silent = script()
    again = await runner.run(silent, **changes)
    assert again.record == first.record
    assert again.exit_code == first.exit_code
    assert silent.asked == []
    assert len(runner.git("log", "--all", "--format=%s").splitlines()) == int(status == "done")


async def test_a_result_that_was_told_is_not_told_again(runner: Runner) -> None:
    first = await runner.run(script())
    _died(runner, first.run_id)
    mark_reported(runner.request(), first)
    with pytest.raises(FeatureExists):
        await runner.run(script())


async def test_another_order_gets_no_result_of_an_earlier_one(runner: Runner) -> None:
    first = await runner.run(script())
    _died(runner, first.run_id)
    with pytest.raises(FeatureExists):
        await runner.run(script(), requirements="something else")
