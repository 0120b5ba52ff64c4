"""generate_service: have service.py written, start it and check its health."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.attempts.feedback import normalize_log
from graph.attempts.rounds import another_round, append_history
from graph.deps import Deps
from graph.failures import from_error
from graph.state import DeploymentState, StateUpdate
from provisioner.errors import ServiceUnhealthy, WaitTimedOut
from provisioner.feature.requirements import REQUIREMENTS, proven_dependencies, with_dependencies

STEP = "generate_service"


async def generate_service(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    code = deps.kept(state, "service.py")
    kept = code is not None
    declared: tuple[str, ...] = ()
    if code is None and not deps.feedback(state, STEP):
        code = deps.text(state, "service.py").encode() or None  # written before, and good then
    if code is None:
        built = await deps.build(
            "service.py",
            state,
            STEP,
            main=deps.text(state, "main.py"),
            service=deps.text(state, "service.py"),
            failure=deps.feedback(state, STEP),
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
            "feedback": {**state["feedback"], STEP: deps.artefacts.put(detail.encode())},
            "history": append_history(state, STEP, normalize_log(str(error))),
            "note": str(error),
        }
        if not kept and another_round(state, STEP, deps.settings):
            update["again"] = True
        else:
            update["failure"] = from_error(STEP, error)
        return update
    dependencies = [*state["dependencies"], *proven_dependencies(declared, code)]
    requirements = with_dependencies(deps.text(state, REQUIREMENTS).encode(), dependencies)
    return {
        "files": deps.accept(files, REQUIREMENTS, requirements),
        "feedback": {**state["feedback"], STEP: ""},
        "dependencies": list(dict.fromkeys(dependencies)),
        "note": "service.py starts and is healthy",
    }
