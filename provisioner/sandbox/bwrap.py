"""Bubblewrap: namespaces of its own for files, processes, network and the rest."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from provisioner.sandbox.base import CLEAN_ENVIRONMENT, Command, Level, Limits
from provisioner.sandbox.interpreter import ETC, SYSTEM, interpreter_folders
from provisioner.sandbox.process import Runs


@cache
def system_mounts() -> tuple[str, ...]:
    """The read-only view of the system, as arguments."""
    arguments: list[str] = []
    for folder in SYSTEM:
        path = Path(folder)
        if path.is_symlink():
            arguments += ["--symlink", str(path.readlink()), folder]
        elif path.is_dir():
            arguments += ["--ro-bind", folder, folder]
    for file in ETC:
        arguments += ["--ro-bind-try", file, file]
    for path in interpreter_folders():
        if not any(str(path).startswith(f"{folder}/") for folder in SYSTEM):
            arguments += ["--ro-bind", str(path), str(path)]
    return tuple(arguments)


@dataclass(frozen=True, slots=True)
class Bubblewrap(Runs):
    """Confines with bwrap; as root without a user namespace, so that identities can be left."""

    program: str = "bwrap"

    @property
    def level(self) -> Level:
        return "bwrap"

    def confine(
        self,
        argv: Sequence[str],
        *,
        folder: Path | None,
        readable: Sequence[Path],
        limits: Limits,
        environment: Mapping[str, str],
    ) -> Command:
        """See Sandbox.confine. bwrap itself starts clean: its environment stays readable."""
        wrapped = [
            self.program,
            "--unshare-all",
            "--die-with-parent",
            "--new-session",
            "--cap-drop",
            "ALL",
            *("--hostname", "sandbox"),
            *system_mounts(),
            *("--proc", "/proc", "--dev", "/dev"),
            *("--size", str(limits.memory_bytes), "--tmpfs", "/tmp"),
        ]
        for path in readable:
            wrapped += ["--ro-bind", str(path), str(path)]
        if folder is not None:
            wrapped += ["--bind", str(folder), str(folder)]
        wrapped += ["--chdir", str(folder or "/tmp"), "--", *argv]
        return Command(tuple(wrapped), {**CLEAN_ENVIRONMENT, **environment})


def available() -> bool:
    """Whether the program is here at all; whether it works is for the probe."""
    return os.name == "posix" and shutil.which("bwrap") is not None
