"""prove_tests and review: what is asked of code beyond green tests."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from langgraph.runtime import Runtime

from assistant.errors import ReplyInvalid, RequestRejected
from assistant.review.static import as_feedback
from graph.attempts import proof_of
from graph.deps import Deps
from graph.failure import failed_step
from graph.packages import packages_of_state
from graph.state import DeploymentState, MutationProof, StateUpdate, spent_rounds
from ledger.text.counted import counted
from provisioner.judge.packages import Packages
from provisioner.judge.red import see_red
from provisioner.quality.mutation.additions import only_adds
from provisioner.quality.mutation.coverage import CoverageReport, NotMeasured, coverage
from provisioner.quality.mutation.prove import (
    Lines,
    MutationReport,
    prove,
    strengthen_feedback,
)

_SURVIVORS = 10
_REVIEWED = ("main.py", "service.py")


@dataclass(frozen=True, slots=True)
class _Measured:
    """What a suite notices and reaches of main.py."""

    tests: bytes
    report: MutationReport
    covered: CoverageReport | NotMeasured

    def is_weak(self, limit: float) -> bool:
        return self.report.score is not None and self.report.score < limit

    @property
    def feedback(self) -> str:
        return strengthen_feedback(self.report, self.covered)

    def proof(self) -> MutationProof:
        report, covered = self.report, self.covered
        known = covered if isinstance(covered, CoverageReport) else None
        return MutationProof(
            words=report.words(),
            score=None if report.score is None else round(report.score, 4),
            killed=report.killed,
            total=report.total,
            sampled=report.sampled,
            survivors=[f"line {one.line}: {one.operator}" for one in report.survived][:_SURVIVORS],
            lines=f"{known.lines.covered}/{known.lines.total}" if known else "",
            branches=f"{known.branches.covered}/{known.branches.total}" if known else "",
            coverage_unknown=covered.reason if isinstance(covered, NotMeasured) else "",
        )


async def prove_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Run mutation testing of main.py; a weak suite is extended once."""
    deps = runtime.context
    if not state["proof"]["verdict"]:
        return {"skipped": True, "note": "nothing was judged"}
    main, quality = deps.text(state, "main.py").encode(), deps.settings.quality
    packages = await packages_of_state(deps, state)
    measured = await _measure(deps, packages, deps.artefacts.get(state["frozen"]), main)
    update: StateUpdate = {}
    if measured.is_weak(quality.mutation_target) and "test.py" not in state["keep"]:
        measured, update = await _strengthened(state, deps, packages, main, measured)
    report = measured.report
    proof = measured.proof()
    note = [report.words()]
    if report.score is not None:
        unknown = f"coverage unknown, so all mutants were run ({proof['coverage_unknown']})"
        note.append(f"branches {proof['branches']}" if proof["branches"] else unknown)
        note += ["after tests were added"] if "frozen" in update else []
    update |= {"mutation": proof, "note": ", ".join(note)}
    if quality.mutation == "require" and not report.measured:
        failure = failed_step(
            "prove_tests",
            "unknown",
            f"the tests could not be proven: {report.reason}",
            next_step="resume the run when the machine is less busy, raise "
            "quality.mutation_seconds, or set quality.mutation to warn",
        )
        failure["action"] = "FAIL"  # neither tests nor code are known to be at fault
        update["failure"] = failure
    elif quality.mutation == "require" and measured.is_weak(quality.mutation_min_score):
        update["failure"] = failed_step(
            "prove_tests",
            "test_failed",
            f"the tests are too weak: {update['note']}",
            evidence=[f"line {one.line}: {_change(one.diff)}" for one in report.survived],
            detail=measured.feedback,
            next_step="add tests for the changes above and go on with --recovery-mode, "
            "or lower quality.mutation_min_score",
        )
    return update


async def _measure(deps: Deps, packages: Packages, tests: bytes, main: bytes) -> _Measured:
    code = {"main.py": main}
    tracing = asyncio.create_task(coverage(deps.sandbox, tests, code, packages=packages))

    async def covered_lines() -> Lines:
        traced = await tracing
        return traced.covered_lines if isinstance(traced, CoverageReport) else None

    judge, seconds = deps.judge.within(packages), deps.settings.quality.mutation_seconds
    report = await prove(judge, tests, code, covered_lines=covered_lines(), seconds=seconds)
    covered = await tracing
    return _Measured(tests, report, NotMeasured(report.doubt) if report.doubt else covered)


async def _strengthened(
    state: DeploymentState, deps: Deps, packages: Packages, main: bytes, weak: _Measured
) -> tuple[_Measured, StateUpdate]:
    """The suite with added tests that are red first, green on main.py and kill more mutants."""
    tests = weak.tests.decode("utf-8", "replace")
    try:
        built = await deps.build(
            "test.py", state, "prove_tests", tests=tests, feedback=weak.feedback
        )
    except (ReplyInvalid, RequestRejected):
        return weak, {}
    added = built.files["test.py"].encode()
    if added == weak.tests or only_adds(weak.tests, added):
        return weak, {}
    judge = deps.judge.within(packages)
    red = await see_red(judge, added)
    judgement = await judge.judge(added, {"main.py": main})
    if not red.ok or judgement.verdict != "green":
        return weak, {}
    stronger = await _measure(deps, packages, added, main)
    if (stronger.report.score or 0.0) <= (weak.report.score or 0.0):
        return weak, {}
    files = deps.accept(state["files"], "test.py", added)
    return stronger, {
        "files": files,
        "frozen": files["test.py"],
        "red": red.judgement.collected,
        "proof": proof_of(judgement),
    }


def _change(diff: str) -> str:
    """A mutant's diff in one line: ``return a + b → return a - b``."""
    lines = [line for line in diff.splitlines() if line[:3] not in ("---", "+++", "@@ ")]
    old, new = ([line[1:].strip() for line in lines if line[:1] == sign] for sign in "-+")
    return f"{' '.join(old)} → {' '.join(new)}"


async def review(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Have the code reviewed; major issues go back, minor ones into the report."""
    deps = runtime.context
    files = {name: deps.text(state, name) for name in _REVIEWED if name in state["files"]}
    try:
        result = await deps.audit(files, state, "review")
    except (ReplyInvalid, RequestRejected) as error:
        note = f"no usable review: {error}"
        if deps.settings.quality.review == "require":
            return {"failure": failed_step("review", "llm_provider_infra", note), "note": note}
        return {"skipped": True, "note": note}
    remarks = as_feedback(result.minor).splitlines()
    if result.approved:
        note = f"approved by {result.model}"
        if remarks:
            shown = "; ".join(one.removeprefix("- ") for one in remarks)
            note = f"{note}, {counted(len(remarks), 'remark')}: {shown}"
        return {"remarks": remarks, "note": note}
    note = f"{counted(len(result.major), 'major issue')} by {result.model}"
    spent = spent_rounds(state, "review") >= deps.settings.quality.review_rounds
    if spent or any(issue.file in state["keep"] for issue in result.major):
        return {
            "remarks": remarks,
            "note": note,
            "failure": failed_step(
                "review",
                "auditor_reject",
                f"the review still finds {note}",
                evidence=as_feedback(result.major).splitlines(),
                detail=as_feedback(result.major),
                next_step="read the issues, mend the files and go on with --recovery-mode",
            ),
        }
    of_main = as_feedback([issue for issue in result.major if issue.file != "service.py"])
    of_service = as_feedback([issue for issue in result.major if issue.file == "service.py"])
    by_step = {"generate_service": of_service} if of_service else {}
    return {
        "remarks": remarks,
        "main_review": deps.store(of_main) or state["main_review"],
        "feedback": deps.with_feedback(state, **by_step),
        "sent_back": "generate_main" if of_main else "generate_service",
        "note": note,
    }
