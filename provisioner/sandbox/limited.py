"""What every level gives a command: the system's and the interpreter's files, and its limits."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from provisioner.sandbox.base import Confinement, Limits
from provisioner.sandbox.kernel import resource_limits

#: Folders of the system that hold programs and libraries, and nothing of anybody's.
SYSTEM = ("/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin")
#: Files of /etc that the loader, the name look-up and TLS need; not the folder itself.
ETC = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"),
    *("/etc/localtime", "/etc/mime.types", "/etc/ssl/certs", "/etc/ssl/openssl.cnf"),
)
#: As a program, it sets limits and executes the command.
KERNEL = Path(__file__).with_name("kernel.py")


def as_arguments(limits: Limits) -> dict[str, int]:
    """The limits of one process, as arguments of kernel.limit."""
    names = ("cpu_seconds", "memory_bytes", "processes", "file_bytes")
    arguments = {name: getattr(limits, name) for name in names}
    return {**arguments, "processes": limits.processes + _counted_beside()}


def _counted_beside() -> int:
    """Processes and threads that the kernel counts to a confined command's: its user's.

    As root there are none, the command has a user of its own.
    """
    if os.geteuid() == 0:
        return 0
    counted = 0
    with contextlib.suppress(OSError), os.scandir("/proc") as entries:
        for entry in entries:
            with contextlib.suppress(OSError):  # it has ended
                if entry.name.isdigit() and entry.stat().st_uid == os.geteuid():
                    counted += sum(1 for _ in Path(entry.path, "task").iterdir())
    return counted


def limited(
    argv: Sequence[str], confinement: Confinement, *, prlimit: str = "/usr/bin/prlimit"
) -> list[str]:
    """Prefix a command with its limits, unless it is a supervisor, which sets its children's.

    Args:
        prlimit: the program of util-linux, which starts faster than an interpreter; "" for none.
    """
    if confinement.supervisor:
        return list(argv)
    values = as_arguments(confinement.limits)
    if Path(prlimit).is_file():
        options = resource_limits(**values).items()
        return [prlimit, *(f"--{name.lower()}={value}" for name, value in options), *argv]
    arguments = json.dumps(values)
    return [sys.executable, "-I", "-S", str(KERNEL), arguments, *argv]


@cache
def interpreter_folders() -> tuple[Path, ...]:
    """The exact folders this interpreter and its packages live in."""
    paths = sysconfig.get_paths()
    wanted = {Path(paths[name]) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    wanted |= {Path(folder) / "lib" for folder in (sys.base_prefix, sys.base_exec_prefix)}
    wanted |= {Path(sys.executable).parent, Path(sys.executable).resolve().parent}
    pyvenv = Path(sys.prefix, "pyvenv.cfg")
    if pyvenv.is_file():
        wanted.add(pyvenv)
    present = sorted(path for path in wanted if path.exists())
    return tuple(path for path in present if not any(other in path.parents for other in present))


def readable_paths(confinement: Confinement) -> list[Path]:
    """What a command reads beside SYSTEM and ETC."""
    own = [] if confinement.supervisor else [KERNEL]
    paths = [*interpreter_folders(), *confinement.readable, *own]
    return [path for path in paths if not any(str(one) in SYSTEM for one in path.parents)]
