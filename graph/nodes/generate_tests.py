"""generate_tests: tests first. They are frozen once every one has been seen to fail."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.failures import failed_step
from graph.rounds import another_round, noted
from graph.state import DeploymentState, ReplacedTests, StateUpdate
from provisioner.judge.red import see_red
from provisioner.mutation.additions import only_adds

STEP = "generate_tests"
_LOSSES_TOLD = 5


async def generate_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    kept = deps.kept(state, "test.py")
    if kept is not None:
        files = deps.accept(state["files"], "test.py", kept)
        return {"files": files, "frozen": files["test.py"], "note": "test.py kept and frozen"}
    built = await deps.build(
        "test.py",
        state,
        STEP,
        tests=deps.feedback(state, "tests_refused"),
        feedback=deps.feedback(state, STEP),
    )
    code = built.files["test.py"].encode()
    report = await see_red(deps.judge, code)
    if report.ok:
        return {
            **_replaced(state, deps, code),
            **_frozen(state, deps, code, report.judgement.collected),
        }
    feedback = {
        **state["feedback"],
        STEP: deps.artefacts.put(report.reason.encode()),
        "tests_refused": deps.artefacts.put(code),
    }
    update: StateUpdate = {
        "feedback": feedback,
        "history": noted(state, STEP, report.reason),
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


def _frozen(state: DeploymentState, deps: Deps, code: bytes, collected: int) -> StateUpdate:
    files = deps.accept(state["files"], "test.py", code)
    return {
        "files": files,
        "frozen": files["test.py"],
        "red": collected,
        "note": f"{collected} tests seen red, frozen",
    }


def _replaced(state: DeploymentState, deps: Deps, code: bytes) -> StateUpdate:
    """Record a diagnosed replacement of frozen tests; it may not lose anything unasked.

    Raises:
        ApprovalNeeded: tests or assertions would be lost, and nobody said yes.
    """
    old = state["replacing"]
    if not old:
        return {}
    lost = only_adds(deps.artefacts.get(old), code)
    reason = deps.feedback(state, STEP)
    if lost:
        deps.approve(f"the tests would lose: {'; '.join(lost[:_LOSSES_TOLD])}. {reason}")
    fix = ReplacedTests(old=old, new=deps.artefacts.put(code), reason=reason)
    return {"test_fixes": [*state["test_fixes"], fix], "replacing": ""}
