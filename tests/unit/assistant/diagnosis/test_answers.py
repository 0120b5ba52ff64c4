"""Diagnosis by rules: a line that proves it names a failure, and one table gives the action."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest

from assistant.diagnosis.actions import ACTIONS, BY_A_PERSON, INFRA, action_for
from assistant.diagnosis.answers import (
    analyze_deployment_error,
    analyze_failure,
    determine_retry_strategy,
)
from assistant.diagnosis.diagnose import diagnose
from assistant.kinds import Kind, RecoveryAction

CONTRACT = Path(__file__).parents[3] / "cases" / "contract" / "failure_kinds.json"


def test_kinds_and_actions_are_those_of_the_contract() -> None:
    contract = json.loads(CONTRACT.read_text("utf-8"))
    assert list(get_args(Kind)) == list(contract["kinds"])
    assert list(get_args(RecoveryAction)) == contract["actions"]


def test_every_kind_has_one_action_and_every_action_a_word_for_a_person() -> None:
    assert set(ACTIONS) == set(get_args(Kind))
    assert set(ACTIONS.values()) <= set(get_args(RecoveryAction))
    assert set(BY_A_PERSON) == set(get_args(RecoveryAction))


def test_only_what_is_unknown_is_left_to_a_model() -> None:
    assert [kind for kind in get_args(Kind) if action_for(kind) is None] == ["unknown"]


def test_infrastructure_is_what_the_contract_says_it_is() -> None:
    kinds = json.loads(CONTRACT.read_text("utf-8"))["kinds"]
    assert {kind for kind, entry in kinds.items() if entry["infra"]} == INFRA


def test_the_proof_has_its_line_number() -> None:
    found = diagnose("one\ntwo\n  write: No space left on device\nfour")
    assert found is not None
    assert (found.number, found.line) == (3, "write: No space left on device")


@pytest.mark.parametrize(
    ("log", "kind", "action", "target"),
    [
        ("ModuleNotFoundError: No module named 'yaml'", "missing_dependency",
         "INSTALL_DEPENDENCY", "pyyaml"),
        ("ModuleNotFoundError: No module named 'google.cloud'", "missing_dependency",
         "INSTALL_DEPENDENCY", "google-cloud"),
        ("ModuleNotFoundError: No module named 'main'", "local_module_missing", "CODE_FIX",
         "main.py"),
        ("ImportError: cannot import name 'Order' from 'main'", "local_module_missing",
         "CODE_FIX", "main.py"),
        ("  File x\nSyntaxError: invalid syntax", "code_syntax_error", "CODE_FIX", None),
        ("OSError: [Errno 98] Address already in use: 127.0.0.1:8000", "port_in_use", "FREE_PORT",
         "8000"),
        ("[Errno 98] bind on address ('127.0.0.1', 8000): address already in use", "port_in_use",
         "FREE_PORT", "8000"),
        ("port 9000 is already in use", "port_in_use", "FREE_PORT", "9000"),
        ("write: No space left on device", "disk_full", "MAINTENANCE", None),
        ("State: OOMKilled", "out_of_memory", "FAIL", None),
        ("AADSTS700082: token expired", "azure_auth_failed", "REAUTHENTICATE", None),
        ("sh: az: command not found", "azure_cli_missing", "INSTALL_TOOL", None),
        ("socket.gaierror: Temporary failure in name resolution", "network_error",
         "WAIT_AND_RETRY", None),
        ("openai.RateLimitError: 429", "llm_provider_infra", "SWITCH_PROVIDER", None),
        ("PermissionError: [Errno 13] Permission denied: '/x'", "permission_denied", "FAIL", "/x"),
        ("FAILED (failures=2)", "test_failed", "CODE_FIX", None),
        ("the service was not healthy after 30 s", "service_timeout", "EXTEND_TIMEOUT", None),
        ("ERROR: failed to solve: python:3.99", "docker_build_error", "REPROVISION", None),
        ("error: patch failed: main.py:3", "patch_apply_error", "CODE_FIX", "main.py"),
    ],
)  # fmt: skip
def test_a_line_that_proves_it_names_the_failure(
    log: str, kind: str, action: str, target: str | None
) -> None:
    answered = analyze_deployment_error({"log": f"starting\n{log}\nbye"})
    assert (answered.error_type, answered.action.type, answered.action.target) == (
        kind,
        action,
        target,
    )
    assert answered.root_cause in log


def test_the_cause_goes_before_the_symptom() -> None:
    log = "FAILED (errors=1)\nOSError: [Errno 28] No space left on device\nnot healthy after 30 s"
    assert analyze_deployment_error({"log": log}).error_type == "disk_full"


@pytest.mark.parametrize("log", ["", "boom", "all is well", "exit code 0", "\x00"])
def test_what_no_rule_knows_stays_unknown_and_fails(log: str) -> None:
    answered = analyze_deployment_error({"log": log})
    assert (answered.error_type, answered.action.type) == ("unknown", "FAIL")
    assert answered.confidence == 0
    assert not determine_retry_strategy({"log": log}).retry


def test_only_what_time_mends_is_tried_again_and_not_for_ever() -> None:
    log = "Name or service not known"
    first = determine_retry_strategy({"log": log, "step": "deploy"})
    later = determine_retry_strategy({"log": log, "attempts": "one\ntwo"})
    last = determine_retry_strategy({"log": log, "attempts": "one\ntwo\nthree"})
    assert (first.retry, first.resume_at) == (True, "deploy")
    assert later.delay_seconds > first.delay_seconds
    assert not last.retry


def test_a_failure_is_summed_up_in_the_log_s_own_words() -> None:
    known = analyze_failure({"log": "ModuleNotFoundError: No module named 'x'"})
    unknown = analyze_failure({"log": "one\ntwo", "step": "deploy"})
    assert "No module named 'x'" in known.summary
    assert unknown.summary == "deploy failed, and no rule knows why. Its last line: two"
