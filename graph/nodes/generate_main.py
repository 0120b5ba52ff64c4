"""generate_main: one round of writing main.py, judged by the frozen tests, hidden ones included."""

from __future__ import annotations

import asyncio

from langgraph.runtime import Runtime

from assistant.builder import BuilderResult
from graph.attempts.rounds import STUCK_FRESH, STUCK_OVER, another_round, append_history
from graph.attempts.trial import Trial, try_main, with_mutants
from graph.deps import Deps
from graph.failures import failed_step
from graph.state import DeploymentState, Failure, StateUpdate
from provisioner.feature.requirements import REQUIREMENTS, proven_dependencies, with_dependencies
from provisioner.quality.hidden import Split

STEP = "generate_main"


async def generate_main(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    tests = deps.artefacts.get(state["frozen"])
    parts = deps.split(state, tests)
    kept = deps.kept(state, "main.py")
    if kept is None:
        built, trial = await _written(state, deps, tests, parts)
        if trial.accepted:
            return _accepted(state, deps, trial, built)
        return _flaky(trial) if trial.judgement.flaky else _red(state, deps, trial)
    if not deps.settings.deployment.rerun_tests:
        files = deps.accept(state["files"], "main.py", kept)
        return {"files": files, "skipped": True, "note": "main.py kept, its tests not run again"}
    trial = await try_main(deps, tests, Split(tests), kept)
    if trial.accepted:
        return _accepted(state, deps, trial, None)
    if trial.judgement.flaky:
        return _flaky(trial)
    return {"proof": trial.proof(), "note": trial.note, "failure": _failure(trial)}


async def _written(
    state: DeploymentState, deps: Deps, tests: bytes, parts: Split
) -> tuple[BuilderResult, Trial]:
    """One repair, or several fresh attempts side by side where repairing leads nowhere."""
    samples = deps.settings.quality.samples
    if state["stuck"] < STUCK_FRESH or samples < 2:
        built = await _build(state, deps, parts)
        return built, await try_main(deps, tests, parts, built.files["main.py"].encode())
    fresh = await asyncio.gather(
        *(_build(state, deps, parts, sample=number) for number in range(1, samples + 1))
    )
    judged = await asyncio.gather(
        *(try_main(deps, tests, parts, one.files["main.py"].encode()) for one in fresh)
    )
    trials = await with_mutants(deps, tests, judged)
    best = max(range(len(trials)), key=lambda index: trials[index].rank)
    return fresh[best], trials[best]


async def _build(
    state: DeploymentState, deps: Deps, parts: Split, sample: int = 0
) -> BuilderResult:
    best = str(state["best"].get("digest", ""))
    attempts = "\n".join(state["history"].get(STEP, []))
    if sample:
        attempts = f"{attempts}\nAttempt {sample} of several afresh: take another approach."
    return await deps.build(
        "main.py",
        state,
        STEP,
        tests=parts.visible.decode("utf-8", "replace"),
        main="" if sample else deps.artefact(best),
        failure="" if sample else deps.feedback(state, STEP),
        review=deps.feedback(state, "review_main"),
        attempts=attempts,
    )


def _accepted(
    state: DeploymentState, deps: Deps, trial: Trial, built: BuilderResult | None
) -> StateUpdate:
    dependencies = proven_dependencies(built.dependencies if built else (), trial.code)
    requirements = with_dependencies(deps.text(state, REQUIREMENTS).encode(), dependencies)
    files = deps.accept(state["files"], "main.py", trial.code)
    return {
        "proof": trial.proof(),
        "files": deps.accept(files, REQUIREMENTS, requirements),
        "best": {"digest": files["main.py"], "passed": trial.judgement.passed},
        "dependencies": dependencies,
        "author": built.model if built else "",
        "feedback": {**state["feedback"], STEP: "", "review_main": ""},
        "stuck": 0,
        "signature": "",
        "note": trial.note,
    }


def _red(state: DeploymentState, deps: Deps, trial: Trial) -> StateUpdate:
    """Keep the version if it is the best so far, and say what the next round has to mend."""
    stuck = state["stuck"] + 1 if trial.signature == state["signature"] else 0
    update: StateUpdate = {
        "proof": trial.proof(),
        "history": append_history(state, STEP, trial.line),
        "stuck": stuck,
        "signature": trial.signature,
        "note": trial.note,
    }
    if trial.judgement.passed >= int(state["best"].get("passed", 0)):
        deps.folder.write("main.py", trial.code)
        update["best"] = {
            "digest": deps.artefacts.put(trial.code),
            "passed": trial.judgement.passed,
        }
        told = deps.artefacts.put(trial.told.encode())
        update["feedback"] = {**state["feedback"], STEP: told}
    if stuck < STUCK_OVER and another_round(state, STEP, deps.settings):
        update["again"] = True
    else:
        update["failure"] = _failure(trial)
    return update


def _flaky(trial: Trial) -> StateUpdate:
    """Green and then not is no reason to change the code: the tests leave something to chance."""
    failure = failed_step(
        STEP,
        "test_failed",
        f"the tests are {trial.judgement.reason}",
        detail=trial.told,
        next_step="take out of test.py what chance, time or order decides, "
        "and go on with --no-regenerate",
    )
    failure["action"] = "TEST_FIX"
    return {"proof": trial.proof(), "note": trial.judgement.reason, "failure": failure}


def _failure(trial: Trial) -> Failure:
    return failed_step(
        STEP,
        "test_failed",
        f"main.py is not green: {trial.note}",
        evidence=trial.evidence,
        detail=trial.told,
        signature=trial.signature,
        next_step="mend main.py by hand and go on with --no-regenerate, or raise --max-retries",
    )
