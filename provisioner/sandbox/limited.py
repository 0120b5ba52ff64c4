"""Resource limits as a prefix of a command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from provisioner.sandbox.base import Limits
from provisioner.sandbox.interpreter import interpreter

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


def limited(argv: Sequence[str], limits: Limits) -> list[str]:
    """Prefix a command with its limits: by prlimit, which starts in a tenth of Python's time."""
    if not _prlimit():
        arguments = json.dumps(as_arguments(limits))
        return [interpreter(), "-I", "-S", str(KERNEL), arguments, *argv]
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
