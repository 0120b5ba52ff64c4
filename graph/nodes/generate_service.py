"""generate_service: have service.py written, start it and check its health."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.attempts.feedback import normalize_log
from graph.deps import Deps
from graph.failures import from_error
from graph.state import DeploymentState, StateUpdate, another_round, append_history
from provisioner.errors import ServiceUnhealthy, WaitTimedOut
from provisioner.feature.requirements import REQUIREMENTS, proven_dependencies, with_dependencies

STEP = "generate_service"


async def generate_service(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    feedback, written = deps.feedback(state, STEP), deps.text(state, "service.py")
    kept = deps.kept(state, "service.py")
    code = kept
    declared: tuple[str, ...] = ()
    if kept is None and not feedback:
        code = written.encode() or None  # good when it was written, before a later step failed
    if code is None:
        built = await deps.build(
            "service.py",
            state,
            STEP,
            main=deps.text(state, "main.py"),
            service=written,
            failure=feedback,
            attempts="\n".join(state["history"].get(STEP, [])),
        )
        code, declared = built.files["service.py"].encode(), built.dependencies
    files = deps.accept(state["files"], "service.py", code)
    try:
        async with deps.trial.started():
            pass
    except (ServiceUnhealthy, WaitTimedOut) as error:
        detail = normalize_log("\n".join([str(error), *error.evidence]))
        update: StateUpdate = {
            "files": files,
            "feedback": deps.with_feedback(state, generate_service=detail),
            "history": append_history(state, STEP, normalize_log(str(error))),
            "note": str(error),
        }
        if kept is None and another_round(state, STEP, deps.settings):
            update["again"] = True
        else:
            update["failure"] = from_error(STEP, error)
        return update
    dependencies = [*state["dependencies"], *proven_dependencies(declared, code)]
    requirements = with_dependencies(deps.text(state, REQUIREMENTS).encode(), dependencies)
    return {
        "files": deps.accept(files, REQUIREMENTS, requirements),
        "feedback": deps.with_feedback(state, generate_service=""),
        "dependencies": list(dict.fromkeys(dependencies)),
        "note": "service.py starts and is healthy",
    }
