"""deploy: start what was committed."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate


async def deploy(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    runtime.context.effects.require_lock()
    service = await runtime.context.services.start(revision=_revision(state))
    return {
        "url": service.url,
        "service": service.to_plain(),
        "note": f"{service.url} (process {service.pid})",
    }


def _revision(state: DeploymentState) -> str:
    return state["commit"] or state["run_id"]
