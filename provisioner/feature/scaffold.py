"""The scaffold of a feature: the files that are not generated, its requirements among them."""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.container_files import container_files, owned_by_user, read_file
from provisioner.feature.feature_config import FILE_NAME, check_feature_name, read_feature_config
from provisioner.files.atomic import within
from provisioner.suite.parse import below

BEHAVIORS = "behaviors"
TEST_BASE = "service_test_base.py"
SERVICE = "service.py"
REQUIREMENTS = "requirements.txt"
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


def feature_folder(workspace: Path, feature: str) -> Path:
    """The feature's folder, which need not exist yet; raises WorkspaceInvalid for what is none."""
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
    """Read the files that a scaffold or a generation may change, by name; see `read_file`."""
    names = {*template, "Dockerfile", ".dockerignore", "containerapp.yaml"}
    found = {
        name: read_file(within(workspace, folder / name), _LARGEST_FILE) for name in sorted(names)
    }
    return {name: content for name, content in found.items() if content is not None}


def proven_dependencies(declared: Iterable[str], code: bytes) -> list[str]:
    """Select the declared requirements that are proven, in order.

    A package counts when it is installed here under that very name, and provides a module that
    the code imports, or is one that such a package says it can use (a database driver of
    SQLAlchemy). All else may be invented.
    """
    imported = third_party_imports(code)
    if not imported:
        return []
    from importlib.metadata import packages_distributions, requires

    providers = packages_distributions()
    installed = {canonicalize_name(one) for names in providers.values() for one in names}
    used = {canonicalize_name(one) for module in imported for one in providers.get(module, ())}
    used |= installed & {_name(text) for one in used for text in requires(one) or ()}
    return [text for text in declared if _name(text) in used]


def third_party_imports(code: bytes) -> set[str]:
    """List the top-level modules that the code imports and the standard library lacks."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError):
        return set()
    modules = [alias.name for node in below(tree, ast.Import) for alias in node.names]
    modules += [node.module or "" for node in below(tree, ast.ImportFrom) if not node.level]
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names - {"main"}


def with_dependencies(requirements: bytes, names: Iterable[str]) -> bytes:
    """Add packages that a requirements.txt does not list yet; its own lines stay."""
    lines = requirements.decode("utf-8", "replace").splitlines()
    known = {_name(line.partition("#")[0].strip()) for line in lines}
    added = [name for name in dict.fromkeys(names) if _name(name) not in known]
    if not added:
        return requirements
    end = b"\r\n" if b"\r\n" in requirements else b"\n"
    gap = end if requirements and not requirements.endswith(b"\n") else b""
    return requirements + gap + b"".join(name.encode() + end for name in added)


def _name(text: str) -> str | None:
    try:
        return canonicalize_name(Requirement(text).name)
    except InvalidRequirement:
        return None
