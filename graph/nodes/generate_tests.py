"""generate_tests: have test.py written, and freeze it once every test was seen to fail."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.failures import failed_step
from graph.nodes.change_approval import approve_replacement, approve_tests
from graph.nodes.scaffold import write_scaffold
from graph.state import DeploymentState, ReplacedTests, StateUpdate, another_round, append_history
from ledger.text.counted import counted
from provisioner.judge.red import see_red

STEP = "generate_tests"


async def generate_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps, feature = runtime.context, state["feature"]
    kept = deps.kept(state, "test.py")
    if kept is not None:
        await approve_tests(deps, feature, "test.py", kept)
        return _frozen(state, deps, kept, {"note": "test.py kept and frozen"})
    refused, feedback = deps.artefact(state["refused_tests"]), deps.feedback(state, STEP)
    built = await deps.build("test.py", state, STEP, tests=refused, feedback=feedback)
    code = built.files["test.py"].encode()
    report = await see_red(deps.judge, code)
    if not report.ok:
        return _refused(state, deps, code, report.reason)
    red, lost = report.judgement.collected, ""
    update: StateUpdate = {"red": red}
    if state["replacing"]:
        old = deps.artefacts.get(state["replacing"])
        await approve_replacement(deps, old, code, feedback)
        new = deps.artefacts.put(code)
        fix = ReplacedTests(old=state["replacing"], new=new, reason=feedback)
        update |= {"test_fixes": [*state["test_fixes"], fix], "replacing": ""}
    else:
        lost = await approve_tests(deps, feature, "test.py", code)
    update["note"] = f"{counted(red, 'test')} seen red, frozen{lost}"
    return _frozen(state, deps, code, update)


def _frozen(state: DeploymentState, deps: Deps, code: bytes, update: StateUpdate) -> StateUpdate:
    """Accept test.py, together with the files that every feature starts from."""
    files = deps.accept(write_scaffold(state, deps), "test.py", code)
    return {**update, "files": files, "frozen": files["test.py"]}


def _refused(state: DeploymentState, deps: Deps, code: bytes, reason: str) -> StateUpdate:
    update: StateUpdate = {
        "feedback": deps.with_feedback(state, generate_tests=reason),
        "refused_tests": deps.artefacts.put(code),
        "history": append_history(state, STEP, reason),
        "note": f"sent back: {reason}",
    }
    if another_round(state, STEP, deps.settings):
        update["again"] = True
    else:
        update["failure"] = failed_step(
            STEP,
            "test_failed",
            f"no usable tests: {reason}",
            next_step="say in the requirements what can be observed, or try another model",
        )
    return update
