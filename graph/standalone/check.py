"""check: judge a feature folder's tests as a run does."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from provisioner.judge.folder import read_folder
from provisioner.judge.judge import Judge
from provisioner.judge.verdict import Judgement
from provisioner.quality.mutation.prove import MutationReport, prove
from provisioner.sandbox.choose import choose_sandbox

_MUTATION_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class CheckResult:
    """Verdict on a feature folder.

    Attributes:
        mutation: None where it was not asked for, or the tests are not green.
    """

    judgement: Judgement
    mutation: MutationReport | None

    @property
    def green(self) -> bool:
        return self.judgement.verdict == "green"

    def to_json(self) -> dict[str, Any]:
        """The object of contract/CLI.md, with the reason and what survived at its end."""
        judgement, report = self.judgement, self.mutation
        return {
            "schema": 1,
            "verdict": judgement.verdict,
            "collected": judgement.collected,
            "passed": judgement.passed,
            "failed": judgement.failed,
            "assertions": judgement.assertions,
            "failures": [{"test": one.name, "message": one.message} for one in judgement.failures],
            "mutation_score": report.score if report else None,
            "isolation": judgement.isolation,
            "sandbox": judgement.sandbox,
            "seconds": round(judgement.seconds, 3),
            "reason": judgement.reason,
            "survivors": [{"line": one.line, "diff": one.diff} for one in report.survived]
            if report
            else [],
        }


async def check_folder(folder: Path, *, mutation: bool, unsafe: bool) -> CheckResult:
    """Judge a feature folder's test.py; with `mutation`, also measure what it notices.

    Raises:
        WorkspaceInvalid: the folder cannot be read.
        SandboxUnavailable: no isolation works here, and `unsafe` does not say to go without.
    """
    tests, code = read_folder(folder)
    async with Judge(await choose_sandbox(unsafe=unsafe)) as judge:
        judgement = await judge.judge(tests, code)
        if not mutation or judgement.verdict != "green":
            return CheckResult(judgement, None)
        return CheckResult(judgement, await prove(judge, tests, code, seconds=_MUTATION_SECONDS))
