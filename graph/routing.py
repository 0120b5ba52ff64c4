"""Where a run goes after each node: pure functions of the state."""

from __future__ import annotations

from typing import Literal

from graph.remedies import TARGETS, Target
from graph.state import DeploymentState


def after_scaffold(state: DeploymentState) -> Literal["generate_tests", "error_analysis"]:
    return "error_analysis" if state["failure"] else "generate_tests"


def after_generate_tests(
    state: DeploymentState,
) -> Literal["generate_tests", "generate_main", "error_analysis"]:
    if state["failure"]:
        return "error_analysis"
    return "generate_tests" if state["again"] else "generate_main"


def after_generate_main(
    state: DeploymentState,
) -> Literal["generate_main", "prove_tests", "error_analysis"]:
    if state["failure"]:
        return "error_analysis"
    return "generate_main" if state["again"] else "prove_tests"


def after_prove_tests(state: DeploymentState) -> Literal["generate_service", "error_analysis"]:
    return "error_analysis" if state["failure"] else "generate_service"


def after_generate_service(
    state: DeploymentState,
) -> Literal["generate_service", "service_tests", "error_analysis"]:
    if state["failure"]:
        return "error_analysis"
    return "generate_service" if state["again"] else "service_tests"


def after_service_tests(state: DeploymentState) -> Literal["review", "error_analysis"]:
    return "error_analysis" if state["failure"] else "review"


def after_review(
    state: DeploymentState,
) -> Literal["generate_main", "generate_service", "commit", "error_analysis"]:
    if state["failure"]:
        return "error_analysis"
    if state["sent_back"] == "generate_main":
        return "generate_main"
    return "generate_service" if state["sent_back"] else "commit"


def after_commit(state: DeploymentState) -> Literal["push", "error_analysis"]:
    return "error_analysis" if state["failure"] else "push"


def after_push(state: DeploymentState) -> Literal["deploy", "error_analysis"]:
    return "error_analysis" if state["failure"] else "deploy"


def after_deploy(state: DeploymentState) -> Literal["health_check", "error_analysis"]:
    return "error_analysis" if state["failure"] else "health_check"


def after_health_check(state: DeploymentState) -> Literal["error_analysis", "__end__"]:
    return "error_analysis" if state["failure"] else "__end__"


def after_recover(state: DeploymentState) -> Target:
    return next((target for target in TARGETS if target == state["resume_at"]), "give_up")
