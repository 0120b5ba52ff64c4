"""generate_tests: have test.py written, and freeze it once every test was seen to fail."""

from __future__ import annotations

import difflib

from langgraph.runtime import Runtime

from graph.attempts.rounds import another_round, append_history
from graph.deps import Deps
from graph.failures import failed_step
from graph.nodes.change_approval import approve_tests
from graph.nodes.scaffold_files import write_scaffold
from graph.run.request import Question
from graph.state import DeploymentState, ReplacedTests, StateUpdate
from ledger.text.counted import counted
from provisioner.judge.red import see_red
from provisioner.quality.mutation.additions import only_adds

STEP = "generate_tests"
_LOSSES_SHOWN = 5


async def generate_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    kept = deps.kept(state, "test.py")
    if kept is not None:
        await approve_tests(deps, state["feature"], "test.py", kept)
        files = deps.accept(write_scaffold(state, deps), "test.py", kept)
        return {"files": files, "frozen": files["test.py"], "note": "test.py kept and frozen"}
    built = await deps.build(
        "test.py",
        state,
        STEP,
        tests=deps.artefact(state["refused_tests"]),
        feedback=deps.feedback(state, STEP),
    )
    code = built.files["test.py"].encode()
    report = await see_red(deps.judge, code)
    if report.ok:
        fixed = await _replaced(state, deps, code)
        lost = "" if fixed else await approve_tests(deps, state["feature"], "test.py", code)
        return {**fixed, **_frozen(state, deps, code, report.judgement.collected, lost)}
    update: StateUpdate = {
        "feedback": {**state["feedback"], STEP: deps.artefacts.put(report.reason.encode())},
        "refused_tests": deps.artefacts.put(code),
        "history": append_history(state, STEP, report.reason),
        "note": f"sent back: {report.reason}",
    }
    if another_round(state, STEP, deps.settings):
        update["again"] = True
    else:
        update["failure"] = failed_step(
            STEP,
            "test_failed",
            f"no usable tests: {report.reason}",
            next_step="say in the requirements what can be observed, or try another model",
        )
    return update


def _frozen(
    state: DeploymentState, deps: Deps, code: bytes, collected: int, lost: str
) -> StateUpdate:
    files = deps.accept(write_scaffold(state, deps), "test.py", code)
    return {
        "files": files,
        "frozen": files["test.py"],
        "red": collected,
        "note": f"{counted(collected, 'test')} seen red, frozen{lost}",
    }


async def _replaced(state: DeploymentState, deps: Deps, code: bytes) -> StateUpdate:
    """Record a diagnosed replacement of frozen tests; {} where none is being replaced.

    Raises:
        ApprovalNeeded: tests or assertions would be lost, and that was not approved.
    """
    old = state["replacing"]
    if not old:
        return {}
    before, reason = deps.artefacts.get(old), deps.feedback(state, STEP)
    lost = only_adds(before, code)
    if lost:
        await deps.approve(_question(before, code, lost, reason))
    fix = ReplacedTests(old=old, new=deps.artefacts.put(code), reason=reason)
    return {"test_fixes": [*state["test_fixes"], fix], "replacing": ""}


def _question(old: bytes, new: bytes, lost: tuple[str, ...], reason: str) -> Question:
    before, after = (code.decode("utf-8", "replace").splitlines() for code in (old, new))
    return Question(
        asks=f"the tests would lose: {'; '.join(lost[:_LOSSES_SHOWN])}",
        reason=reason,
        change=tuple(difflib.unified_diff(before, after, "test.py", "test.py, new", lineterm="")),
        yes="the new tests take the place of the old ones, which are kept as evidence",
        no="nothing changes; the run pauses here, and asks again when it is resumed",
    )
