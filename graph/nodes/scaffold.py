"""scaffold: lay what every feature starts from, and leave what is there."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.intake import GENERATED
from graph.state import DeploymentState, StateUpdate
from provisioner.dependencies import REQUIREMENTS
from provisioner.feature_config import FILE_NAME
from provisioner.scaffold import plan_scaffold, read_existing, read_template, template_dir

_WITHOUT_SERVICE = (FILE_NAME, REQUIREMENTS)


async def scaffold(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    folder = deps.folder
    template = read_template(template_dir())
    existing = read_existing(folder.root, folder.path, template)
    plan = plan_scaffold(state["feature"], template, existing)
    serves = "generate_service" in state["plan"]
    laid = {
        name: content for name, content in plan.files.items() if serves or name in _WITHOUT_SERVICE
    }
    files = {
        name: deps.artefacts.put(content)
        for name, content in existing.items()
        if name not in GENERATED
    }
    for name, content in laid.items():
        files = deps.accept(files, name, content)
    return {"files": files, "note": f"{len(laid)} files laid in {folder.relative}"}
