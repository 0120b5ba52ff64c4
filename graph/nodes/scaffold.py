"""scaffold: prepare the files that every feature starts from; what is there stays as it is.

Nothing is written to the feature's folder yet: a request that is refused at its first question
leaves none. The files are written together with the first accepted test.py.
"""

from __future__ import annotations

from langgraph.runtime import Runtime

from graph.deps import Deps
from graph.run.preflight import GENERATED, has_service
from graph.state import DeploymentState, StateUpdate
from ledger.text.counted import counted
from provisioner.feature.scaffold import plan_scaffold, read_existing, read_template, template_dir


async def scaffold(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    deps.folder.check_writable()
    prepared = _scaffold_files(state, deps)
    files = {name: deps.artefacts.put(content) for name, content in prepared.items()}
    return {"files": files, "note": f"{counted(len(files), 'file')} for {deps.folder.relative}"}


def write_scaffold(state: DeploymentState, deps: Deps) -> dict[str, str]:
    """Write the files into the feature's folder; gives the new mapping of accepted files."""
    files = state["files"]
    for name, content in _scaffold_files(state, deps).items():
        files = deps.accept(files, name, content)
    return files


def _scaffold_files(state: DeploymentState, deps: Deps) -> dict[str, bytes]:
    """Contents by name: what is there already, as it is, and what is still missing."""
    template = read_template(template_dir())
    existing = read_existing(deps.folder.root, deps.folder.path, template)
    plan = plan_scaffold(state["feature"], template, existing, service=has_service(state["plan"]))
    kept = {name: content for name, content in existing.items() if name not in GENERATED}
    return {**kept, **plan.files}
