"""scaffold: lay what every feature starts from, and leave what is there."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.run.preflight import GENERATED, lays
from graph.state import DeploymentState, StateUpdate
from provisioner.feature.scaffold import plan_scaffold, read_existing, read_template, template_dir


async def scaffold(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    folder = deps.folder
    template = read_template(template_dir())
    existing = read_existing(folder.root, folder.path, template)
    plan = plan_scaffold(state["feature"], template, existing)
    laid = {name: content for name, content in plan.files.items() if lays(state["plan"], name)}
    # What is there already may be our own, laid by this very step before it was killed.
    there = {name: content for name, content in existing.items() if name not in GENERATED}
    files: dict[str, str] = {}
    for name, content in {**there, **laid}.items():
        files = deps.accept(files, name, content)
    return {"files": files, "note": f"{len(laid)} files laid in {folder.relative}"}
