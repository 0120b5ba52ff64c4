"""Dependencies that a model declares, reduced to those that are proven.

A declared package counts when it is a valid requirement, is installed here under that very name,
and provides a module that the code imports, or is one that such a package says it can use (a
database driver of SQLAlchemy). All else may be invented, and stays out.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

REQUIREMENTS = "requirements.txt"


def proven_dependencies(declared: Iterable[str], code: bytes) -> list[str]:
    """Select the declared requirements that the code uses and that are installed, in order."""
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
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names - sys.stdlib_module_names - {"main"}


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
