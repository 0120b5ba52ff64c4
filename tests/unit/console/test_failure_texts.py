"""What an expected error says, and the exit code that goes with it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from assistant.errors import (
    AssistantConfigError,
    AssistantError,
    BudgetExceeded,
    NoProviderAvailable,
    NotUnderstood,
)
from console.cli import main
from console.failed import report_failure
from console.view.output import error_lines, print_error
from graph.errors import (
    EXPECTED,
    ApprovalNeeded,
    ConfigError,
    ErrorReport,
    FeatureExists,
    GraphError,
    NotYetAvailable,
    RunNotFound,
    Stopped,
    error_report,
)
from ledger.errors import LedgerError, LockLost, RunLocked
from provisioner.errors import (
    NotDeployed,
    ProvisionerError,
    RemoteUnreachable,
    WaitTimedOut,
    WorkspaceInvalid,
)

Expected = GraphError | ProvisionerError | AssistantError | LedgerError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("--config", "is wrong"), 2),
        (FeatureExists("it is there"), 2),
        (NotYetAvailable("not in this version"), 2),
        (RunNotFound("no such run"), 2),
        (WorkspaceInvalid("no repository"), 2),
        (AssistantConfigError("models.yaml is wrong"), 2),
        (LedgerError("the disk is full"), 2),
        (ApprovalNeeded("may it?"), 3),
        (NoProviderAvailable("nobody answers"), 4),
        (NotUnderstood("Do it.", "no resource"), 4),
        (BudgetExceeded("run.usd", spent=1.0, asked=0.5), 5),
        (RunLocked("orders", pid=12, host="here"), 6),
        (LockLost("another took it"), 6),
        (Stopped("SIGINT", 2), 130),
        (Stopped("SIGTERM", 15), 143),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_kind_of_error_has_the_contract_s_exit_code(error: Expected, code: int) -> None:
    assert isinstance(error, EXPECTED)
    assert error_report(error).exit_code == code
    assert error_report(error).type == type(error).__name__


def test_it_says_what_happened_the_evidence_and_what_next() -> None:
    error = WorkspaceInvalid("it broke", evidence=["line one", "line two"], next_step="mend it")
    assert list(error_lines(error_report(error))) == [
        "error: it broke",
        "  | line one",
        "  | line two",
        "next: mend it",
    ]


def test_without_evidence_and_next_step_there_is_one_line() -> None:
    assert list(error_lines(ErrorReport("LedgerError", "it broke"))) == ["error: it broke"]


@pytest.mark.parametrize(
    "error",
    [
        AssistantConfigError("assistant.providers.own: needs a base_url"),
        BudgetExceeded("run usd 1", spent=1, asked=1),
        ConfigError("--events", "goes without --dry-run"),
        ConfigError("deployment.yaml", "expected sections"),
        LedgerError("it broke"),
        NoProviderAvailable("no provider answered"),
        NotDeployed("it is gone"),
        RemoteUnreachable("it does not answer"),
        WaitTimedOut("it did not come"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_says_what_to_do(error: Exception) -> None:
    assert error_report(error).next


def test_who_holds_a_feature_is_told_and_how_to_look() -> None:
    report = error_report(RunLocked("orders", pid=12, host="here", run_id="20261121-000000-abcd"))
    assert "process 12 on here" in report.summary
    assert "show 20261121-000000-abcd" in report.next
    assert "show" not in error_report(RunLocked("orders", pid=12, host="here")).next


def test_what_is_quoted_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    error = WorkspaceInvalid("\x1b[2Jgone", evidence=["\x9b1A"], next_step="\a")
    print_error(error_report(error))
    said = capsys.readouterr().err
    assert "[2Jgone" in said
    assert not any(character in said for character in "\x1b\x9b\a")


def test_a_command_ends_with_the_error_s_exit_code(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["show", "x", "--workspace", str(tmp_path)])
    assert ended.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    said = f"error: no run was ever made in {tmp_path}\nnext: name another repository"
    assert said in err


def test_a_defect_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise ZeroDivisionError

    monkeypatch.setattr("sys.stdout", Broken())
    with pytest.raises(ZeroDivisionError):
        main(["--help"])


def test_a_defect_is_one_json_object_beside_its_traceback(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert report_failure(ZeroDivisionError("x"), "status", ["status", "--json"]) is None
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["error"]["type"] == "ZeroDivisionError"
    assert report_failure(ZeroDivisionError("x"), "", ["--feature", "x", "--json"]) is None
    assert capsys.readouterr().out == "", "the main command has printed its result already"
