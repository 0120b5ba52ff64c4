"""generate_service and service_tests: service.py, and its tests against the running service."""

from __future__ import annotations

from typing import Final

from langgraph.runtime import Runtime

from assistant.errors import NotUnderstood
from graph.attempts import normalize_log
from graph.deps import Deps
from graph.failures import failed_step, from_error
from graph.nodes.change_approval import approve_tests
from graph.state import DeploymentState, StateUpdate, append_history, next_round
from ledger.text.counted import counted
from provisioner.endpoint_tests.writer import described_tests
from provisioner.errors import ServiceUnhealthy, WaitTimedOut
from provisioner.feature.scaffold import REQUIREMENTS, proven_dependencies, with_dependencies

_FILE: Final = "service-test.py"


async def generate_service(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Have service.py written, start it and check its health."""
    deps = runtime.context
    feedback, written = deps.feedback(state, "generate_service"), deps.text(state, "service.py")
    kept = deps.kept(state, "service.py")
    code = kept
    declared: tuple[str, ...] = ()
    if kept is None and not feedback:
        code = written.encode() or None  # good when it was written, before a later step failed
    if code is None:
        built = await deps.build(
            "service.py",
            state,
            "generate_service",
            main=deps.text(state, "main.py"),
            service=written,
            failure=feedback,
            attempts="\n".join(state["history"].get("generate_service", [])),
        )
        code, declared = built.files["service.py"].encode(), built.dependencies
    files = deps.accept(state["files"], "service.py", code)
    try:
        async with deps.trial.started():
            pass
    except (ServiceUnhealthy, WaitTimedOut) as error:
        detail = normalize_log("\n".join([str(error), *error.evidence]))
        failure = from_error("generate_service", error)
        again = next_round(state, "generate_service", deps.settings, failure)
        return {
            **(again if kept is None else StateUpdate(failure=failure)),
            "files": files,
            "feedback": deps.with_feedback(state, generate_service=detail),
            "history": append_history(state, "generate_service", normalize_log(str(error))),
            "note": str(error),
        }
    dependencies = [*state["dependencies"], *proven_dependencies(declared, code)]
    requirements = with_dependencies(deps.text(state, REQUIREMENTS).encode(), dependencies)
    return {
        "files": deps.accept(files, REQUIREMENTS, requirements),
        "feedback": deps.with_feedback(state, generate_service=""),
        "dependencies": list(dict.fromkeys(dependencies)),
        "note": "service.py starts and is healthy",
    }


async def service_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Have service-test.py written and run it against the running service."""
    deps = runtime.context
    files = await _tests(state, deps)
    if _FILE in state["keep"] and not deps.settings.deployment.rerun_tests:
        return {"files": files, "skipped": True, "note": f"{_FILE} kept, not run again"}
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
            "service_tests",
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
    kept = deps.kept(state, _FILE)
    if kept is not None:
        return deps.accept(state["files"], _FILE, kept)
    feedback = deps.feedback(state, "service_tests")
    if _FILE in state["files"] and not feedback:
        return state["files"]
    service, main = deps.text(state, "service.py"), deps.text(state, "main.py")
    try:
        built = await deps.build(
            _FILE, state, "service_tests", service=service, main=main, feedback=feedback
        )
        code = built.files[_FILE].encode()
    except NotUnderstood:  # the offline model; code writes them from the service's description
        code = (await described_tests(deps.folder.path, sandbox=deps.sandbox)).text.encode()
    await approve_tests(deps, state["feature"], _FILE, code)
    return deps.accept(state["files"], _FILE, code)
