"""Resource limits as a prefix of a command line."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from provisioner.sandbox.base import Confinement, Limits

#: As a program, it sets limits and executes the command.
KERNEL = Path(__file__).with_name("kernel.py")


def as_arguments(limits: Limits) -> dict[str, int]:
    """The limits of one process, as arguments of kernel.limit."""
    return {
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
        "processes": limits.processes,
        "file_bytes": limits.file_bytes,
    }


def limited(argv: Sequence[str], confinement: Confinement) -> list[str]:
    """Prefix a command with its limits, unless it is a supervisor, which sets its children's.

    By prlimit where there is one: it starts in a tenth of Python's time.
    """
    limits = confinement.limits
    if confinement.supervisor:
        return list(argv)
    if not _prlimit():
        arguments = json.dumps(as_arguments(limits))
        return [sys.executable, "-I", "-S", str(KERNEL), arguments, *argv]
    return [
        _prlimit(),
        "--core=0",
        f"--cpu={limits.cpu_seconds}",
        f"--data={limits.memory_bytes}",
        f"--fsize={limits.file_bytes}",
        f"--nproc={limits.processes}",
        "--nofile=512",
        *argv,
    ]


@cache
def _prlimit() -> str:
    return shutil.which("prlimit", path="/usr/bin:/bin") or ""
