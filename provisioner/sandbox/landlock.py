"""Landlock, seccomp and limits: isolation without any package installed."""

from __future__ import annotations

import itertools
import json
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.errors import SandboxUnavailable
from provisioner.sandbox.base import Command, Confinement, Level, Sandbox
from provisioner.sandbox.interpreter import ETC, SYSTEM, interpreter, interpreter_folders
from provisioner.sandbox.kernel import landlock_version
from provisioner.sandbox.limited import as_arguments

_CONFINE = Path(__file__).with_name("confine.py")
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2
#: The version of the interface from which on it restricts TCP.
_RESTRICTS_TCP = 4
#: As root, each sandbox gets a user of its own, who owns no other process.
_FIRST_IDENTITY = 2_000_000_000
_next = itertools.count()


@dataclass(frozen=True, slots=True)
class Landlock(Sandbox):
    """Confines by the kernel alone; other processes are protected by user and signal scope."""

    level: ClassVar[Level] = "landlock"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine."""
        if (
            confinement.port is not None or confinement.background
        ) and landlock_version() < _RESTRICTS_TCP:
            raise SandboxUnavailable(
                "this kernel's landlock cannot tell one port from another",
                next_step="install bubblewrap, or run Linux 6.7 or later",
            )
        root, folder = os.geteuid() == 0, confinement.folder
        shown = (*interpreter_folders(), *confinement.readable)
        read = [*map(Path, SYSTEM), *map(Path, ETC), *shown]
        own = private / "own"  # belongs to the sandbox's user; the folder around it stays ours
        write = [own] if folder is None else [own, folder]
        capabilities = []
        if root and any(map(_locked, shown)):
            capabilities.append(_DAC_READ_SEARCH)
        if root and folder is not None:
            capabilities.append(_DAC_OVERRIDE)
        terms = {
            "read": [str(path) for path in read],
            "write": [str(path) for path in write],
            "identity": _FIRST_IDENTITY + os.getpid() % 10_000_000 * 64 + next(_next) % 64
            if root
            else 0,
            "capabilities": capabilities,
            "ports": [] if confinement.port is None else [confinement.port],
            "background": confinement.background,
            "temporary": str(own),
            "folder": str(confinement.start_folder(own)),
            "limits": None if confinement.supervisor else as_arguments(confinement.limits),
        }
        return Command(
            (interpreter(), "-I", "-S", str(_CONFINE), json.dumps(terms), *argv),
            confinement.variables(HOME=str(own), TMPDIR=str(own)),
            owns_processes=root,
            temporary=(str(own),),
        )


def _locked(path: Path) -> bool:
    """Whether a folder on the way to `path` is closed to other users."""
    return any(not parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents))
