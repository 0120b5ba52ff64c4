"""push: send the commit to the remote, if there is one."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate


async def push(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    repository, branch = deps.repository, state["branch"]
    deps.effects.require_lock()
    if repository is None or not state["commit"] or branch is None:
        return {"skipped": True, "note": "nothing was committed"}
    sha = await repository.rewritten(state["commit"], folder=deps.folder.relative, branch=branch)
    pushed = await repository.push(sha, branch=branch)
    if pushed is None:
        return {"skipped": True, "note": "there is no remote"}
    return {"pushed": True, "commit": sha, "note": f"{pushed.ref} at {pushed.remote}"}
