"""Running service-test.py against a running service, and judging its report."""

from __future__ import annotations

import ast
import hashlib
import math
import re
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from ledger.text.counted import counted
from ledger.text.program import program
from provisioner.errors import WorkspaceInvalid
from provisioner.files.temporary import private_folder
from provisioner.process.environment import clean_environment
from provisioner.sandbox.base import Confinement, Limits, Outcome, Sandbox
from provisioner.sandbox.output_file import read_output_file
from provisioner.suite.parse import Function, called

FILE = "service-test.py"
_LARGEST_REPORT = 4_000_000
_TAIL = 4_000
_NO_SERVICE = 2  # exit code of service_test_base.py


class ServiceTestFailure(BaseModel):
    """One test that did not pass: its name and the end of its traceback."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    test: str
    message: str


class _Report(BaseModel):
    """What service_test_base.py writes."""

    model_config = ConfigDict(extra="forbid", strict=True)
    ran: int
    skipped: int
    requests: int
    failures: list[ServiceTestFailure]


@dataclass(frozen=True, slots=True)
class ServiceTestRun:
    """Result of one run of service-test.py.

    It passed where at least one test ran and asked the service, each test asserts something, none
    failed or was skipped, and the exit code says so too.

    Attributes:
        ran: tests that ran, skipped ones not counted.
        reason: one line why it did not pass, "" where it did.
        proves_nothing: by the fault of the tests, whatever the service does.
        memory: written by the tests for their run after a restart.
    """

    ran: int
    requests: int
    failures: tuple[ServiceTestFailure, ...]
    reason: str
    output_tail: str
    proves_nothing: bool = False
    memory: bytes = b""

    @property
    def passed(self) -> bool:
        return not self.reason

    def followed_by(self, later: ServiceTestRun) -> ServiceTestRun:
        """This run, which passed, and one of the same tests after a restart, as one."""
        return replace(
            later,
            ran=self.ran + later.ran,
            requests=self.requests + later.requests,
            reason=f"after a restart: {later.reason}" if later.reason else "",
        )

    @property
    def summary(self) -> str:
        """One line for a person."""
        return self.reason or f"{self.ran} passed with {self.requests} requests"

    @property
    def report(self) -> str:
        """The failures in full, or the output where no test reported one."""
        failures = "\n\n".join(f"{one.test}\n{one.message}" for one in self.failures)
        return f"{self.summary}\n\n{failures or self.output_tail}".strip()

    @property
    def signature(self) -> str:
        """Hash of the failures without ports, addresses and times."""
        lines = [f"{one.test}: {_normalised(one.message)}" for one in self.failures]
        text = "\n".join(sorted(lines or [_normalised(self.reason)]))
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


async def run_service_tests(
    folder: Path,
    *,
    url: str,
    sandbox: Sandbox,
    mode: str = "SERVICE",
    timeout: float = 120.0,
    memory: bytes = b"",
) -> ServiceTestRun:
    """Run ``python service-test.py MODE`` of a feature's folder against a running service.

    It reads the feature's folder and reaches the service; all else is closed to it.

    Args:
        url: of the running service, on this machine.
        memory: of an earlier run; the service was restarted since, and only the tests of a
            restart are run.

    Raises:
        WorkspaceInvalid: service-test.py is missing or cannot be read.
    """
    silent = silent_tests(_source(folder / FILE))
    with private_folder("service-test") as private:
        report_path, made = Path(private) / "report.json", Path(private) / "made.json"
        own = {"SERVICE_URL": url, "SERVICE_TEST_REPORT": str(report_path), "HOME": "/nonexistent"}
        own["SERVICE_TEST_MADE"] = str(made)
        if memory:
            made.write_bytes(memory)
            own["SERVICE_TEST_RESTARTED"] = "1"
        outcome = await sandbox.run(
            [sys.executable, "-B", "-E", "-s", FILE, mode],
            Confinement(
                limits=Limits(wall_seconds=timeout, cpu_seconds=math.ceil(timeout)),
                folder=Path(private),
                readable=(folder,),
                environment=clean_environment(own),
                cwd=folder,
                port=urlsplit(url).port,
            ),
        )
        kept = _read(made)
        try:
            report = _Report.model_validate_json(_read(report_path))
        except ValidationError:
            report = _Report(ran=0, skipped=0, requests=0, failures=[])
    reason = _reason(outcome, report, silent, timeout)
    unasked = outcome.timed_out or outcome.exit_code == _NO_SERVICE
    return ServiceTestRun(
        ran=report.ran,
        requests=report.requests,
        failures=tuple(report.failures),
        reason=reason,
        proves_nothing=bool(reason) and not report.failures and not unasked,
        output_tail="\n".join(filter(None, (outcome.stdout, outcome.stderr)))[-_TAIL:],
        memory=kept,
    )


def restart_tests(folder: Path) -> bool:
    """Whether service-test.py of a folder has tests of a restart."""
    return bool(re.search(r"def test_\w*after_a_restart", _source(folder / FILE)))


def silent_tests(source: str) -> list[str]:
    """Test functions that assert nothing, neither themselves nor through functions of the file.

    A file that cannot be parsed has none: running it says what is wrong.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    functions = [node for node in ast.walk(tree) if isinstance(node, Function)]
    calls = {one.name: {called(node) for node in ast.walk(one)} for one in functions}
    asserting = {
        one.name
        for one in functions
        if any(isinstance(node, ast.Assert) for node in ast.walk(one))
        or any(name.startswith("assert") or name == "fail" for name in calls[one.name])
    }
    while more := {name for name in calls.keys() - asserting if calls[name] & asserting}:
        asserting |= more
    return [
        one.name for one in functions if one.name.startswith("test") and one.name not in asserting
    ]


def _reason(outcome: Outcome, report: _Report, silent: list[str], timeout: float) -> str:
    """Why the run does not count as passed, the cause before its effects; "" where it does."""
    ending = f"exit code {outcome.exit_code}"
    if outcome.out_of_memory:
        ending = "too much memory"
    elif outcome.exit_code is None:
        ending = f"signal {outcome.signal}"
    if outcome.timed_out:
        return f"{FILE} did not end within {timeout:g} s"
    if report.failures:
        return f"{len(report.failures)} of {report.ran} failed: {report.failures[0].test}"
    if report.ran < 1:
        return f"{FILE} ran no test ({ending})"
    if report.requests < 1:
        return f"{FILE} ran {counted(report.ran, 'test')}, and none asked the service"
    if silent:
        return f"{silent[0]} asserts nothing"
    if report.skipped:
        return f"{counted(report.skipped, 'test was', 'tests were')} skipped"
    return f"{FILE} ended with {ending}" if outcome.exit_code != 0 else ""


def _read(path: Path) -> bytes:
    """What the tests wrote, b"" for nothing."""
    try:
        return read_output_file(path, _LARGEST_REPORT)
    except OSError:
        return b""


def _source(path: Path) -> str:
    why = "is no file"
    try:
        if path.is_file():
            return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        why = f"cannot be read: {error.strerror}"
    next_step = f"`{program()} generate-service-test DIR` writes it from service.py"
    raise WorkspaceInvalid(f"{path} {why}", next_step=next_step)


def _normalised(message: str) -> str:
    lines = message.strip().splitlines() or [""]
    text = re.sub(r"0x[0-9a-fA-F]+|[0-9a-fA-F-]{16,}|:\d{2,5}\b|\d+\.\d+", "#", lines[-1])
    return text[:300]
