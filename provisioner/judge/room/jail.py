"""Takes rights away from the candidate before any judged code runs in it."""

from __future__ import annotations

import os
import resource
from typing import TypedDict


class Terms(TypedDict):
    """What the examiner asks for; sizes in bytes."""

    cpu_seconds: int
    memory_bytes: int
    processes: int
    file_bytes: int
    identity: int  # user to become, 0 to stay


def limit(terms: Terms) -> None:
    """Set the limits of this process and of all it will start."""
    for which, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, terms["cpu_seconds"]),
        (resource.RLIMIT_DATA, terms["memory_bytes"]),
        (resource.RLIMIT_FSIZE, terms["file_bytes"]),
        (resource.RLIMIT_NPROC, terms["processes"]),
        (resource.RLIMIT_NOFILE, 512),
    ):
        hard = resource.getrlimit(which)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (value, value))


def become(identity: int) -> None:
    """Leave root for a user that owns nothing and runs nothing else."""
    os.setgroups([])
    os.setresgid(identity, identity, identity)
    os.setresuid(identity, identity, identity)
