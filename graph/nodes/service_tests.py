"""service_tests: have service-test.py written and run it against the running service."""

from __future__ import annotations

from typing import Final

from langgraph.runtime import Runtime

from assistant.errors import NotUnderstood
from graph.attempts.feedback import normalize_log
from graph.deps import Deps
from graph.failures import failed_step
from graph.nodes.change_approval import approve_tests
from graph.state import DeploymentState, StateUpdate
from ledger.text.counted import counted
from provisioner.endpoint_tests import described_tests

STEP = "service_tests"
FILE: Final = "service-test.py"


async def service_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    files = await _tests(state, deps)
    if FILE in state["keep"] and not deps.settings.deployment.rerun_tests:
        return {"files": files, "skipped": True, "note": f"{FILE} kept, not run again"}
    run = await deps.trial.test()
    if run.passed:
        return {
            "files": files,
            "feedback": {**state["feedback"], STEP: ""},
            "note": f"{counted(run.ran, 'service test')} green",
        }
    report = normalize_log(run.report)
    digest = deps.artefacts.put(report.encode())
    return {
        "files": files,
        "feedback": {**state["feedback"], "generate_service": digest, STEP: digest},
        "note": run.summary,
        "failure": failed_step(
            STEP,
            "test_failed",
            f"the service's tests fail: {run.summary}",
            detail=report,
            signature=run.signature,
            next_step="read the failures, mend service.py or service-test.py, "
            "and go on with --no-regenerate",
        ),
    }


async def _tests(state: DeploymentState, deps: Deps) -> dict[str, str]:
    """The accepted files with service-test.py: kept, accepted before, or written now."""
    kept = deps.kept(state, FILE)
    if kept is not None:
        return deps.accept(state["files"], FILE, kept)
    if FILE in state["files"] and not deps.feedback(state, STEP):
        return state["files"]
    code = await _written(state, deps)
    await approve_tests(deps, state["feature"], FILE, code)
    return deps.accept(state["files"], FILE, code)


async def _written(state: DeploymentState, deps: Deps) -> bytes:
    """By a model; where the offline one answers, by code, from the service's own description."""
    try:
        built = await deps.build(
            FILE,
            state,
            STEP,
            service=deps.text(state, "service.py"),
            main=deps.text(state, "main.py"),
            feedback=deps.feedback(state, STEP),
        )
    except NotUnderstood:
        return (await described_tests(deps.folder.path, sandbox=deps.sandbox)).text.encode()
    return built.files[FILE].encode()
