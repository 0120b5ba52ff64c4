"""Commands on a feature's folder: judge it, write its service-test.py and its container's files."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from graph.errors import FeatureExists
from provisioner.endpoint_tests.run import FILE
from provisioner.endpoint_tests.writer import GeneratedTests, generate_service_test
from provisioner.errors import WorkspaceInvalid
from provisioner.feature.container_files import inject_config
from provisioner.feature.packages.environment import Environments
from provisioner.feature.packages.lock import LOCK, TEST_LOCK, Lock
from provisioner.files.reading import read_file
from provisioner.files.workspace import BEHAVIORS, STATE
from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.judge.packages import packages_for
from provisioner.judge.verdict import Judgement
from provisioner.quality.mutation.prove import MutationReport, prove
from provisioner.sandbox.choose import choose_sandbox

__all__ = ["CheckResult", "check_folder", "inject_config", "write_service_test"]

_MUTATION_SECONDS = 60.0
#: So many changes of main.py that are not noticed, and none that is: fewer may change nothing.
_ALL_SURVIVED = 3
_SHOWN = ("verdict", "collected", "passed", "failed", "assertions", "isolation", "sandbox")


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Verdict on a feature folder; mutation is None where it was not asked for, or tests fail."""

    judgement: Judgement
    mutation: MutationReport | None

    @property
    def green(self) -> bool:
        return self.judgement.verdict == "green"

    def to_json(self) -> dict[str, Any]:
        """The object of contract/CLI.md, with the reason and what survived at its end."""
        judgement, report = self.judgement, self.mutation
        survived = report.survived if report else ()
        return {
            "schema": 1,
            **{name: getattr(judgement, name) for name in _SHOWN},
            "failures": [{"test": one.name, "message": one.message} for one in judgement.failures],
            "mutation_score": report.score if report else None,
            "reason": judgement.reason,
            "remark": judgement.remark,
            "seconds": round(judgement.seconds, 3),
            "survivors": [{"line": one.line, "diff": one.diff} for one in survived],
        }


async def check_folder(
    folder: Path, *, mutation: bool, unsafe: bool, isolation: Literal["prefer", "separate"]
) -> CheckResult:
    """Judge a feature folder's test.py; with `mutation`, also measure what it notices.

    A green suite that notices no change at all is vacuous.
    """
    tests, code = read_folder(folder)
    sandbox = await choose_sandbox(unsafe=unsafe)
    environments = await Environments(state_folder(folder)).for_folder(folder)
    lock = Lock.parse(read_file(folder / LOCK) or b"")
    name = TEST_LOCK if (folder / TEST_LOCK).is_file() else LOCK
    with_tests = Lock.parse(read_file(folder / name) or b"", name)
    packages = await packages_for(environments, lock, with_tests)
    async with Judge(sandbox, packages=packages, isolation=isolation) as judge:
        judgement = await judge.judge(tests, code, vacuity=True)
        if not mutation or judgement.verdict != "green":
            return CheckResult(judgement, None)
        report = await prove(judge, tests, code, seconds=_MUTATION_SECONDS)
    if report.score == 0 and len(report.survived) >= _ALL_SURVIVED:
        why = f"nothing asserts what main.py does: {report.words()}"
        judgement = replace(judgement, verdict="vacuous", reason=why)
    return CheckResult(judgement, report)


def state_folder(folder: Path) -> Path:
    """The state folder of the workspace that a feature's folder is in, which need not be there."""
    above = folder.resolve().parents
    found = (one / STATE for one in above if (one / STATE).is_dir())
    return next(found, above[1 if above[0].name == BEHAVIORS else 0] / STATE)


def write_service_test(folder: Path, *, force: bool, unsafe: bool) -> tuple[Path, GeneratedTests]:
    """Write service-test.py, over one that is there with `force`; gives its path and content."""
    file = folder / FILE
    if not folder.is_dir():
        raise WorkspaceInvalid(f"{folder} is no folder", next_step="name a feature's folder")
    if not (folder / "service.py").is_file():
        raise WorkspaceInvalid(
            f"{folder} has no service.py to test",
            next_step="name the folder of a feature that has one",
        )
    if file.exists() and not force:
        raise FeatureExists(f"{file} exists already", next_step="--force writes over it")
    return file, asyncio.run(_write_service_test(folder.resolve(), unsafe=unsafe))


async def _write_service_test(folder: Path, *, unsafe: bool) -> GeneratedTests:
    sandbox = await choose_sandbox(unsafe=unsafe)
    environment = await Environments(state_folder(folder)).of_folder(folder)
    return await generate_service_test(folder, sandbox=sandbox, environment=environment)
