"""prove_tests: mutation testing of main.py; a weak suite is extended once."""

from __future__ import annotations

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


async def prove_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    if not state["proof"]["verdict"]:
        return {"skipped": True, "note": "nothing was judged"}
    tests, main = deps.artefacts.get(state["frozen"]), deps.text(state, "main.py").encode()
    report, covered = await _measured(deps, tests, main)
    update: StateUpdate = {}
    quality = deps.settings.quality
    if _weak(report, quality.mutation_target) and "test.py" not in state["keep"]:
        stronger = await _strengthened(state, deps, tests, main, report, covered)
        if stronger:
            tests, report, covered, update = stronger
    update["mutation"] = _proof(report, covered)
    update["note"] = _note(report, covered, strengthened="frozen" in update)
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
    elif quality.mutation == "require" and _weak(report, quality.mutation_min_score):
        update["failure"] = failed_step(
            STEP,
            "test_failed",
            f"the tests are too weak: {update['note']}",
            evidence=[f"line {one.line}: {_change(one.diff)}" for one in report.survived],
            detail=strengthen_feedback(report, covered),
            next_step="add tests for the changes above and go on with --no-regenerate, "
            "or lower quality.mutation_min_score",
        )
    return update


Coverage = CoverageReport | NotMeasured
Stronger = tuple[bytes, MutationReport, Coverage, StateUpdate]


async def _strengthened(
    state: DeploymentState,
    deps: Deps,
    tests: bytes,
    main: bytes,
    report: MutationReport,
    covered: Coverage,
) -> Stronger | None:
    """The suite with added tests that are red first, green on main.py and kill more mutants."""
    try:
        built = await deps.build(
            "test.py",
            state,
            STEP,
            tests=tests.decode("utf-8", "replace"),
            feedback=strengthen_feedback(report, covered),
        )
    except (ReplyInvalid, RequestRejected):  # then the suite stands as it is
        return None
    added = built.files["test.py"].encode()
    if added == tests or only_adds(tests, added):
        return None
    red = await see_red(deps.judge, added)
    judgement = await deps.judge.judge(added, {"main.py": main})
    if not red.ok or judgement.verdict != "green":
        return None
    proven, covered = await _measured(deps, added, main)
    if (proven.score or 0.0) <= (report.score or 0.0):
        return None
    files = deps.accept(state["files"], "test.py", added)
    update = StateUpdate(
        files=files,
        frozen=files["test.py"],
        red=red.judgement.collected,
        proof=proof_of(judgement),
    )
    return added, proven, covered, update


async def _measured(deps: Deps, tests: bytes, main: bytes) -> tuple[MutationReport, Coverage]:
    """Run mutation testing and measure coverage of main.py."""
    covered = await coverage(deps.sandbox, tests, {"main.py": main})
    report = await prove(
        deps.judge,
        tests,
        {"main.py": main},
        covered_lines=covered.covered_lines if isinstance(covered, CoverageReport) else None,
        seconds=deps.settings.quality.mutation_seconds,
    )
    return report, NotMeasured(report.doubt) if report.doubt else covered


def _change(diff: str) -> str:
    """A mutant's diff in one line: ``return a + b → return a - b``."""
    lines = [line for line in diff.splitlines() if line[:3] not in ("---", "+++", "@@ ")]
    old, new = ([line[1:].strip() for line in lines if line[:1] == sign] for sign in "-+")
    return f"{' '.join(old)} → {' '.join(new)}"


def _weak(report: MutationReport, limit: float) -> bool:
    return report.score is not None and report.score < limit


def _proof(report: MutationReport, covered: Coverage) -> MutationProof:
    proof = MutationProof(
        words=report.words(),
        score=None if report.score is None else round(report.score, 4),
        killed=report.killed,
        total=report.total,
        sampled=report.sampled,
        survivors=[f"line {one.line}: {one.operator}" for one in report.survived][:_SURVIVORS],
        lines="",
        branches="",
        coverage_unknown="",
    )
    if isinstance(covered, NotMeasured):
        return {**proof, "coverage_unknown": covered.reason}
    lines, branches = covered.lines, covered.branches
    return {
        **proof,
        "lines": f"{lines.covered}/{lines.total}",
        "branches": f"{branches.covered}/{branches.total}",
    }


def _note(report: MutationReport, covered: Coverage, *, strengthened: bool) -> str:
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
