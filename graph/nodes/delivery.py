"""deploy and health_check: the committed revision as a running service."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate
from ledger.text.counted import counted
from provisioner.modes.base import Deployment


async def deploy(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Build and start the committed revision."""
    deps, provisioner = runtime.context, runtime.context.provisioner
    assert provisioner is not None, "the plan has this step only where the mode deploys"
    deps.effects.require_lock()
    built = await provisioner.build()
    deployment = await provisioner.deploy(revision=state["commit"] or state["run_id"])
    remarks = provisioner.remarks(deployment)
    parts = (built, f"{deployment.url} ({deployment.id})", *remarks)
    return {
        "deployment": deployment.to_plain(),
        "remarks": [*state["remarks"], *remarks],
        "note": "; ".join(part for part in parts if part),
    }


async def health_check(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Wait until the endpoint answers with the revision that was deployed."""
    provisioner, deployed = runtime.context.provisioner, state["deployment"]
    assert provisioner is not None, "the plan has this step only where the mode deploys"
    assert deployed is not None, "deploy comes before"
    report = await provisioner.wait_healthy(Deployment.of_plain(deployed))
    probes = counted(report.attempts, "probe")
    return {"note": f"healthy after {probes}, revision {report.revision[:10]}"}
