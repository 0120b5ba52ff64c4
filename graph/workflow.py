"""The workflow: nodes and edges."""

from __future__ import annotations

from langgraph.graph import END, START, StateGraph

from graph import routing
from graph.deps import Deps
from graph.nodes.commit import commit
from graph.nodes.deploy import deploy
from graph.nodes.error_analysis import error_analysis
from graph.nodes.generate_main import generate_main
from graph.nodes.generate_service import generate_service
from graph.nodes.generate_tests import generate_tests
from graph.nodes.give_up import give_up
from graph.nodes.health_check import health_check
from graph.nodes.prove_tests import prove_tests
from graph.nodes.push import push
from graph.nodes.recover import recover
from graph.nodes.review import review
from graph.nodes.scaffold import scaffold
from graph.nodes.service_tests import service_tests
from graph.state import DeploymentState
from graph.step import Node, step

NODES: dict[str, Node] = {
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


def topology() -> StateGraph[DeploymentState, Deps]:
    """Nodes and edges; the caller compiles it with a checkpointer."""
    graph = StateGraph(DeploymentState, context_schema=Deps)
    for name, node in NODES.items():
        graph.add_node(name, step(name, node))

    graph.add_edge(START, "scaffold")
    graph.add_conditional_edges("scaffold", routing.after_scaffold)
    graph.add_conditional_edges("generate_tests", routing.after_generate_tests)
    graph.add_conditional_edges("generate_main", routing.after_generate_main)
    graph.add_conditional_edges("prove_tests", routing.after_prove_tests)
    graph.add_conditional_edges("generate_service", routing.after_generate_service)
    graph.add_conditional_edges("service_tests", routing.after_service_tests)
    graph.add_conditional_edges("review", routing.after_review)
    graph.add_conditional_edges("commit", routing.after_commit)
    graph.add_conditional_edges("push", routing.after_push)
    graph.add_conditional_edges("deploy", routing.after_deploy)
    graph.add_conditional_edges("health_check", routing.after_health_check)

    graph.add_edge("error_analysis", "recover")
    graph.add_conditional_edges("recover", routing.after_recover)
    graph.add_edge("give_up", END)
    return graph
