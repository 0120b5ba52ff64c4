"""Packages by the modules that they provide: a reviewed list, and namespaces that many share."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_LIST = Path(__file__).with_name("import_names.txt")
#: Namespaces in which each next name is a package of its own.
NAMESPACES = frozenset(
    (
        *("google", "google.cloud", "azure", "azure.ai", "azure.keyvault", "azure.mgmt"),
        *("azure.storage", "backports", "jaraco", "opentelemetry", "ruamel", "sphinxcontrib"),
        *("zope", "paho", "mysql"),
    )
)


@cache
def import_names() -> dict[str, tuple[str, ...]]:
    """The reviewed list: packages by the module that they provide under another name."""
    lines = _LIST.read_text("utf-8")
    rows = (line.split() for line in lines.splitlines() if line and not line.startswith("#"))
    return {module: tuple(packages) for module, *packages in rows}


def heads_of(module: str) -> list[str]:
    """A dotted name and what it begins with, the longest first."""
    parts = module.split(".")
    return [".".join(parts[:end]) for end in range(len(parts), 0, -1)]


def listed_packages(module: str) -> tuple[str, ...]:
    """The packages that the list has for a dotted name, the one to install first."""
    return next((import_names()[head] for head in heads_of(module) if head in import_names()), ())


def namespace_of(module: str) -> str:
    """The longest namespace that a dotted name lies in, "" where it lies in none."""
    return next((head for head in heads_of(module) if head in NAMESPACES), "")


def own_package(module: str) -> str:
    """The package of a module's own name, in the index's spelling."""
    space, parts = namespace_of(module), module.split(".")
    own = ".".join(parts[: len(space.split(".")) + 1]) if space else parts[0]
    return re.sub(r"[-_.]+", "-", own).lower()


def usual_package(module: str) -> str:
    """The package that is most often meant by a dotted name; of its variants the plain one."""
    return min(listed_packages(module), key=len, default=own_package(module))
