"""Kinds of failures and actions on them, in the words of contract/failure_kinds.json."""

from __future__ import annotations

from typing import Literal

Kind = Literal[
    "missing_dependency",
    "local_module_missing",
    "code_syntax_error",
    "test_failed",
    "docker_build_error",
    "provision_failed",
    "service_timeout",
    "port_in_use",
    "github_action_failed",
    "azure_cli_missing",
    "azure_auth_failed",
    "llm_provider_infra",
    "network_error",
    "out_of_memory",
    "disk_full",
    "permission_denied",
    "patch_apply_error",
    "auditor_reject",
    "unknown",
]
RecoveryAction = Literal[
    "CODE_FIX",
    "TEST_FIX",
    "INSTALL_DEPENDENCY",
    "REPROVISION",
    "EXTEND_TIMEOUT",
    "FREE_PORT",
    "INSTALL_TOOL",
    "REAUTHENTICATE",
    "SWITCH_PROVIDER",
    "MAINTENANCE",
    "WAIT_AND_RETRY",
    "FAIL",
]
