"""Reads a feature's folder for the judge, and refuses what is no feature."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from provisioner.errors import WorkspaceInvalid

TESTS = "test.py"
#: One source file may be this large; beyond it nobody wrote it by hand or by model.
SOURCE_BYTES = 4 << 20
#: And one feature may have this many source files.
SOURCE_FILES = 500

_SKIPPED = {"__pycache__", "node_modules", "venv"}


def read_folder(folder: Path) -> tuple[bytes, dict[str, bytes]]:
    """The tests' bytes, and the code beside them by relative name.

    Data files are those that the tests or the code mention by name, or by that of a folder that
    they lie in. Bytes are read once, so that
    what is judged cannot change under the judge. Links are never followed, hidden folders and
    bytecode never read.

    Raises:
        WorkspaceInvalid: no folder, no test.py or main.py, one of them no plain file, unreadable
            or too large.
    """
    if not folder.is_dir():
        raise WorkspaceInvalid(f"{folder} is no folder", next_step="name a feature's folder")
    found = _files(folder)
    sources = {one: path for one, path in found.items() if one.endswith(".py") and one != TESTS}
    if len(sources) > SOURCE_FILES:
        raise WorkspaceInvalid(
            f"{folder} holds more than {SOURCE_FILES} Python files",
            next_step="name the feature's own folder, not one that holds many",
        )
    tests = _read(folder / TESTS, "the tests")
    code = {"main.py": _read(folder / "main.py", "the code")}
    code |= {name: _read(path, "a source") for name, path in sources.items() if name not in code}
    mentioned = b"\n".join((tests, *code.values()))
    for name, path in found.items():
        if name.endswith(".py"):
            continue
        beside = any(_names_folder(mentioned, one) for one in name.split("/")[:-1])
        if path.name.encode() in mentioned or (beside and path.stat().st_size <= SOURCE_BYTES):
            code[name] = _read(path, "a data file")
    return tests, code


def _names_folder(text: bytes, folder: str) -> bool:
    """Whether a source names a folder: "data", "data/all.csv"."""
    return re.search(rb"""["'/]%b["'/]""" % re.escape(folder.encode()), text) is not None


def _files(folder: Path) -> dict[str, Path]:
    """Files by relative name that are no links, none of them hidden or in a hidden folder."""
    found: list[Path] = []
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and name[0] != ".")
        found += [Path(parent, name) for name in sorted(files) if name[0] != "."]
    return {path.relative_to(folder).as_posix(): path for path in found if not path.is_symlink()}


def _read(path: Path, what: str) -> bytes:
    try:
        state = path.lstat()
    except OSError as error:
        raise WorkspaceInvalid(
            f"{path.parent} has no {path.name}: {error.strerror}",
            next_step=f"{path.name} is {what} of a feature; write it or name another folder",
        ) from None
    if not stat.S_ISREG(state.st_mode):
        kind = "a link" if stat.S_ISLNK(state.st_mode) else "no plain file"
        raise WorkspaceInvalid(
            f"{path} is {kind}", next_step=f"put {what} there as a plain file of its own"
        )
    if state.st_size > SOURCE_BYTES:
        raise WorkspaceInvalid(
            f"{path} has {state.st_size} bytes, more than {SOURCE_BYTES}",
            next_step="split it",
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise WorkspaceInvalid(
            f"{path} cannot be read: {error.strerror}", next_step="mend its permissions"
        ) from None
