"""The workflow: nodes, edges, and where a run goes after each node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from langgraph.graph import END, START, StateGraph

from graph.deps import Deps
from graph.nodes.commit import commit
from graph.nodes.delivery import deploy, health_check, push
from graph.nodes.generate_main import generate_main
from graph.nodes.generate_service import generate_service
from graph.nodes.generate_tests import generate_tests
from graph.nodes.prove_tests import prove_tests
from graph.nodes.recovery import TARGETS, error_analysis, give_up, recover
from graph.nodes.review import review
from graph.nodes.scaffold import scaffold
from graph.nodes.service_tests import service_tests
from graph.plan import STEPS
from graph.state import DeploymentState
from graph.step import Node, step

NODES: Mapping[str, Node] = {
    "scaffold": scaffold,
    "generate_tests": generate_tests,
    "generate_main": generate_main,
    "prove_tests": prove_tests,
    "generate_service": generate_service,
    "service_tests": service_tests,
    "review": review,
    "commit": commit,
    "push": push,
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
