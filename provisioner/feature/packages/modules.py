"""Whose a module is: no package brings one of another, or of what runs the tests."""

from __future__ import annotations

import base64
import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from packaging.utils import canonicalize_name

from provisioner.errors import ModulesConflict
from provisioner.judge.inside.of_tool import RUNNER

#: Imported by the judge itself where the tests have it, see judge/inside/connection/arrays.py.
_ARRAYS = {"numpy"}
#: Modules of what runs the tests that have not their package's name.
_OWNERS = {
    **{"_pytest": ("pytest",), "attr": ("attrs",)},
    "py": ("pytest", "py"),  # a package of its own before pytest brought what it needs of it
    **dict.fromkeys((one for one in RUNNER if one.startswith("_hypothesis_")), ("hypothesis",)),
}
_SUFFIXES = (".py", ".pyc", ".so", ".pyd")
#: Many packages leave these in by mistake, and nothing imports them by such a name.
_NOBODYS = frozenset(("tests", "test", "docs", "examples", "benchmarks", "scripts", "tools"))


def check_modules(packages: Path) -> None:
    """Look at the packages that are installed in a folder, by their RECORD files.

    A folder that several packages share without a module of its own, as google is, is nobody's;
    a file that several bring alike does no harm.

    Raises:
        ModulesConflict: two bring one module, or one brings a module of what runs the tests.
    """
    defined: dict[str, tuple[str, str]] = {}
    for package, file, digest in _files(packages):
        module = _module(file)
        top = module.partition(".")[0]
        if top in _NOBODYS:
            continue
        owners = _judged_with(top)
        if owners and package not in owners:
            raise ModulesConflict(
                f"{package} brings the module {module} of {owners[0]}, which the judge uses",
                next_step=f"do without {package}",
            )
        other, same = defined.setdefault(module, (package, digest))
        if other != package and not same == digest == _digest(packages / file):
            raise ModulesConflict(
                f"{other} and {package} both bring the module {module}",
                next_step=f"do without {other} or without {package}",
            )


def _files(packages: Path) -> Iterator[tuple[str, str, str]]:
    """Each file of Python: its package's normalized name, its path and its hash.

    uv adds to RECORD what a wheel holds and does not list.
    """
    for record in sorted(packages.glob("*.dist-info/RECORD")):
        package = canonicalize_name(record.parent.name.partition("-")[0])
        with record.open(encoding="utf-8", newline="") as lines:
            for path, digest in (row[:2] for row in csv.reader(lines) if row[1:]):
                if path.endswith(_SUFFIXES) and "__pycache__" not in path and path[0] not in "./":
                    yield package, path, digest


def _digest(file: Path) -> str:
    """Its hash as RECORD has it; what is written there nobody has checked."""
    digest = hashlib.sha256(file.read_bytes()).digest()
    return f"sha256={base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


def _module(path: str) -> str:
    """The dotted name by which a file is imported."""
    *folders, name = PurePosixPath(path).parts
    stem = name.partition(".")[0]
    return ".".join(folders if stem == "__init__" and folders else [*folders, stem])


def _judged_with(top: str) -> tuple[str, ...]:
    """The packages that a module of the judge's comes from, () where it is none of those."""
    if top not in RUNNER | _ARRAYS:
        return ()
    return _OWNERS.get(top) or (canonicalize_name(top),)
