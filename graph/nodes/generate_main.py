"""generate_main: one round of writing main.py and judging it by the frozen tests."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.failures import failed_step
from graph.feedback import grouped, one_line, signature
from graph.rounds import another_round, noted
from graph.state import DeploymentState, Proof, StateUpdate
from provisioner.dependencies import REQUIREMENTS, proven_dependencies, with_dependencies
from provisioner.judge.verdict import Judgement

STEP = "generate_main"


async def generate_main(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    tests = deps.artefacts.get(state["frozen"])
    code = deps.kept(state, "main.py")
    declared: tuple[str, ...] = ()
    author = ""
    if code is None:
        best = state["best"].get("digest")
        built = await deps.build(
            "main.py",
            state,
            STEP,
            tests=tests.decode("utf-8", "replace"),
            main=deps.artefacts.get(str(best)).decode("utf-8", "replace") if best else "",
            failure=deps.feedback(state, STEP),
            review=deps.feedback(state, "review_main"),
            attempts="\n".join(state["history"].get(STEP, [])),
        )
        code, declared, author = built.files["main.py"].encode(), built.dependencies, built.model
    elif not deps.settings.deployment.rerun_tests:
        files = deps.accept(state["files"], "main.py", code)
        return {"files": files, "skipped": True, "note": "main.py kept, its tests not run again"}
    judgement = await deps.judge.judge(tests, {"main.py": code})
    if judgement.verdict == "green":
        dependencies = proven_dependencies(declared, code)
        requirements = with_dependencies(deps.text(state, REQUIREMENTS).encode(), dependencies)
        files = deps.accept(state["files"], "main.py", code)
        return {
            "proof": _proof(judgement),
            "files": deps.accept(files, REQUIREMENTS, requirements),
            "best": {"digest": files["main.py"], "passed": judgement.passed},
            "dependencies": dependencies,
            "author": author,
            "feedback": {**state["feedback"], STEP: "", "review_main": ""},
            "note": one_line(judgement),
        }
    return _red(state, deps, code, judgement)


def _red(state: DeploymentState, deps: Deps, code: bytes, judgement: Judgement) -> StateUpdate:
    """Keep the version if it is the best so far, and say what the next round has to mend."""
    update: StateUpdate = {
        "proof": _proof(judgement),
        "history": noted(state, STEP, one_line(judgement)),
        "note": one_line(judgement),
    }
    kept = "main.py" in state["keep"]
    if not kept and judgement.passed >= int(state["best"].get("passed", 0)):
        deps.folder.write("main.py", code)
        told = deps.artefacts.put(grouped(judgement).encode())
        update["best"] = {"digest": deps.artefacts.put(code), "passed": judgement.passed}
        update["feedback"] = {**state["feedback"], STEP: told}
    if not kept and another_round(state, STEP, deps.settings):
        update["again"] = True
    else:
        update["failure"] = failed_step(
            STEP,
            "test_failed",
            f"main.py is not green: {one_line(judgement)}",
            detail=grouped(judgement),
            signature=signature(judgement),
            next_step="mend main.py by hand and go on with --no-regenerate, or raise --max-retries",
        )
    return update


def _proof(judgement: Judgement) -> Proof:
    return Proof(
        verdict=judgement.verdict,
        collected=judgement.collected,
        passed=judgement.passed,
        assertions=judgement.assertions,
        sandbox=judgement.sandbox,
    )
