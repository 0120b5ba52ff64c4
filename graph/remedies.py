"""From a failure's kind to the action and the step to go on with: rules, no model."""

from __future__ import annotations

from typing import Literal, get_args

from graph.state import Failure

Target = Literal[
    "generate_tests",
    "generate_main",
    "generate_service",
    "service_tests",
    "push",
    "deploy",
    "give_up",
]
TARGETS: tuple[Target, ...] = get_args(Target)

_BY_KIND: dict[str, str] = {
    "test_failed": "CODE_FIX",
    "code_syntax_error": "CODE_FIX",
    "local_module_missing": "CODE_FIX",
    "auditor_reject": "CODE_FIX",
    "patch_apply_error": "CODE_FIX",
    "network_error": "WAIT_AND_RETRY",
    "llm_provider_infra": "WAIT_AND_RETRY",
    "port_in_use": "REPROVISION",
    "provision_failed": "REPROVISION",
    "service_timeout": "EXTEND_TIMEOUT",
    "missing_dependency": "FAIL",
    "permission_denied": "FAIL",
    "disk_full": "FAIL",
    "out_of_memory": "FAIL",
}

_FIX: dict[str, Target] = {
    "generate_main": "generate_main",
    "generate_service": "generate_service",
    "service_tests": "generate_service",
    "deploy": "generate_service",
    "health_check": "generate_service",
}
_AGAIN: dict[str, Target] = {
    "service_tests": "service_tests",
    "push": "push",
    "deploy": "deploy",
    "health_check": "deploy",
}


def action_for(kind: str) -> str | None:
    """The action that a rule knows for a kind, None where a model may be asked."""
    return _BY_KIND.get(kind)


def action_on_request(failure: Failure) -> str | None:
    """The action where a person asks to go on, None where the known one is as good.

    What only a person can mend, such as a remote's refusal, has been mended: the step is tried
    again.
    """
    known = failure.get("action") or action_for(failure["kind"])
    return "WAIT_AND_RETRY" if known == "FAIL" and failure["step"] in _AGAIN else None


def resume_at(action: str, step: str) -> Target:
    """The step to go on with after an action on a failure of a step."""
    if action == "CODE_FIX":
        return _FIX.get(step, "give_up")
    if action == "TEST_FIX":
        return "service_tests" if step == "service_tests" else "generate_tests"
    if action in ("REPROVISION", "EXTEND_TIMEOUT", "WAIT_AND_RETRY", "SWITCH_PROVIDER"):
        return _AGAIN.get(step, "give_up")
    return "give_up"
