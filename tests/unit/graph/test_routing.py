"""Where a run goes after each step."""

from __future__ import annotations

import pytest
from langgraph.graph import END

from graph.recovery.remedies import TARGETS
from graph.workflow import NODES, after, after_recover, targets, topology
from tests.unit.graph.samples import failure, state

ON = {
    "scaffold": "generate_tests",
    "generate_tests": "generate_main",
    "generate_main": "prove_tests",
    "prove_tests": "generate_service",
    "generate_service": "service_tests",
    "service_tests": "container_tests",
    "container_tests": "review",
    "review": "commit",
    "commit": "push",
    "push": "await_ci",
    "await_ci": "deploy",
    "deploy": "health_check",
    "health_check": END,
}
ROUNDS = ("generate_tests", "generate_main", "generate_service", "commit")


@pytest.mark.parametrize(("step", "following"), ON.items())
def test_a_step_that_went_well_leads_on(step: str, following: str) -> None:
    assert after(step)(state()) == following


@pytest.mark.parametrize("step", ON)
def test_a_failure_leads_to_its_analysis_even_where_another_round_is_asked(step: str) -> None:
    assert after(step)(state(failure=failure(step), again=True)) == "error_analysis"


@pytest.mark.parametrize("step", ON)
def test_only_a_step_with_rounds_comes_again(step: str) -> None:
    assert after(step)(state(again=True)) == (step if step in ROUNDS else ON[step])


@pytest.mark.parametrize("target", ["generate_main", "generate_service"])
def test_a_review_sends_back_where_it_says(target: str) -> None:
    assert after("review")(state(sent_back=target)) == target


@pytest.mark.parametrize("target", TARGETS)
def test_a_recovery_goes_on_where_it_says(target: str) -> None:
    assert after_recover(state(resume_at=target)) == target


@pytest.mark.parametrize("nowhere", ["", "health_check", "no_step", END])
def test_a_recovery_that_names_no_target_gives_up(nowhere: str) -> None:
    assert after_recover(state(resume_at=nowhere)) == "give_up"


@pytest.mark.parametrize("step", ON)
def test_every_target_is_a_node(step: str) -> None:
    assert set(targets(step)) <= {*NODES, END}


def test_the_compiled_graph_has_these_edges_and_no_others() -> None:
    drawn = {(edge.source, edge.target) for edge in topology().compile().get_graph().edges}
    expected = {("__start__", "scaffold"), ("error_analysis", "recover"), ("give_up", END)}
    expected |= {(step, target) for step in ON for target in targets(step)}
    expected |= {("recover", target) for target in TARGETS}
    assert drawn == expected


def test_success_is_reached_through_the_health_check_alone() -> None:
    """Whatever ends a run otherwise has a failure in its state."""
    edges = topology().compile().get_graph().edges
    assert {edge.source for edge in edges if edge.target == END} == {"health_check", "give_up"}
