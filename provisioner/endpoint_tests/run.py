"""Running service-test.py against a running service, and judging its report."""

from __future__ import annotations

import ast
import hashlib
import math
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.text.counted import counted
from ledger.text.program import program
from provisioner.errors import WorkspaceInvalid
from provisioner.files.temporary import private_folder
from provisioner.process.environment import clean_environment
from provisioner.sandbox.base import Confinement, Limits, Outcome, Sandbox
from provisioner.sandbox.output_file import read_output_file

FILE = "service-test.py"
Mode = Literal["SERVICE", "CONTAINER", "AZURE", "SSH"]

_LARGEST_REPORT = 4_000_000
_TAIL = 4_000
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy")


class ServiceTestFailure(BaseModel):
    """One test that did not pass: its name and the end of its traceback."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    test: str
    message: str


@dataclass(frozen=True, slots=True)
class ServiceTestRun:
    """Result of one run of service-test.py.

    Attributes:
        passed: at least one test ran and asked the service, each test asserts something, none
            failed or (in a local mode) was skipped, and the exit code says so too.
        ran: tests that ran, skipped ones not counted.
        requests: requests that the tests made.
        failures: the tests that did not pass.
        reason: one line why it did not pass, "" where it did.
        output_tail: the end of what it printed.
        seconds: wall-clock time.
        memory: written by the tests for their run after a restart.
    """

    passed: bool
    ran: int
    requests: int
    failures: tuple[ServiceTestFailure, ...]
    reason: str
    output_tail: str
    seconds: float
    memory: bytes = b""

    def followed_by(self, later: ServiceTestRun) -> ServiceTestRun:
        """This run, which passed, and one of the same tests after a restart, as one."""
        return replace(
            later,
            ran=self.ran + later.ran,
            requests=self.requests + later.requests,
            reason=f"after a restart: {later.reason}" if later.reason else "",
            seconds=self.seconds + later.seconds,
        )

    @property
    def summary(self) -> str:
        """One line for a person."""
        if self.passed:
            return f"{self.ran} passed with {self.requests} requests"
        return self.reason

    @property
    def report(self) -> str:
        """The failures in full, or the output where no test reported one."""
        failures = "\n\n".join(f"{one.test}\n{one.message}" for one in self.failures)
        return f"{self.summary}\n\n{failures or self.output_tail}".strip()

    @property
    def signature(self) -> str:
        """Hash of the failures without ports, addresses and times."""
        lines = [
            f"{failure.test}: {_normalised(failure.message)}" for failure in self.failures
        ] or [_normalised(self.reason)]
        return hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "replace")).hexdigest()[:16]


class _Report(BaseModel):
    """What service_test_base.py writes."""

    model_config = ConfigDict(extra="forbid", strict=True)
    ran: int
    skipped: int
    requests: int
    failures: list[ServiceTestFailure]


async def run_service_tests(
    folder: Path,
    *,
    url: str,
    sandbox: Sandbox,
    mode: Mode = "SERVICE",
    timeout: float = 120.0,
    memory: bytes = b"",
) -> ServiceTestRun:
    """Run ``python service-test.py MODE`` of a feature's folder against a running service.

    It reads the feature's folder and reaches the service; all else is closed to it.

    Args:
        folder: the feature's folder.
        url: of the running service, on this machine.
        sandbox: where it is run.
        mode: passed to the tests; the URL overrides what they would find by it.
        timeout: seconds until it is killed.
        memory: of an earlier run; the service was restarted since, and only the tests of a
            restart are run.

    Raises:
        WorkspaceInvalid: service-test.py is missing or cannot be read.
        SandboxUnavailable: the sandbox cannot let it reach the service.
    """
    silent = silent_tests(_source(folder / FILE))
    local = mode in ("SERVICE", "CONTAINER")
    with private_folder("service-test") as private:
        report_path, made = Path(private) / "report.json", Path(private) / "made.json"
        if memory:
            made.write_bytes(memory)
        outcome = await sandbox.run(
            [sys.executable, "-B", "-E", "-s", FILE, mode],
            Confinement(
                limits=Limits(wall_seconds=timeout, cpu_seconds=math.ceil(timeout)),
                folder=Path(private),
                readable=(folder,),
                environment=_environment(
                    url, report_path, made, restarted=bool(memory), local=local
                ),
                cwd=folder,
                port=urlsplit(url).port,
            ),
        )
        report, kept = _read_report(report_path), _read_memory(made)
    reason = _reason(outcome, report, silent, timeout, local=local)
    return ServiceTestRun(
        passed=not reason,
        ran=report.ran,
        requests=report.requests,
        failures=tuple(report.failures),
        reason=reason,
        output_tail="\n".join(filter(None, (outcome.stdout, outcome.stderr)))[-_TAIL:],
        seconds=outcome.seconds,
        memory=kept,
    )


def restart_tests(folder: Path) -> bool:
    """Whether service-test.py of a folder has tests of a restart."""
    return bool(re.search(r"def test_\w*after_a_restart", _source(folder / FILE)))


def silent_tests(source: str) -> tuple[str, ...]:
    """Test functions that assert nothing, neither themselves nor through functions of the file.

    A file that cannot be parsed has none: running it says what is wrong.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return ()
    functions = [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    calls = {function.name: _called_names(function) for function in functions}
    asserting = {function.name for function in functions if _asserts(function)}
    while more := {name for name in calls.keys() - asserting if calls[name] & asserting}:
        asserting |= more
    return tuple(
        function.name
        for function in functions
        if function.name.startswith("test") and function.name not in asserting
    )


def _asserts(function: ast.AST) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(function)) or any(
        name.startswith("assert") or name == "fail" for name in _called_names(function)
    )


def _called_names(function: ast.AST) -> set[str]:
    called = [node.func for node in ast.walk(function) if isinstance(node, ast.Call)]
    return {one.attr for one in called if isinstance(one, ast.Attribute)} | {
        one.id for one in called if isinstance(one, ast.Name)
    }


def _reason(
    outcome: Outcome, report: _Report, silent: tuple[str, ...], timeout: float, *, local: bool
) -> str:
    """Why the run does not count as passed, the cause before its effects; "" where it does."""
    if outcome.timed_out:
        return f"{FILE} did not end within {timeout:g} s"
    if report.failures:
        return f"{len(report.failures)} of {report.ran} failed: {report.failures[0].test}"
    if report.ran < 1:
        return f"{FILE} ran no test ({_ending(outcome)})"
    if report.requests < 1:
        return f"{FILE} ran {counted(report.ran, 'test')}, and none asked the service"
    if silent:
        return f"{silent[0]} asserts nothing"
    if report.skipped and local:
        return f"{counted(report.skipped, 'test was', 'tests were')} skipped"
    if outcome.exit_code != 0:
        return f"{FILE} ended with {_ending(outcome)}"
    return ""


def _ending(outcome: Outcome) -> str:
    if outcome.out_of_memory:
        return "too much memory"
    if outcome.exit_code is None:
        return f"signal {outcome.signal}"
    return f"exit code {outcome.exit_code}"


def _environment(
    url: str, report: Path, made: Path, restarted: bool, local: bool
) -> dict[str, str]:
    own = {"SERVICE_URL": url, "SERVICE_TEST_REPORT": str(report), "HOME": "/nonexistent"}
    own |= {"SERVICE_TEST_MADE": str(made)}
    own |= {"SERVICE_TEST_RESTARTED": "1"} if restarted else {}
    return clean_environment(own, inherit=() if local else _PROXIES)


def _read_memory(path: Path) -> bytes:
    """The bytes that the tests kept, b"" for none."""
    try:
        return read_output_file(path, _LARGEST_REPORT)
    except OSError:
        return b""


def _read_report(path: Path) -> _Report:
    """The tests' report; an empty one where it cannot be read."""
    try:
        return _Report.model_validate_json(read_output_file(path, _LARGEST_REPORT))
    except (OSError, ValidationError):
        return _Report(ran=0, skipped=0, requests=0, failures=[])


def _source(path: Path) -> str:
    next_step = f"`{program()} generate-service-test DIR` writes it from service.py"
    if not path.is_file():
        raise WorkspaceInvalid(f"{path} is no file", next_step=next_step)
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise WorkspaceInvalid(
            f"{path} cannot be read: {error.strerror}", next_step=next_step
        ) from error


def _normalised(message: str) -> str:
    lines = message.strip().splitlines() or [""]
    text = re.sub(r"0x[0-9a-fA-F]+|[0-9a-fA-F-]{16,}|:\d{2,5}\b|\d+\.\d+", "#", lines[-1])
    return text[:300]
