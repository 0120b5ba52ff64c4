"""prove_tests: mutation testing of main.py; a weak suite is extended once."""

from __future__ import annotations

from dataclasses import dataclass

from langgraph.runtime import Runtime

from assistant.errors import ReplyInvalid, RequestRejected
from graph.attempts.attempt import proof_of
from graph.deps import Deps
from graph.failures import failed_step
from graph.state import DeploymentState, MutationProof, StateUpdate
from provisioner.judge.red import see_red
from provisioner.quality.mutation.additions import only_adds
from provisioner.quality.mutation.coverage import CoverageReport, NotMeasured, coverage
from provisioner.quality.mutation.feedback import strengthen_feedback
from provisioner.quality.mutation.prove import MutationReport, prove

STEP = "prove_tests"
_SURVIVORS = 10


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


async def prove_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    if not state["proof"]["verdict"]:
        return {"skipped": True, "note": "nothing was judged"}
    main, quality = deps.text(state, "main.py").encode(), deps.settings.quality
    measured = await _measure(deps, deps.artefacts.get(state["frozen"]), main)
    update: StateUpdate = {}
    if measured.is_weak(quality.mutation_target) and "test.py" not in state["keep"]:
        measured, update = await _strengthened(state, deps, main, measured)
    report = measured.report
    update["mutation"] = _proof(measured)
    update["note"] = _note(measured, strengthened="frozen" in update)
    if quality.mutation == "require" and not report.measured:
        failure = failed_step(
            STEP,
            "unknown",
            f"the tests could not be proven: {report.reason}",
            next_step="resume the run when the machine is less busy, raise "
            "quality.mutation_seconds, or set quality.mutation to warn",
        )
        failure["action"] = "FAIL"  # neither tests nor code are known to be at fault
        update["failure"] = failure
    elif quality.mutation == "require" and measured.is_weak(quality.mutation_min_score):
        update["failure"] = failed_step(
            STEP,
            "test_failed",
            f"the tests are too weak: {update['note']}",
            evidence=[f"line {one.line}: {_change(one.diff)}" for one in report.survived],
            detail=measured.feedback,
            next_step="add tests for the changes above and go on with --no-regenerate, "
            "or lower quality.mutation_min_score",
        )
    return update


async def _measure(deps: Deps, tests: bytes, main: bytes) -> _Measured:
    covered = await coverage(deps.sandbox, tests, {"main.py": main})
    report = await prove(
        deps.judge,
        tests,
        {"main.py": main},
        covered_lines=covered.covered_lines if isinstance(covered, CoverageReport) else None,
        seconds=deps.settings.quality.mutation_seconds,
    )
    return _Measured(tests, report, NotMeasured(report.doubt) if report.doubt else covered)


async def _strengthened(
    state: DeploymentState, deps: Deps, main: bytes, weak: _Measured
) -> tuple[_Measured, StateUpdate]:
    """The suite with added tests that are red first, green on main.py and kill more mutants.

    Where a model writes none, the suite stands as it is.
    """
    tests = weak.tests.decode("utf-8", "replace")
    try:
        built = await deps.build("test.py", state, STEP, tests=tests, feedback=weak.feedback)
    except (ReplyInvalid, RequestRejected):
        return weak, {}
    added = built.files["test.py"].encode()
    if added == weak.tests or only_adds(weak.tests, added):
        return weak, {}
    red = await see_red(deps.judge, added)
    judgement = await deps.judge.judge(added, {"main.py": main})
    if not red.ok or judgement.verdict != "green":
        return weak, {}
    stronger = await _measure(deps, added, main)
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


def _proof(measured: _Measured) -> MutationProof:
    report, covered = measured.report, measured.covered
    lines = branches = unknown = ""
    if isinstance(covered, NotMeasured):
        unknown = covered.reason
    else:
        lines = f"{covered.lines.covered}/{covered.lines.total}"
        branches = f"{covered.branches.covered}/{covered.branches.total}"
    return MutationProof(
        words=report.words(),
        score=None if report.score is None else round(report.score, 4),
        killed=report.killed,
        total=report.total,
        sampled=report.sampled,
        survivors=[f"line {one.line}: {one.operator}" for one in report.survived][:_SURVIVORS],
        lines=lines,
        branches=branches,
        coverage_unknown=unknown,
    )


def _note(measured: _Measured, *, strengthened: bool) -> str:
    report, covered = measured.report, measured.covered
    parts = [report.words()]
    if report.score is None:
        return parts[0]
    if isinstance(covered, CoverageReport):
        parts.append(f"branches {covered.branches.covered}/{covered.branches.total}")
    else:
        parts.append(f"coverage unknown, so all mutants were run ({covered.reason})")
    if strengthened:
        parts.append("after tests were added")
    return ", ".join(parts)
