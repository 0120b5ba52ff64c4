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
from provisioner.endpoint_tests.writer import described_tests

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
            "feedback": deps.with_feedback(state, service_tests=""),
            "note": f"{counted(run.ran, 'service test')} green",
        }
    report = normalize_log(run.report)
    return {
        "files": files,
        "feedback": deps.with_feedback(state, generate_service=report, service_tests=report),
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
    feedback = deps.feedback(state, STEP)
    if FILE in state["files"] and not feedback:
        return state["files"]
    service, main = deps.text(state, "service.py"), deps.text(state, "main.py")
    try:
        built = await deps.build(FILE, state, STEP, service=service, main=main, feedback=feedback)
        code = built.files[FILE].encode()
    except NotUnderstood:  # the offline model; code writes them from the service's description
        code = (await described_tests(deps.folder.path, sandbox=deps.sandbox)).text.encode()
    await approve_tests(deps, state["feature"], FILE, code)
    return deps.accept(state["files"], FILE, code)
