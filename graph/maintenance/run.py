"""A change for maintenance, made of a patch or of a model's name, and the phase that makes it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from assistant.auditor import AuditorClient
from assistant.calls.selection import with_model
from assistant.request import Purpose
from graph.commands.asking import Asking, asking_models
from graph.config.models import DeploymentConfig
from graph.errors import ConfigError, MaintenanceRefused
from graph.maintenance.allowed import MODELS, Category, is_own_clone
from graph.maintenance.phase import Maintenance
from graph.request import Approve
from ledger.connection import database_url
from ledger.lock import lock_feature
from provisioner.files.workspace import open_workspace
from provisioner.maintenance.patch import Files, PatchRefused, patched_files

_REQUIREMENTS = (
    "Files of the tool itself, as they would be. Nothing that it checks or refuses may be lost."
)


async def maintain(
    root: Path,
    settings: DeploymentConfig,
    environ: Mapping[str, str],
    category: Category,
    *,
    approve: Approve,
    patch: bytes = b"",
    model: tuple[str, str, str] | None = None,
    bootstrap: bool = False,
) -> tuple[str, ...]:
    """Make a change of the workspace's files of providers, or of a clone of the tool itself.

    Args:
        patch: a unified diff, of paths from the root of the workspace.
        model: in place of a patch: vendor, tier, and the model that is asked from now on.

    Returns the paths that changed; raises as `Maintenance.make`.
    """
    workspace = open_workspace(root)
    url = database_url(environ, workspace.state_dir)
    with lock_feature("-maintenance", "", state=workspace.state_dir, url=url):

        async def review(files: Files) -> tuple[str, ...]:
            async with asking_models(root, settings, environ, "maintenance") as asking:
                return await _review(asking, category, files)

        phase = Maintenance(
            workspace, settings, environ, category, approve, review, bootstrap=bootstrap
        )
        phase.take_back()
        try:
            files = _renamed(root, settings, *model) if model else await patched_files(root, patch)
        except PatchRefused as error:
            raise MaintenanceRefused(
                str(error), evidence=error.evidence, next_step=error.next_step
            ) from error
        return await phase.make(files)


async def _review(asking: Asking, category: Category, files: Files) -> tuple[str, ...]:
    """What stands against files: of a review's issues all but the minor ones of quality."""
    result = await AuditorClient(asking.client).audit(
        {path: content.decode("utf-8", "replace") for path, content in files.items()},
        feature=category,
        requirements=_REQUIREMENTS,
        purpose=Purpose(asking.run_id, "review", 1),
        category="core_maintenance",
    )
    asking.status = "done"
    kept = [one for one in result.issues if (one.severity, one.category) != ("minor", "quality")]
    return tuple(f"{one.file}:{one.line or 1}: {one.description}" for one in kept)


def _renamed(root: Path, settings: DeploymentConfig, vendor: str, tier: str, name: str) -> Files:
    """models.yaml with another model for a tier of a vendor."""
    named = settings.assistant.models_file
    file = named or (root / MODELS if is_own_clone(root) else None)
    if file is None:
        raise ConfigError(
            "assistant.models_file",
            "is not set, and the models.yaml of the installed tool is not changed",
            next_step=f"copy {MODELS} into the repository and name it there, or set "
            f"assistant.providers.{vendor}.models",
        )
    try:
        content = with_model(file.read_text("utf-8"), vendor, tier, name)
    except ValueError as error:
        raise ConfigError("--model", str(error)) from error
    path, top = file.resolve(), root.resolve()
    inside = path.is_relative_to(top)
    return {path.relative_to(top).as_posix() if inside else str(path): content.encode()}
