"""Bubblewrap: namespaces of its own for files, processes, network and the rest."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from provisioner.sandbox.base import CLEAN_ENVIRONMENT, Command, Level, Limits, Needs
from provisioner.sandbox.interpreter import ETC, SYSTEM, interpreter, interpreter_folders
from provisioner.sandbox.limited import KERNEL, limited
from provisioner.sandbox.process import Runs

_DOOR = Path(__file__).with_name("door.py")


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
    elsewhere = [
        path
        for path in interpreter_folders()
        if not any(str(path).startswith(f"{folder}/") for folder in SYSTEM)
    ]
    return (*arguments, *binds("--ro-bind", elsewhere))


def binds(how: str, paths: Sequence[Path]) -> list[str]:
    """Arguments that show each path at its place; bwrap would lock the folders on the way."""
    arguments: list[str] = []
    ways = {parent for path in paths for parent in path.parents if parent != Path("/")}
    for way in sorted(ways):
        arguments += ["--perms", "0755", "--dir", str(way)]
    for path in paths:
        arguments += [how, str(path), str(path)]
    return arguments


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
        private: Path,
        folder: Path | None = None,
        readable: Sequence[Path] = (),
        limits: Limits,
        environment: Mapping[str, str] | None = None,
        needs: Needs = Needs(),  # noqa: B008  # frozen
        warden: bool = False,
    ) -> Command:
        """See Sandbox.confine. bwrap itself starts clean: its environment stays readable."""
        root = os.geteuid() == 0
        wrapped = [self.program, *_namespaces(root)]
        wrapped += [] if needs.stays else ["--die-with-parent", "--new-session"]
        wrapped += ["--hostname", "sandbox", "--cap-drop", "ALL"]
        if root and warden:
            for capability in _WARDEN:
                wrapped += ["--cap-add", capability]
        wrapped += ["--proc", "/proc", "--dev", "/dev"]
        for place in ("/tmp", "/dev/shm"):
            size = ["--size", str(limits.memory_bytes)]
            wrapped += ["--perms", "1777", *size, "--tmpfs", place]
        wrapped += system_mounts()  # after /tmp: the interpreter may live below it
        wrapped += binds("--ro-bind", readable)
        if folder is not None:
            wrapped += binds("--bind", [folder])
        if needs.port is not None:
            argv = [*_door("reach", needs.port), *argv]
        if needs.listener is not None:
            argv = [*_door("give", needs.listener), *argv]
        if needs.port is not None or needs.listener is not None:
            wrapped += binds("--ro-bind", [_DOOR])
        if not warden:
            argv = limited(argv, limits)
            wrapped += binds("--ro-bind", [KERNEL])
        wrapped += ["--chdir", str(needs.cwd or folder or "/tmp"), "--", *argv]
        if needs.listener is not None:
            wrapped = [*_door("serve", needs.listener), *wrapped]
        return Command(
            tuple(wrapped),
            {**CLEAN_ENVIRONMENT, **(environment or {})},
            owns_processes=True,
            may_become=root and warden,
            families=(socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, AF_NETLINK),
            temporary=("/tmp", "/dev/shm"),
            door=needs.port,
        )


def _door(role: str, number: int) -> list[str]:
    return [interpreter(), "-I", "-S", str(_DOOR), role, str(number)]


AF_NETLINK = 16  # how the C library lists interfaces; not in Python's socket everywhere
#: What a warden needs to hand its children over to another user and to clear up after them.
_WARDEN = ("CAP_SETUID", "CAP_SETGID", "CAP_KILL", "CAP_CHOWN", "CAP_DAC_OVERRIDE", "CAP_FOWNER")


def _namespaces(root: bool) -> tuple[str, ...]:
    """As root no user namespace: in one, every identity would still be root's outside."""
    if not root:
        return ("--unshare-all",)
    namespaces = ("ipc", "pid", "net", "uts", "cgroup-try")
    return tuple(f"--unshare-{name}" for name in namespaces)


def available() -> bool:
    """Whether the program is here at all; whether it works is for the probe."""
    return os.name == "posix" and shutil.which("bwrap") is not None
