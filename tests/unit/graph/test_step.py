"""The wrapper around every node: it skips, records, announces and turns errors into data."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from langgraph.runtime import Runtime

from assistant.errors import NoProviderAvailable
from graph.deps import Deps
from graph.events import Event, StepFinished, StepStarted
from graph.state import DeploymentState, StateUpdate
from graph.workflow import Node, step
from provisioner.errors import CommandFailed
from tests.unit.graph.samples import failure, state


class Bench:
    """Runs one node under the wrapper, by a clock that makes a second of every look."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.runtime = cast(
            Runtime[Deps], SimpleNamespace(context=SimpleNamespace(emit=self.events.append))
        )
        self._time = 0.0

    def clock(self) -> float:
        self._time += 1.0
        return self._time

    async def run(self, name: str, node: Node, before: DeploymentState) -> Any:
        return await step(name, node, self.clock)(before, self.runtime)


def giving(**update: Any) -> Node:
    async def node(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
        return cast(StateUpdate, update)

    return node


def raising(error: Exception) -> Node:
    async def node(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
        raise error

    return node


async def test_a_step_is_announced_recorded_and_counted() -> None:
    bench = Bench()
    update = await bench.run("deploy", giving(url="http://x", note="up"), state())
    assert update["url"] == "http://x"
    assert update["rounds"] == {"deploy": 1}
    assert update["steps"]["deploy"] == {"status": "done", "attempts": 1, "seconds": 1.0}
    started, finished = bench.events
    assert started == StepStarted("deploy", 1)
    assert isinstance(finished, StepFinished)
    assert (finished.step, finished.round, finished.status, finished.note) == (
        "deploy",
        1,
        "done",
        "up",
    )


async def test_attempts_and_seconds_add_up_over_the_rounds() -> None:
    bench = Bench()
    first = await bench.run("generate_main", giving(again=True), state())
    second = await bench.run("generate_main", giving(), state(**first))
    assert first["steps"]["generate_main"]["status"] == "failed"
    assert second["steps"]["generate_main"]["status"] == "done"
    assert second["steps"]["generate_main"]["attempts"] == 2
    assert second["steps"]["generate_main"]["seconds"] == pytest.approx(2.0)
    assert second["rounds"] == {"generate_main": 2}
    assert [e.status for e in bench.events if isinstance(e, StepFinished)] == ["again", "done"]


async def test_what_was_for_the_moment_is_forgotten() -> None:
    before = state(note="old", again=True, skipped=True)
    update = await Bench().run("commit", giving(), before)
    assert (update["note"], update["again"], update["skipped"]) == ("", False, False)


async def test_a_step_outside_the_plan_is_skipped_unheard_and_never_counts_as_passed() -> None:
    bench = Bench()
    update = await bench.run("deploy", raising(AssertionError("ran")), state(plan=["scaffold"]))
    assert update["steps"]["deploy"] == {"status": "skipped", "attempts": 0, "seconds": 0.0}
    assert "rounds" not in update
    assert bench.events == []


async def test_a_step_that_finds_nothing_to_do_is_skipped_too() -> None:
    update = await Bench().run("push", giving(skipped=True, note="no remote"), state())
    assert update["steps"]["push"]["status"] == "skipped"
    assert update["steps"]["push"]["attempts"] == 0


async def test_helpers_of_the_picture_are_never_skipped() -> None:
    update = await Bench().run("recover", giving(), state(plan=[]))
    assert update["steps"]["recover"]["status"] == "done"


async def test_an_expected_error_becomes_the_state_s_failure() -> None:
    bench = Bench()
    error = CommandFailed(["git", "push"], 1, "! [rejected]")
    update = await bench.run("push", raising(error), state())
    assert update["failure"]["step"] == "push"
    assert update["failure"]["evidence"] == ["! [rejected]"]
    assert update["steps"]["push"]["status"] == "failed"
    assert isinstance(bench.events[-1], StepFinished)
    assert bench.events[-1].status == "failed"


async def test_a_failure_that_a_step_gives_is_recorded_as_one() -> None:
    update = await Bench().run("deploy", giving(failure=failure("deploy")), state())
    assert update["steps"]["deploy"]["status"] == "failed"


@pytest.mark.parametrize("error", [NoProviderAvailable("down"), ZeroDivisionError("a bug")])
async def test_what_no_step_can_answer_passes_through(error: Exception) -> None:
    with pytest.raises(type(error)):
        await Bench().run("generate_main", raising(error), state())


async def test_the_records_of_other_steps_stay() -> None:
    steps = {"scaffold": {"status": "done", "attempts": 1, "seconds": 0.1}}
    update = await Bench().run("commit", giving(), state(steps=steps, rounds={"scaffold": 1}))
    assert update["steps"]["scaffold"] == steps["scaffold"]
    assert list(update["steps"]) == ["scaffold", "commit"]
    assert update["rounds"] == {"scaffold": 1, "commit": 1}
