"""How a drive ends: whatever the end is, it is a status, an exit code and what to do next."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.errors import GraphRecursionError
from langgraph.graph import END, START, StateGraph

from assistant.errors import (
    BudgetExceeded,
    NoProviderAvailable,
    NotUnderstood,
    ReplyInvalid,
    RequestRejected,
)
from graph.deps import Deps
from graph.errors import ApprovalNeeded
from graph.result import Ending
from graph.run.checkpoints import Compiled
from graph.run.drive import drive
from graph.state import DeploymentState
from tests.unit.graph.samples import failure, state

CONFIG: Any = {"configurable": {"thread_id": "one"}}
NO_DEPS = cast(Deps, None)  # the nodes here need none
ROOT = Path(__file__).resolve().parents[3]


def graph(node: Callable[[DeploymentState], Awaitable[Any]]) -> Compiled:
    """A workflow of one node."""
    made = StateGraph(DeploymentState, context_schema=Deps)
    made.add_node("only", node)
    made.add_edge(START, "only")
    made.add_edge("only", END)
    return made.compile(checkpointer=InMemorySaver())


async def ended(node: Callable[[DeploymentState], Awaitable[Any]]) -> Ending:
    return await drive(graph(node), state(), CONFIG, NO_DEPS)


def raising(error: BaseException) -> Callable[[DeploymentState], Awaitable[Any]]:
    async def node(state: DeploymentState) -> Any:
        raise error

    return node


async def test_an_end_without_a_failure_is_a_success() -> None:
    async def node(state: DeploymentState) -> Any:
        record = {"status": "done", "attempts": 1, "seconds": 0.1}
        return {"steps": dict.fromkeys(state["plan"], record)}

    assert await ended(node) == Ending("done")


async def test_an_end_before_the_last_planned_step_is_no_success() -> None:
    async def node(state: DeploymentState) -> Any:
        return {"note": "well"}

    ending = await ended(node)
    assert ending.error is not None
    assert (ending.status, ending.error.exit_code) == ("failed", 1)
    assert ending.error.type == "StateDamaged"


async def test_a_failure_in_the_state_is_a_failed_run() -> None:
    async def node(state: DeploymentState) -> Any:
        return {"failure": failure("deploy", "port_in_use", evidence=["8000"], next="free it")}

    ending = await ended(node)
    assert ending.error is not None
    assert (ending.status, ending.error.exit_code) == ("failed", 1)
    assert ending.error.to_json() == {
        "type": "port_in_use",
        "summary": "it failed",
        "evidence": ["8000"],
        "next": "free it",
    }


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        (NoProviderAvailable("all down", ("openai: refused",)), 4, "OPENAI_BASE_URL"),
        (NotUnderstood("Fly to the moon.", "no rule"), 4, "OPENAI_API_KEY"),
        (ReplyInvalid("x", provider="p", model="m", reason="malformed"), 4, ""),
        (RequestRejected("too long", provider="p", model="m", kind="too_long"), 4, ""),
        (BudgetExceeded("run usd 0.01", spent=0.009, asked=0.02), 5, "--budget-usd"),
        (ApprovalNeeded("install x?", next_step="--yes"), 3, "--yes"),
    ],
)
async def test_what_no_step_can_answer_pauses_the_run(
    error: Exception, code: int, expected: str
) -> None:
    ending = await ended(raising(error))
    assert ending.error is not None
    assert (ending.status, ending.error.exit_code) == ("paused", code)
    assert ending.error.type == type(error).__name__
    assert expected in ending.error.next


async def test_the_reasons_of_each_provider_are_evidence() -> None:
    ending = await ended(raising(NoProviderAvailable("all down", ("openai: 401", "glm: 500"))))
    assert ending.error is not None
    assert ending.error.evidence == ("openai: 401", "glm: 500")


async def test_a_sentence_that_was_not_understood_is_evidence() -> None:
    ending = await ended(raising(NotUnderstood("Fly to the moon.", "no rule")))
    assert ending.error is not None
    assert ending.error.evidence == ("Fly to the moon.",)


async def test_an_endless_loop_ends_at_the_fence_as_a_failure() -> None:
    ending = await ended(raising(GraphRecursionError("500 steps")))
    assert ending.error is not None
    assert (ending.status, ending.error.exit_code) == ("failed", 1)


@pytest.mark.parametrize("bug", [ZeroDivisionError("a bug"), KeyError("x"), AssertionError("no")])
async def test_a_bug_keeps_its_traceback(bug: Exception) -> None:
    with pytest.raises(type(bug)):
        await ended(raising(bug))


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_a_signal_interrupts_the_run(number: signal.Signals, code: int) -> None:
    cancelled = asyncio.Event()

    async def node(state: DeploymentState) -> Any:
        os.kill(os.getpid(), number)
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    ending = await ended(node)
    assert ending.error is not None
    assert (ending.status, ending.error.exit_code) == ("interrupted", code)
    assert number.name in ending.error.summary
    assert cancelled.is_set(), "what was under way was cancelled"


async def test_a_cancellation_from_outside_is_no_interruption() -> None:
    reached = asyncio.Event()

    async def node(state: DeploymentState) -> Any:
        reached.set()
        await asyncio.Event().wait()

    driving = asyncio.create_task(ended(node))
    await reached.wait()
    driving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await driving


STUBBORN = """\
import asyncio, os, signal, sys
sys.path.insert(0, sys.argv[1])
from graph.run.drive import drive
from tests.unit.graph.samples import state
from tests.unit.graph.test_drive import CONFIG, NO_DEPS, graph

async def node(state):
    os.kill(os.getpid(), signal.SIGINT)
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            print("stubborn", flush=True)
            os.kill(os.getpid(), signal.SIGTERM)

asyncio.run(drive(graph(node), state(), CONFIG, NO_DEPS))
"""


def test_a_second_signal_ends_the_process_at_once() -> None:
    argv = [sys.executable, "-c", STUBBORN, str(ROOT)]
    ended = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 143, ended.stderr
    assert ended.stdout == "stubborn\n"
