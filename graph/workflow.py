"""The workflow: nodes, edges, where a run goes after each node, and the wrapper of all nodes."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from itertools import pairwise
from typing import Any, Protocol

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.events import StepFinished, StepStarted
from graph.failure import from_error, is_outside
from graph.nodes.await_ci import await_ci
from graph.nodes.commit import commit
from graph.nodes.container_tests import container_tests
from graph.nodes.delivery import deploy, health_check
from graph.nodes.error_analysis import error_analysis
from graph.nodes.generate_main import generate_main
from graph.nodes.generate_tests import generate_tests, scaffold
from graph.nodes.give_up import give_up
from graph.nodes.push import push
from graph.nodes.quality import prove_tests, review
from graph.nodes.recover import recover
from graph.nodes.service import generate_service, service_tests
from graph.plan import STEPS
from graph.recovery.learning import end_trial
from graph.recovery.remedies import TARGETS
from graph.state import DeploymentState, StateUpdate, StepResult
from provisioner.errors import IndexUnreachable, ProvisionerError

Node = Callable[[DeploymentState, Runtime[Deps]], Awaitable[StateUpdate]]


class WrappedNode(Protocol):
    async def __call__(self, state: DeploymentState, runtime: Runtime[Deps]) -> dict[str, Any]: ...


NODES: Mapping[str, Node] = {
    "scaffold": scaffold,
    "generate_tests": generate_tests,
    "generate_main": generate_main,
    "prove_tests": prove_tests,
    "generate_service": generate_service,
    "service_tests": service_tests,
    "container_tests": container_tests,
    "review": review,
    "commit": commit,
    "push": push,
    "await_ci": await_ci,
    "deploy": deploy,
    "health_check": health_check,
    "error_analysis": error_analysis,
    "recover": recover,
    "give_up": give_up,
}
_FOLLOWING = dict(pairwise((*STEPS, END)))
# The steps that have another round, or send back to a step before them.
_BACK = {
    "generate_tests": ("generate_tests",),
    "generate_main": ("generate_main",),
    "generate_service": ("generate_service",),
    "review": ("generate_main", "generate_service"),
    "commit": ("commit",),
}


def topology() -> StateGraph[DeploymentState, Deps]:
    """Nodes and edges; the caller compiles it with a checkpointer."""
    graph = StateGraph(DeploymentState, context_schema=Deps)
    for name, node in NODES.items():
        graph.add_node(name, step(name, node))

    graph.add_edge(START, "scaffold")
    for name in STEPS:
        graph.add_conditional_edges(name, after(name), targets(name))
    graph.add_edge("error_analysis", "recover")
    graph.add_conditional_edges("recover", after_recover, TARGETS)
    graph.add_edge("give_up", END)
    return graph


def targets(name: str) -> list[str]:
    """Where a run may go after a step."""
    return ["error_analysis", *_BACK.get(name, ()), _FOLLOWING[name]]


def after(name: str) -> Callable[[DeploymentState], str]:
    """The edge after a step: a pure function of the state."""

    def edge(state: DeploymentState) -> str:
        if state["failure"]:
            return "error_analysis"
        wanted = state["sent_back"] or (name if state["again"] else _FOLLOWING[name])
        return wanted if wanted in targets(name) else _FOLLOWING[name]

    return edge


def after_recover(state: DeploymentState) -> str:
    return state["resume_at"] if state["resume_at"] in TARGETS else "give_up"


def step(name: str, node: Node, clock: Callable[[], float] = time.monotonic) -> WrappedNode:
    """The node as the graph runs it.

    A step outside the run's plan is recorded as skipped. A ProvisionerError becomes the state's
    failure. Other errors pass through, and leave the checkpoint before this step to resume from;
    so does an index of packages that does not answer: no code is at fault, and what a model has
    answered is read again.
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
        except IndexUnreachable:
            raise
        except ProvisionerError as error:
            update = StateUpdate(failure=from_error(name, error), note=str(error))
        if trial := state.get("trial"):  # a checkpoint of an older version has none
            update |= end_trial(runtime.context.fixes, trial, state, name, update)
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
    if skipped and (why := update.get("note")):
        result["reason"] = why
    recorded: dict[str, Any] = {"note": "", "again": False, "sent_back": "", "skipped": False}
    recorded |= {**update, "steps": {**state["steps"], name: result}}
    # Infrastructure spends no round: what a model has answered is read again.
    if not skipped and not ((failure := update.get("failure")) and is_outside(failure)):
        recorded["rounds"] = {**state["rounds"], name: state["rounds"].get(name, 0) + 1}
    return recorded
