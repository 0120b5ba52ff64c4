"""The scaffold of a feature: the files that are not generated, its requirements among them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_python_version
from types import MappingProxyType

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.container_files import container_files, owned_by_user
from provisioner.feature.feature_config import FILE_NAME, check_feature_name, read_feature_config
from provisioner.feature.packages.lock import LOCK, TEST_LOCK
from provisioner.feature.packages.requirements import REQUIREMENTS, with_requirements
from provisioner.files.atomic import within
from provisioner.files.reading import read_file
from provisioner.files.workspace import BEHAVIORS

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
        FeatureConfigInvalid: the configuration that is there is wrong.
        WorkspaceInvalid: it is another feature's, or the name is none.
    """
    check_feature_name(feature)
    named = f"feature: {feature}".encode()
    text = re.sub(rb"(?m)^feature:.*$", named, template[FILE_NAME], count=1)
    version = f'  version: "{get_python_version()}"'.encode()
    text = re.sub(rb"(?m)^  version: .*$", version, text, count=1)
    config_text = existing.get(FILE_NAME) or text
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
            wanted[needed] = with_requirements(there, template[REQUIREMENTS].decode().split())
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


def feature_folder(workspace: Path, feature: str) -> Path:
    """The feature's folder, which need not exist yet; raises WorkspaceInvalid for what is none."""
    check_feature_name(feature)
    if not workspace.is_dir():
        raise WorkspaceInvalid(f"the workspace {workspace} is no folder", next_step="make it")
    folder = workspace / BEHAVIORS / feature
    for place in (folder.parent, folder):
        real = within(workspace, place)
        if os.path.lexists(real) and not real.is_dir():
            raise WorkspaceInvalid(
                f"{place} is no folder", next_step="move it away, or name the feature otherwise"
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
    """Read the files that a scaffold or a generation may change, by name; see `read_file`."""
    config = read_file(within(workspace, folder / FILE_NAME), _LARGEST_FILE)
    own = {read_feature_config(config).python.requirements} if config else set()
    names = {*template, *own, LOCK, TEST_LOCK, "Dockerfile", ".dockerignore", "containerapp.yaml"}
    found = {
        name: read_file(within(workspace, folder / name), _LARGEST_FILE) for name in sorted(names)
    }
    return {name: content for name, content in found.items() if content is not None}
