"""Where a run goes after each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args, get_type_hints

import pytest
from langgraph.graph import END

from graph import routing
from graph.remedies import TARGETS
from graph.state import DeploymentState
from graph.workflow import NODES, topology
from tests.unit.graph.samples import failure, state

AFTER: dict[str, Callable[[DeploymentState], str]] = {
    name.removeprefix("after_"): edge
    for name, edge in vars(routing).items()
    if name.startswith("after_")
}
ON = {
    "scaffold": "generate_tests",
    "generate_tests": "generate_main",
    "generate_main": "prove_tests",
    "prove_tests": "generate_service",
    "generate_service": "service_tests",
    "service_tests": "review",
    "review": "commit",
    "commit": "push",
    "push": "deploy",
    "deploy": "health_check",
    "health_check": END,
}
ROUNDS = ("generate_tests", "generate_main", "generate_service")


def test_every_step_has_an_edge() -> None:
    assert set(AFTER) == {*ON, "recover"}


@pytest.mark.parametrize(("step", "following"), ON.items())
def test_a_step_that_went_well_leads_on(step: str, following: str) -> None:
    assert AFTER[step](state()) == following


@pytest.mark.parametrize("step", ON)
def test_a_failure_leads_to_its_analysis_even_where_another_round_is_asked(step: str) -> None:
    assert AFTER[step](state(failure=failure(step), again=True)) == "error_analysis"


@pytest.mark.parametrize("step", ON)
def test_only_a_step_with_rounds_comes_again(step: str) -> None:
    assert AFTER[step](state(again=True)) == (step if step in ROUNDS else ON[step])


@pytest.mark.parametrize("target", TARGETS)
def test_a_recovery_goes_on_where_it_says(target: str) -> None:
    assert AFTER["recover"](state(resume_at=target)) == target


@pytest.mark.parametrize("nowhere", ["", "commit", "no_step", END])
def test_a_recovery_that_names_no_target_gives_up(nowhere: str) -> None:
    assert AFTER["recover"](state(resume_at=nowhere)) == "give_up"


@pytest.mark.parametrize("step", AFTER)
def test_every_label_is_a_node(step: str) -> None:
    labels = get_args(get_type_hints(AFTER[step])["return"])
    assert labels
    assert set(labels) <= {*NODES, END}


def test_the_compiled_graph_has_these_edges_and_no_others() -> None:
    drawn = {(edge.source, edge.target) for edge in topology().compile().get_graph().edges}
    expected = {("__start__", "scaffold"), ("error_analysis", "recover"), ("give_up", END)}
    for step, edge in AFTER.items():
        expected |= {(step, label) for label in get_args(get_type_hints(edge)["return"])}
    assert drawn == expected


def test_success_is_reached_through_the_health_check_alone() -> None:
    """Whatever ends a run otherwise has a failure in its state."""
    edges = topology().compile().get_graph().edges
    assert {edge.source for edge in edges if edge.target == END} == {"health_check", "give_up"}
