"""generate_service and service_tests: service.py, and its tests against the running service."""

from __future__ import annotations

from typing import Final

from langgraph.runtime import Runtime

from assistant.diagnosis.diagnose import diagnose
from assistant.errors import NotUnderstood
from graph.deps import Deps
from graph.failure import failed_step, from_error, normalize_log
from graph.nodes.change_approval import approve_replacement, approve_tests
from graph.packages import prepare
from graph.recovery.limits import was_tried
from graph.state import DeploymentState, ReplacedTests, StateUpdate, append_history, next_round
from ledger.text.counted import counted
from provisioner.endpoint_tests.writer import described_tests
from provisioner.errors import ServiceUnhealthy, Unresolvable, WaitTimedOut
from provisioner.feature.packages.requirements import own_module

STEP: Final = "generate_service"
_FILE: Final = "service-test.py"
# Another service.py would not help against these.
_OUTSIDE: Final = ("missing_dependency", "disk_full")


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
    prepared = await prepare(
        deps,
        state,
        tests=deps.text(state, "test.py").encode(),
        code=(deps.text(state, "main.py").encode(), code),
        declared=declared,
    )
    for name, content in prepared.files.items():
        files = deps.accept(files, name, content)
    try:
        if prepared.missing:
            raise Unresolvable(prepared.missing)
        async with deps.trial.started():
            pass
    except (ServiceUnhealthy, Unresolvable, WaitTimedOut) as error:
        detail = normalize_log("\n".join([str(error), *error.evidence]))
        failure = from_error(STEP, error)
        found = None if prepared.missing else diagnose(detail, own=own_module(state["feature"]))
        if found and found.kind in _OUTSIDE:
            return {"failure": failure, "files": files, "note": found.summary}
        vague = found is None or found.kind == failure["kind"]
        # Before another service.py is asked for, this one gets more time.
        late = failure["kind"] == "service_timeout" and vague
        if late and not was_tried(state, failure, "CODE_FIX"):
            return {"failure": failure, "files": files, "note": str(error)}
        again = next_round(state, "generate_service", deps.settings, failure)
        return {
            **(again if kept is None else StateUpdate(failure=failure)),
            "files": files,
            "feedback": deps.with_feedback(state, generate_service=detail),
            "history": append_history(state, "generate_service", normalize_log(str(error))),
            "note": str(error),
        }
    return {
        "files": files,
        "installed": list(prepared.installed),
        "feedback": deps.with_feedback(state, generate_service=""),
        "note": f"service.py starts and is healthy{prepared.note}",
    }


async def service_tests(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Have service-test.py written and run it against the running service.

    Tests that prove nothing, whatever the service does, are written once more, and then by code.
    """
    deps = runtime.context
    files = await _tests(state, deps)
    fixes, old = state["test_fixes"], state["files"].get(_FILE)
    if old and files[_FILE] != old and (reason := deps.feedback(state, "service_tests")):
        reason = reason.partition("\n")[0]
        fixes = [*fixes, ReplacedTests(old=old, new=files[_FILE], reason=reason)]
    if _FILE in state["keep"] and not deps.settings.deployment.rerun_tests:
        return {"files": files, "skipped": True, "note": f"{_FILE} kept, not run again"}
    run, useless = await deps.trial.test(), ""
    for write in (_written, _described):
        if not run.proves_nothing or _FILE in state["keep"]:
            break
        useless = f"; written anew, since {run.summary}"
        code = await write(state, deps, normalize_log(run.report))
        await approve_tests(deps, state["feature"], _FILE, code)
        files = deps.accept(files, _FILE, code)
        run = await deps.trial.test()
    if run.passed:
        return {
            "files": files,
            "test_fixes": fixes,
            "feedback": deps.with_feedback(state, service_tests=""),
            "note": f"{counted(run.ran, 'service test')} green{useless}",
        }
    report = normalize_log(run.report)
    return {
        "files": files,
        "test_fixes": fixes,
        "feedback": deps.with_feedback(state, generate_service=report, service_tests=""),
        "note": run.summary,
        "failure": failed_step(
            "service_tests",
            "test_failed",
            f"the service's tests fail: {run.summary}",
            detail=report,
            signature=run.signature,
            next_step="read the failures, mend service.py or service-test.py, "
            "and go on with --recovery-mode",
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
    code = await _written(state, deps, feedback)
    if feedback:
        old = deps.text(state, _FILE).encode()
        await approve_replacement(deps, old, code, feedback, _FILE)
    await approve_tests(deps, state["feature"], _FILE, code)
    return deps.accept(state["files"], _FILE, code)


async def _written(state: DeploymentState, deps: Deps, feedback: str) -> bytes:
    """service-test.py by a model; the offline one leaves it to code."""
    service, main = deps.text(state, "service.py"), deps.text(state, "main.py")
    try:
        built = await deps.build(
            _FILE, state, "service_tests", service=service, main=main, feedback=feedback
        )
    except NotUnderstood:
        return await _described(state, deps, feedback)
    return built.files[_FILE].encode()


async def _described(state: DeploymentState, deps: Deps, feedback: str) -> bytes:
    """service-test.py by code, from the service's own description."""
    folder = deps.folder.path
    environment = await deps.environments.of_folder(folder)
    described = await described_tests(folder, sandbox=deps.sandbox, environment=environment)
    return described.text.encode()
