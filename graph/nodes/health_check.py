"""health_check: wait until the endpoint answers with the revision that was deployed."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate
from ledger.text.counted import counted
from provisioner.modes.base import Deployment


async def health_check(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    provisioner, deployed = runtime.context.provisioner, state["deployment"]
    assert provisioner is not None, "the plan has this step only where the mode deploys"
    assert deployed is not None, "deploy comes before"
    report = await provisioner.wait_healthy(Deployment.of_plain(deployed))
    probes = counted(report.attempts, "probe")
    return {"note": f"healthy after {probes}, revision {report.revision[:10]}"}
