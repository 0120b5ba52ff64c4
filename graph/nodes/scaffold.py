"""scaffold: lay what every feature starts from, and leave what is there."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate
from provisioner.scaffold import plan_scaffold


async def scaffold(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    files = dict(state["files"])
    service = "generate_service" in state["plan"]
    laid = 0
    for name, content in plan_scaffold(state["feature"], service=service).items():
        existing = deps.folder.read(name)
        if existing is None:
            deps.folder.write(name, content)
            laid += 1
        files[name] = deps.artefacts.put(existing or content)
    return {"files": files, "note": f"{laid} files laid in {deps.folder.path.name}/"}
