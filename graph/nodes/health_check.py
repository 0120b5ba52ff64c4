"""health_check: the deployed endpoint answers, and it is the revision that was deployed."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate


async def health_check(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    report = await runtime.context.services.healthy(state["service"])
    return {"note": f"healthy after {report.attempts} looks, revision {report.revision[:10]}"}
