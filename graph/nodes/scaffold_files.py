"""The files that every feature starts from."""

from __future__ import annotations

from graph.deps import Deps
from graph.run.preflight import has_service
from graph.run.regenerate import GENERATED
from graph.state import DeploymentState
from provisioner.feature.scaffold import plan_scaffold, read_existing, read_template, template_dir


def scaffold_files(state: DeploymentState, deps: Deps) -> dict[str, bytes]:
    """Contents by name: what is there already, as it is, and what is still missing.

    Raises:
        WorkspaceInvalid, FeatureConfigInvalid: see :func:`provisioner.scaffold.plan_scaffold`.
    """
    folder = deps.folder
    template = read_template(template_dir())
    existing = read_existing(folder.root, folder.path, template)
    plan = plan_scaffold(state["feature"], template, existing, service=has_service(state["plan"]))
    kept = {name: content for name, content in existing.items() if name not in GENERATED}
    return {**kept, **plan.files}


def write_scaffold(state: DeploymentState, deps: Deps) -> dict[str, str]:
    """Write them into the feature's folder; gives the new mapping of accepted files."""
    files = state["files"]
    for name, content in scaffold_files(state, deps).items():
        files = deps.accept(files, name, content)
    return files
