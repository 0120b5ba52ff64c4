"""What is done about each kind of failure: one table, and nobody else keeps a second one."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.kinds import Kind, RecoveryAction

ACTIONS: Mapping[Kind, RecoveryAction] = {
    "missing_dependency": "INSTALL_DEPENDENCY",
    "local_module_missing": "CODE_FIX",
    "code_syntax_error": "CODE_FIX",
    "test_failed": "CODE_FIX",
    "docker_build_error": "REPROVISION",
    "provision_failed": "REPROVISION",
    "service_timeout": "EXTEND_TIMEOUT",
    "port_in_use": "FREE_PORT",
    "github_action_failed": "FAIL",
    "azure_cli_missing": "INSTALL_TOOL",
    "azure_auth_failed": "REAUTHENTICATE",
    "llm_provider_infra": "SWITCH_PROVIDER",
    "network_error": "WAIT_AND_RETRY",
    "out_of_memory": "FAIL",
    "disk_full": "MAINTENANCE",
    "permission_denied": "FAIL",
    "patch_apply_error": "CODE_FIX",
    "auditor_reject": "CODE_FIX",
    "unknown": "FAIL",
}

INFRA: frozenset[Kind] = frozenset(
    {
        *("port_in_use", "azure_cli_missing", "azure_auth_failed", "llm_provider_infra"),
        *("network_error", "out_of_memory", "disk_full", "permission_denied"),
    }
)
"""Kinds that no code mends: they spend neither rounds nor diagnoses."""

BY_A_PERSON: Mapping[RecoveryAction, str] = {
    "CODE_FIX": "mend the code and run its tests",
    "TEST_FIX": "mend the tests",
    "INSTALL_DEPENDENCY": "add the package to the feature's requirements.txt, after a look at its "
    "name",
    "REPROVISION": "run the step again",
    "EXTEND_TIMEOUT": "raise the time-out and run the step again",
    "FREE_PORT": "stop what holds the port, or choose another",
    "INSTALL_TOOL": "install the tool that is missing",
    "REAUTHENTICATE": "log in again",
    "SWITCH_PROVIDER": "look at the provider's key and quota, or configure another one",
    "MAINTENANCE": "make room on the disk",
    "WAIT_AND_RETRY": "wait, and run the step again",
    "FAIL": "mend the cause that the evidence names",
}
"""What a person does where the action cannot be taken here."""


def action_for(kind: Kind) -> RecoveryAction | None:
    """The action on a kind of failure; None where it is unknown and a model may be asked."""
    return None if kind == "unknown" else ACTIONS[kind]
