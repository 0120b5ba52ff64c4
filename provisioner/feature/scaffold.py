"""The scaffold of a feature: the files of the template that are not generated."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.container_files import container_files, owned_by_user, read_file
from provisioner.feature.feature_config import (
    FEATURE_NAME,
    FILE_NAME,
    NAME_RULE,
    read_feature_config,
)
from provisioner.feature.requirements import REQUIREMENTS, with_dependencies
from provisioner.files.atomic import within

BEHAVIORS = "behaviors"
TEST_BASE = "service_test_base.py"
SERVICE = "service.py"
NO_PACKAGES = b"# The packages that main.py imports, one a line.\n"
_LARGEST_FILE = 1_000_000


@dataclass(frozen=True, slots=True)
class ScaffoldPlan:
    """Result of `plan_scaffold`: files to be written, and names of those that stay as they are."""

    files: Mapping[str, bytes]  # content by name in the feature's folder
    kept: tuple[str, ...]


def plan_scaffold(
    feature: str,
    template: Mapping[str, bytes],
    existing: Mapping[str, bytes],
    *,
    service: bool = True,
) -> ScaffoldPlan:
    """Decide which files a feature's folder still needs. Pure: nothing is read or written.

    The configuration and the requirements are written once and are the user's from then on; where
    a feature gets its first service, what that needs is added to the requirements. The test base
    is ours and is updated. The container's files follow the configuration, unless their first
    line says that somebody owns them.

    Args:
        template, existing: contents by name.
        service: whether the feature gets a service; without one no file is planned for it.

    Raises:
        WorkspaceInvalid: the name is no feature's name.
        FeatureConfigInvalid: the configuration that is there is wrong, or is another feature's.
    """
    check_feature_name(feature)
    config_text = existing.get(FILE_NAME) or _named(template[FILE_NAME], feature)
    config = read_feature_config(config_text)
    if config.feature != feature:
        raise WorkspaceInvalid(
            f"{BEHAVIORS}/{feature}/{FILE_NAME} says feature: {config.feature}",
            next_step=f"write feature: {feature}, or call the folder {config.feature}",
        )
    wanted = {FILE_NAME: config_text}
    needed, there = config.python.requirements, existing.get(config.python.requirements)
    if not service:
        wanted[needed] = NO_PACKAGES if there is None else there
    else:
        wanted[needed] = there if there is not None else template[REQUIREMENTS]
        if there is not None and SERVICE not in existing:
            wanted[needed] = with_dependencies(there, template[REQUIREMENTS].decode().split())
        wanted[TEST_BASE] = template[TEST_BASE]
        wanted |= {
            name: data
            for name, data in container_files(config).items()
            if not owned_by_user(existing.get(name))
        }
    files = {name: data for name, data in wanted.items() if existing.get(name) != data}
    return ScaffoldPlan(
        MappingProxyType(files), tuple(sorted(name for name in existing if name not in files))
    )


def check_feature_name(feature: str) -> None:
    """Raises WorkspaceInvalid where the contract's pattern does not match."""
    if not FEATURE_NAME.fullmatch(feature):
        near = re.sub(r"[^a-z0-9]+", "-", feature.lower()).strip("-0123456789")[:63]
        raise WorkspaceInvalid(
            f"{feature!r} is no feature name: {NAME_RULE}",
            next_step=f"call it {near}" if near else "choose a name like orders",
        )


def feature_folder(workspace: Path, feature: str) -> Path:
    """The feature's folder, which need not exist yet.

    Raises WorkspaceInvalid for a link, a file or nothing where a folder must be.
    """
    check_feature_name(feature)
    if not workspace.is_dir():
        raise WorkspaceInvalid(f"the workspace {workspace} is no folder", next_step="make it")
    folder = workspace / BEHAVIORS / feature
    real = within(workspace, folder)
    if os.path.lexists(real) and not real.is_dir():
        raise WorkspaceInvalid(
            f"{folder} is no folder", next_step="move it away, or name the feature otherwise"
        )
    if real != workspace.resolve() / BEHAVIORS / feature:
        raise WorkspaceInvalid(
            f"{folder} is a link to {real}", next_step="replace the link by a real folder"
        )
    return folder


def template_dir() -> Path:
    """The template's folder: inside of the installed package, or the clone's own."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "_template"
    return installed if installed.is_dir() else package.parent / BEHAVIORS / "_template"


def read_template(folder: Path) -> dict[str, bytes]:
    """Read the template's files by name; raises WorkspaceInvalid where it is missing."""
    files = {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}
    if FILE_NAME not in files:
        raise WorkspaceInvalid(
            f"the template is missing in {folder}", next_step="install ai-assisted-deploy again"
        )
    return files


def read_existing(workspace: Path, folder: Path, template: Mapping[str, bytes]) -> dict[str, bytes]:
    """Read the files of a feature's folder that a scaffold or a generation may change, by name.

    Raises WorkspaceInvalid for one that leads out, is larger than 1 MB or cannot be read.
    """
    names = {*template, "Dockerfile", ".dockerignore", "containerapp.yaml"}
    found = {
        name: read_file(within(workspace, folder / name), _LARGEST_FILE) for name in sorted(names)
    }
    return {name: content for name, content in found.items() if content is not None}


def _named(config: bytes, feature: str) -> bytes:
    return re.sub(rb"(?m)^feature:.*$", f"feature: {feature}".encode(), config, count=1)
