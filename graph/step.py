"""The wrapper around every node: skips, records, emits events, turns errors into failures."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.events import StepFinished, StepStarted
from graph.failures import from_error
from graph.plan import STEPS
from graph.state import DeploymentState, StateUpdate, StepRecord
from provisioner.errors import ProvisionerError

Node = Callable[[DeploymentState, Runtime[Deps]], Awaitable[StateUpdate]]


class Recorded(StateUpdate, total=False):
    """A node's update together with the records that only the wrapper writes."""

    steps: dict[str, StepRecord]
    rounds: dict[str, int]


class WrappedNode(Protocol):
    async def __call__(self, state: DeploymentState, runtime: Runtime[Deps]) -> Recorded: ...


def step(name: str, node: Node, clock: Callable[[], float] = time.monotonic) -> WrappedNode:
    """The node as the graph runs it.

    A step outside the run's plan is recorded as skipped. A ProvisionerError becomes the state's
    failure. Other errors (no provider, no budget, an approval, a bug) pass through and leave the
    checkpoint before this step, from where the run can be resumed.
    """

    async def wrapped(state: DeploymentState, runtime: Runtime[Deps]) -> Recorded:
        if name in STEPS and name not in state["plan"]:
            return _record(state, name, StateUpdate(skipped=True), 0.0)
        emit = runtime.context.emit
        number = state["rounds"].get(name, 0) + 1
        emit(StepStarted(name, number))
        began = clock()
        try:
            update = await node(state, runtime)
        except ProvisionerError as error:
            update = StateUpdate(failure=from_error(name, error), note=str(error))
        recorded = _record(state, name, update, clock() - began)
        status = "again" if update.get("again") else recorded["steps"][name]["status"]
        seconds = round(clock() - began, 3)
        emit(StepFinished(name, number, status, seconds, update.get("note", "")))
        return recorded

    return wrapped


def _record(state: DeploymentState, name: str, update: StateUpdate, seconds: float) -> Recorded:
    before = state["steps"].get(name)
    skipped = update.get("skipped", False)
    unfinished = update.get("again", False) or update.get("sent_back", "")
    failed = bool(update.get("failure") or unfinished)
    record = StepRecord(
        status="skipped" if skipped else "failed" if failed else "done",
        attempts=(before["attempts"] if before else 0) + (not skipped),
        seconds=round((before["seconds"] if before else 0.0) + seconds, 3),
    )
    recorded = Recorded(note="", again=False, sent_back="", skipped=False)
    recorded["steps"] = {**state["steps"], name: record}
    recorded.update(update)  # type: ignore[typeddict-item]  # a StateUpdate is a part of Recorded
    if not skipped:
        recorded["rounds"] = {**state["rounds"], name: state["rounds"].get(name, 0) + 1}
    return recorded
