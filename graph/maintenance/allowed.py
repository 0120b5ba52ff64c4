"""What maintenance may change: a list of files a category; every other work may change none."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from graph.config.models import FILE_NAME, DeploymentConfig
from graph.errors import MaintenanceRefused

Category = Literal["provider-maintenance", "core-bugfix"]
CATEGORIES: Final = get_args(Category)
MODELS: Final = "assistant/models.yaml"

_OWN_FILES: Mapping[Category, Sequence[str]] = {
    "provider-maintenance": (MODELS, "assistant/pricing.yaml", FILE_NAME),
    "core-bugfix": (
        *("assistant/*.py", "assistant/*.yaml", "assistant/*.md", "console/*.py"),
        *("graph/*.py", "provisioner/*.py"),
    ),
}
"""What each category may change in a clone of the tool itself."""
_BOOTSTRAP = (
    *("console/cli.py", "graph/maintenance/*", "graph/run/*", "graph/workflow.py", "ledger/*"),
    *("graph/request.py", "graph/result.py"),
    *("provisioner/maintenance/*", "provisioner/sandbox/*", "provisioner/judge/*"),
    *("scripts/*", "tests/*", ".ci/*", "Makefile", "pyproject.toml", "constraints.txt"),
)
"""What starts the tool and decides what is good: changed only where a person says so."""


def is_own_clone(root: Path) -> bool:
    """Whether a folder is a clone of the tool itself."""
    with suppress(OSError, tomllib.TOMLDecodeError, KeyError):
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
        return bool(project["name"] == "ai-assisted-deploy") and (root / MODELS).is_file()
    return False


def check_paths(
    paths: Sequence[str],
    root: Path,
    category: str,
    settings: DeploymentConfig,
    *,
    bootstrap: bool = False,
) -> None:
    """Raise MaintenanceRefused for the first file that a category of work may not change.

    Args:
        bootstrap: whether a person allowed the files that start the tool, for this change.
    """
    own = is_own_clone(root)
    allowed = _OWN_FILES.get(category, ()) if own else _named(root, category, settings)  # type: ignore[call-overload]  # any category may be asked for
    for path in paths:
        if own and any(fnmatchcase(path, one) for one in _BOOTSTRAP):
            if bootstrap and category in CATEGORIES:
                continue
            raise MaintenanceRefused(
                f"{path} starts the tool or decides what is good",
                next_step="--bootstrap allows it, for one change",
            )
        if not any(fnmatchcase(path, one) for one in allowed):
            raise MaintenanceRefused(
                f"{category} may not change {path}",
                evidence=tuple(f"it may change {one}" for one in allowed),
                next_step="leave it out, or change it yourself",
            )


def _named(root: Path, category: str, settings: DeploymentConfig) -> Sequence[str]:
    """What may change in any other workspace: the files of providers that its settings name."""
    if category != "provider-maintenance":
        return ()
    section, top = settings.assistant, root.resolve()
    files = [one.resolve() for one in (section.models_file, section.pricing_file) if one]
    return (
        FILE_NAME,
        *(one.relative_to(top).as_posix() for one in files if one.is_relative_to(top)),
    )


def check_section(before: bytes, after: bytes) -> None:
    """Refuse a change of deployment.yaml outside of its section `assistant`."""
    old, new = _mapping(before), _mapping(after)
    changed = [key for key in {**old, **new} if key != "assistant" and old.get(key) != new.get(key)]
    if changed:
        raise MaintenanceRefused(
            f"of {FILE_NAME} the section assistant alone may change, not {', '.join(changed)}"
        )


def _mapping(content: bytes) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load(content) or {}
    except yaml.YAMLError as error:
        raise MaintenanceRefused(f"{FILE_NAME} would be no YAML: {error}") from error
    if not isinstance(found, dict):
        raise MaintenanceRefused(f"{FILE_NAME} would be no mapping")
    return found
