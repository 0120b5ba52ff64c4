"""push: the commit to whatever remote there is."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate


async def push(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    repository = runtime.context.repository
    runtime.context.effects.require_lock()
    if repository is None or not state["commit"]:
        return {"skipped": True, "note": "nothing was committed"}
    pushed = await repository.push(state["commit"], branch=state["branch"])
    if pushed is None:
        return {"skipped": True, "note": "there is no remote"}
    return {"pushed": True, "note": f"{pushed.ref} at {pushed.remote}"}
