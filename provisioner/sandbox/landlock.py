"""Landlock, seccomp and limits: isolation without any package installed."""

from __future__ import annotations

import itertools
import marshal
import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.errors import SandboxUnavailable
from provisioner.sandbox.base import Command, Confinement, Level, Sandbox
from provisioner.sandbox.kernel import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, landlock_version
from provisioner.sandbox.limited import ETC, SYSTEM, as_arguments, interpreter_folders

_CONFINE = Path(__file__).with_name("confine.py")
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
        if (
            confinement.port is not None or confinement.background
        ) and landlock_version() < _RESTRICTS_TCP:
            raise SandboxUnavailable(
                "this kernel's landlock cannot tell one port from another",
                next_step="install bubblewrap, or run Linux 6.7 or later",
            )
        root, folder = os.geteuid() == 0, confinement.folder
        shown = (*interpreter_folders(), *confinement.readable)
        own = private / "own"  # belongs to the sandbox's user; the folder around it stays ours
        write = [own] if folder is None else [own, folder]
        ways = {one for path in shown for one in (path, *path.parents)}
        locked = root and any(not one.stat().st_mode & stat.S_IXOTH for one in ways)
        search = [CAP_DAC_READ_SEARCH] if locked else []
        override = [CAP_DAC_OVERRIDE] if root and folder is not None else []
        identity = _FIRST_IDENTITY + os.getpid() % 10_000_000 * 64 + next(_next) % 64
        terms = {
            "read": [*SYSTEM, *ETC, *map(str, shown)],
            "write": [*map(str, write)],
            "identity": identity if root else 0,
            "capabilities": [*search, *override],
            "ports": [] if confinement.port is None else [confinement.port],
            "background": confinement.background,
            "temporary": str(own),
            "folder": str(confinement.start_folder(own)),
            "limits": None if confinement.supervisor else as_arguments(confinement.limits),
        }
        return Command(
            (sys.executable, "-I", "-S", str(_CONFINE), marshal.dumps(terms).hex(), *argv),
            confinement.variables(own),
            owns_processes=root,
            temporary=(str(own),),
        )
