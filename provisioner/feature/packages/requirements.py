"""What a feature's code needs to be installed: requirements.txt and the imports that show it."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, packages_distributions, requires

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ledger.text.packages import listed_packages, namespace_of, own_package
from provisioner.errors import RequirementsInvalid
from provisioner.feature.packages.guard import reviewed
from provisioner.feature.packages.lock import installed_version
from provisioner.suite.parse import below

REQUIREMENTS = "requirements.txt"
#: Modules of a feature's own folder, the folder of all, and what a folder of tests may be called.
OWN_MODULES = frozenset(
    ("main", "service", "service_test_base", "behaviors", "test", "tests", "conftest")
)
_TYPE_CHECKING = frozenset(("TYPE_CHECKING", "typing.TYPE_CHECKING"))
_MISSING = frozenset(("ImportError", "ModuleNotFoundError", "Exception", "BaseException"))


def own_module(feature: str) -> str:
    """The module that a feature is by its name; "" where a known package has that name."""
    name = feature.replace("-", "_")
    packages = {own_package(name), *listed_packages(name)}
    return "" if packages & reviewed() or any(map(here, packages)) else name


def imported_modules(code: bytes, own: str = "") -> set[str]:
    """List what the code cannot do without and the standard library lacks, as dotted names.

    Of ``from google.cloud import storage`` that is google.cloud.storage. What is imported for types
    alone, or where ImportError is handled, is left out, and so is the module `own`.
    """
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    spared = {id(node) for holder in ast.walk(tree) for node in _optional(holder)}
    names: set[str] = set()
    for plain in below(tree, ast.Import):
        if id(plain) not in spared:
            names |= {alias.name for alias in plain.names}
    for node in below(tree, ast.ImportFrom):
        if id(node) not in spared and node.module and not node.level:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    known = sys.stdlib_module_names | OWN_MODULES | {own}
    return {name for name in names if name.partition(".")[0] not in known}


def _optional(holder: ast.AST) -> Iterator[ast.AST]:
    """All nodes below a statement that may be left without being run, or may fail to import."""
    match holder:
        case ast.Try(body=body, handlers=handlers) if any(map(_handles_missing, handlers)):
            for statement in body:
                yield from ast.walk(statement)
        case ast.If(test=test, body=body) if ast.unparse(test) in _TYPE_CHECKING:
            for statement in body:
                yield from ast.walk(statement)


def _handles_missing(handler: ast.ExceptHandler) -> bool:
    match handler.type:
        case None:
            return True
        case ast.Tuple(elts=kinds):
            return any(getattr(kind, "id", "") in _MISSING for kind in kinds)
    return getattr(handler.type, "id", "") in _MISSING


def distributions_of(module: str) -> tuple[str, ...]:
    """The packages that provide a dotted name, the one to install first.

    By the metadata of what is installed here, and by the reviewed list of odd names; else a package
    of the module's own name. Namespaces that many packages share are no module's own.
    """
    listed = listed_packages(module)
    known = tuple(sorted(listed or (own_package(module),), key=lambda one: not here(one)))
    if listed or here(known[0]) or namespace_of(module):
        return known
    providers = _installed().get(module.partition(".")[0], ())  # reads all metadata there is
    return tuple(dict.fromkeys((*providers, *known)))


@cache
def _installed() -> dict[str, tuple[str, ...]]:
    """The packages that are installed here, by the modules that they provide."""
    found = packages_distributions()
    return {name: tuple(map(canonicalize_name, packages)) for name, packages in found.items()}


def here(package: str) -> bool:
    """Whether a package is installed with the tool."""
    return installed_version(package) is not None


def packages_of(code: bytes, declared: Iterable[str], own: str = "") -> list[str]:
    """The requirements of the code: a declared one where it provides what is imported. What is
    imported of the feature's `own_module` is none.

    What is declared and not imported counts only where an imported package says that it can use it
    (a database driver of SQLAlchemy); all else may be invented.
    """
    offered = {name: text for text in declared if (name := requirement_name(text))}
    found = set()
    for module in imported_modules(code, own):
        providers = distributions_of(module)
        found.add(next((one for one in providers if one in offered), providers[0]))
    found |= offered.keys() & {optional for name in found for optional in _usable_by(name)}
    return sorted(offered.get(name, name) for name in found)


def _usable_by(package: str) -> Iterator[str]:
    """What a package can use by its own word; nothing where it is not installed here."""
    with suppress(PackageNotFoundError):
        yield from map(requirement_name, requires(package) or ())


def read_requirements(text: bytes, markers: Mapping[str, str] | None = None) -> list[Requirement]:
    """The requirements of a requirements.txt that hold on this machine.

    Args:
        markers: what they say of the Python that is meant, where it is not the tool's own.

    Raises:
        RequirementsInvalid: a line is none, is an option, or names an address.
    """
    found = []
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), 1):
        plain = line.partition(" #")[0].strip()
        if not plain or plain.startswith("#"):
            continue
        try:
            one = Requirement(plain)
        except InvalidRequirement as error:
            why = str(error).splitlines()[0]
            raise _invalid(number, plain, f"is no requirement: {why}") from error
        if one.url:
            raise _invalid(number, plain, "names an address: packages come from the index alone")
        if one.marker is None or one.marker.evaluate(dict(markers or {})):
            found.append(one)
    return found


def _invalid(number: int, line: str, why: str) -> RequirementsInvalid:
    return RequirementsInvalid(
        f"{REQUIREMENTS}, line {number}: {line!r} {why}",
        next_step="write one package a line, such as requests>=2.31",
    )


def requirement_name(text: str) -> str:
    """The package's normalized name, "" for what is no requirement or names an address."""
    try:
        one = Requirement(text)
    except InvalidRequirement:
        return ""
    return "" if one.url else canonicalize_name(one.name)


def with_requirements(requirements: bytes, added: Iterable[str]) -> bytes:
    """Add packages that a requirements.txt does not list yet; its own lines stay."""
    lines = requirements.decode("utf-8", "replace").splitlines()
    known = {requirement_name(line.partition("#")[0].strip()) for line in lines}
    new = [text for text in dict.fromkeys(added) if requirement_name(text) not in known]
    if not new:
        return requirements
    end = b"\r\n" if b"\r\n" in requirements else b"\n"
    gap = end if requirements and not requirements.endswith(b"\n") else b""
    return requirements + gap + b"".join(text.encode() + end for text in new)
