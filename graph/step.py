"""The wrapper around every node: skips, records, emits events, turns errors into failures."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.events import StepFinished, StepStarted
from graph.failures import from_error
from graph.plan import STEPS
from graph.state import DeploymentState, StateUpdate, StepResult
from provisioner.errors import ProvisionerError

Node = Callable[[DeploymentState, Runtime[Deps]], Awaitable[StateUpdate]]


class WrappedNode(Protocol):
    async def __call__(self, state: DeploymentState, runtime: Runtime[Deps]) -> dict[str, Any]: ...


def step(name: str, node: Node, clock: Callable[[], float] = time.monotonic) -> WrappedNode:
    """The node as the graph runs it.

    A step outside the run's plan is recorded as skipped. A ProvisionerError becomes the state's
    failure. Other errors (no provider, no budget, an approval, a bug) pass through and leave the
    checkpoint before this step, from where the run can be resumed.
    """

    async def wrapped(state: DeploymentState, runtime: Runtime[Deps]) -> dict[str, Any]:
        if name in STEPS and name not in state["plan"]:
            return _recorded(state, name, StateUpdate(skipped=True), 0.0)
        emit = runtime.context.emit
        number = state["rounds"].get(name, 0) + 1
        emit(StepStarted(name, number))
        began = clock()
        try:
            update = await node(state, runtime)
        except ProvisionerError as error:
            update = StateUpdate(failure=from_error(name, error), note=str(error))
        seconds = round(clock() - began, 3)
        recorded = _recorded(state, name, update, seconds)
        status = "again" if update.get("again") else recorded["steps"][name]["status"]
        emit(StepFinished(name, number, status, seconds, update.get("note", "")))
        return recorded

    return wrapped


def _recorded(
    state: DeploymentState, name: str, update: StateUpdate, seconds: float
) -> dict[str, Any]:
    """The update with the records that only the wrapper writes."""
    before = state["steps"].get(name) or StepResult(status="skipped", attempts=0, seconds=0.0)
    skipped = update.get("skipped", False)
    failed = update.get("failure") or update.get("again") or update.get("sent_back")
    result = StepResult(
        status="skipped" if skipped else "failed" if failed else "done",
        attempts=before["attempts"] + (not skipped),
        seconds=round(before["seconds"] + seconds, 3),
    )
    recorded: dict[str, Any] = {"note": "", "again": False, "sent_back": "", "skipped": False}
    recorded |= {**update, "steps": {**state["steps"], name: result}}
    if not skipped:
        recorded["rounds"] = {**state["rounds"], name: state["rounds"].get(name, 0) + 1}
    return recorded
