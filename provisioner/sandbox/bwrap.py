"""Bubblewrap: namespaces of its own for files, processes, network and the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from provisioner.sandbox.base import FAMILIES, SUPERVISOR, Command, Confinement, Level, Sandbox
from provisioner.sandbox.limited import ETC, SYSTEM, limited, readable_paths

#: Folders in the sandbox's own file system that the command can write to.
TEMPORARY = ("/tmp", "/dev/shm")
_TCP_PROXY = Path(__file__).with_name("tcp_proxy.py")


@dataclass(frozen=True, slots=True)
class Bubblewrap(Sandbox):
    """Confines with bwrap; as root without a user namespace, so that identities can be left."""

    program: str = "bwrap"

    level: ClassVar[Level] = "bwrap"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        """See Sandbox.confine. bwrap itself starts clean: its environment stays readable."""
        root = os.geteuid() == 0
        port, listener = confinement.port, confinement.listener
        # As root no user namespace: in one, every identity would still be root's outside.
        namespaces = ("ipc", "pid", "net", "uts", "cgroup-try") if root else ("all",)
        wrapped = [self.program, *(f"--unshare-{name}" for name in namespaces)]
        wrapped += [] if confinement.background else ["--die-with-parent", "--new-session"]
        # An ordinary user's supervisor is of the same user as what it starts, but cannot be looked
        # into; bwrap's own first process could be.
        wrapped += ["--as-pid-1"] if confinement.supervisor and not root else []
        wrapped += ["--hostname", "sandbox", "--cap-drop", "ALL"]
        if root and confinement.supervisor:
            wrapped += [part for one in SUPERVISOR for part in ("--cap-add", f"CAP_{one}")]
        wrapped += ["--proc", "/proc", "--dev", "/dev"]
        for place in TEMPORARY:
            size = ["--size", str(confinement.limits.memory_bytes)]
            wrapped += ["--perms", "1777", *size, "--tmpfs", place]
        for folder in map(Path, SYSTEM):
            if folder.is_symlink():
                wrapped += ["--symlink", str(folder.readlink()), str(folder)]
            elif folder.is_dir():
                wrapped += ["--ro-bind", str(folder), str(folder)]
        for file in ETC:
            wrapped += ["--ro-bind-try", file, file]
        read = readable_paths(confinement)
        if port is not None:
            argv = [*_tcp_proxy("reach", port), *argv]
        if listener is not None:
            argv = [*_tcp_proxy("give", listener), *argv]
        if port is not None or listener is not None:
            read.append(_TCP_PROXY)
        # after the temporary folders: the interpreter may live below one
        wrapped += _shown(read, [] if confinement.folder is None else [confinement.folder])
        wrapped += ["--chdir", str(confinement.start_folder(Path("/tmp"))), "--"]
        wrapped += limited(argv, confinement)
        if listener is not None:
            wrapped = [*_tcp_proxy("serve", listener), *wrapped]
            if port is not None:
                wrapped = [*_tcp_proxy("dial", port), *wrapped]
        return Command(
            tuple(wrapped),
            confinement.variables(),
            owns_processes=True,
            may_become=root and confinement.supervisor,
            families=FAMILIES,
            temporary=TEMPORARY,
            proxy_port=None if confinement.background else port,
        )


def _tcp_proxy(role: str, number: int) -> list[str]:
    return [sys.executable, "-I", "-S", str(_TCP_PROXY), role, str(number)]


def _shown(readable: Sequence[Path], writable: Sequence[Path]) -> list[str]:
    """Build the arguments that mount each path at its place, in folders that everybody can pass.

    A folder that leads to a path below a temporary one is mounted read-only, so that no process
    inside can remove it.
    """
    paths = [*readable, *writable]
    ways = {parent for path in paths for parent in path.parents if parent != Path("/")}
    closed = sorted(way for way in ways if str(way.parent) in TEMPORARY)
    arguments: list[str] = []
    for top in closed:
        arguments += ["--perms", "0755", "--tmpfs", str(top)]
    for way in sorted(ways):
        arguments += ["--perms", "0755", "--dir", str(way)]
    for path in paths:
        arguments += ["--bind" if path in writable else "--ro-bind", str(path), str(path)]
    for top in closed:
        arguments += ["--remount-ro", str(top)]
    return arguments
