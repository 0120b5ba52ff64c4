"""generate_main: have main.py written, and judge it by the frozen tests, hidden ones included."""

from __future__ import annotations

import asyncio

from langgraph.runtime import Runtime

from assistant.builder import BuilderResult
from graph.attempts import Attempt, judge_attempt, with_mutants
from graph.deps import Deps
from graph.failure import Failure, failed_step
from graph.state import (
    STUCK_FRESH,
    STUCK_OVER,
    DeploymentState,
    StateUpdate,
    append_history,
    next_round,
)
from provisioner.quality.hidden import Split, split

STEP = "generate_main"


async def generate_main(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    tests = deps.artefacts.get(state["frozen"])
    kept = deps.kept(state, "main.py")
    if kept is not None and not deps.settings.deployment.rerun_tests:
        files = deps.accept(state["files"], "main.py", kept)
        return {"files": files, "skipped": True, "note": "main.py kept, its tests not run again"}
    built: BuilderResult | None = None
    if kept is None:
        hidden = deps.settings.quality.hidden_tests
        parts = split(tests, secret=state["run_id"]) if hidden else Split(tests)
        built, attempt = await _written(state, deps, tests, parts)
    else:
        attempt = await judge_attempt(deps, state, tests, Split(tests), kept)
    if attempt.accepted:
        return _accepted(state, deps, attempt, built)
    if attempt.judgement.flaky:
        return _flaky(attempt)
    if built:
        return _red(state, deps, attempt)
    return {"proof": attempt.proof(), "note": attempt.note, "failure": _failure(attempt)}


async def _written(
    state: DeploymentState, deps: Deps, tests: bytes, parts: Split
) -> tuple[BuilderResult, Attempt]:
    """One repair, or fresh attempts side by side where the same failure came three times."""
    samples = deps.settings.quality.samples
    several = state["stuck"] >= STUCK_FRESH and samples > 1
    numbers = range(1, samples + 1) if several else (0,)
    built = await asyncio.gather(*(_build(state, deps, parts, sample=one) for one in numbers))
    judged = await asyncio.gather(
        *(
            judge_attempt(
                deps, state, tests, parts, one.files["main.py"].encode(), one.dependencies
            )
            for one in built
        )
    )
    judged = await with_mutants(deps, tests, judged)
    best = max(range(len(judged)), key=lambda index: judged[index].rank)
    return built[best], judged[best]


async def _build(state: DeploymentState, deps: Deps, parts: Split, sample: int) -> BuilderResult:
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
        review=deps.artefact(state["main_review"]),
        attempts=attempts,
    )


def _accepted(
    state: DeploymentState, deps: Deps, attempt: Attempt, built: BuilderResult | None
) -> StateUpdate:
    files = deps.accept(state["files"], "main.py", attempt.code)
    for name, content in attempt.prepared.files.items():
        files = deps.accept(files, name, content)
    return {
        "proof": attempt.proof(),
        "files": files,
        "best": {"digest": files["main.py"], "passed": attempt.judgement.passed},
        "author": built.model if built else "",
        "installed": list(attempt.prepared.installed),
        "feedback": deps.with_feedback(state, generate_main=""),
        "main_review": "",
        "stuck": 0,
        "signature": "",
        "note": attempt.note,
    }


def _red(state: DeploymentState, deps: Deps, attempt: Attempt) -> StateUpdate:
    """Keep the version if it is the best so far, with the feedback for the next round."""
    stuck = state["stuck"] + 1 if attempt.signature == state["signature"] else 0
    update: StateUpdate = {
        "proof": attempt.proof(),
        "history": append_history(state, STEP, attempt.line),
        "stuck": stuck,
        "signature": attempt.signature,
        "note": attempt.note,
    }
    if attempt.judgement.passed >= int(state["best"].get("passed", 0)):
        deps.folder.write("main.py", attempt.code)
        digest = deps.artefacts.put(attempt.code)
        update["best"] = {"digest": digest, "passed": attempt.judgement.passed}
        update["feedback"] = deps.with_feedback(state, generate_main=attempt.feedback)
    failure = _failure(attempt)
    if stuck >= STUCK_OVER:
        return {**update, "failure": failure}
    return {**update, **next_round(state, STEP, deps.settings, failure)}


def _flaky(attempt: Attempt) -> StateUpdate:
    """Tests that were green and then red leave something to chance: they are replaced."""
    failure = failed_step(
        STEP,
        "test_failed",
        f"the tests are {attempt.judgement.reason}",
        detail=attempt.feedback,
        next_step="take out of test.py what chance, time or order decides, then --recovery-mode",
    )
    failure["action"] = "TEST_FIX"
    return {"proof": attempt.proof(), "note": attempt.judgement.reason, "failure": failure}


def _failure(attempt: Attempt) -> Failure:
    missing = attempt.prepared.missing
    mended = "requirements.txt, or the import," if missing else "main.py"
    failure = failed_step(
        STEP,
        attempt.kind,
        attempt.line if missing else f"main.py is not green: {attempt.note}",
        evidence=attempt.evidence,
        detail=attempt.feedback,
        signature=attempt.signature,
        next_step=f"mend {mended} by hand and go on with --recovery-mode, or raise --max-retries",
    )
    if attempt.kind == "out_of_memory":  # main.py is judged alone: it has to do with less
        failure["action"] = "CODE_FIX"
    return failure
