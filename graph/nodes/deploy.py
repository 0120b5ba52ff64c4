"""deploy: build and start the committed revision where the mode runs it."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate


async def deploy(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    provisioner = deps.provisioner
    assert provisioner is not None, "the plan has this step only where the mode deploys"
    deps.effects.require_lock()
    built = await provisioner.build(skip_base=not deps.settings.deployment.rebuild_base_env)
    deployment = await provisioner.deploy(revision=state["commit"] or state["run_id"])
    note = f"{deployment.url} ({deployment.id})"
    return {
        "deployment": deployment.to_plain(),
        "note": f"{built}; {note}" if built else note,
    }
