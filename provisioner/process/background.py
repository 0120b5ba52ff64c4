"""Programs that stay when we end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from provisioner.errors import ProvisionerError
from provisioner.process.executables import start_errors
from provisioner.process.identity import group_runs, signal_group, start_time

_POLL_SECONDS = 0.02
_REAP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Started:
    """A program that stays: its process id, which is its group's too, and its start time."""

    pid: int
    start_time: str


async def start_process(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    pass_fds: Sequence[int] = (),
) -> Started:
    """Start a program that stays when we end.

    It leads its own session, reads nothing, and appends both outputs to `log`. While we live, it
    is reaped as soon as it ends.

    Args:
        argv: the program and its arguments.
        cwd: an existing folder.
        env: its whole environment.
        log: a file, made with mode 0600 where it does not exist; never followed as a link.
        pass_fds: descriptors that it inherits under the same numbers.

    Raises:
        ToolMissing: there is no such program.
        OSError: `log` cannot be written.
    """
    return _start(argv, cwd, env, log, pass_fds)


def is_alive(started: Started) -> bool:
    """Whether that very program still runs; another one under its process id is not it."""
    return start_time(started.pid) == started.start_time


def this_process() -> Started:
    """Ourselves, as others can know us."""
    return Started(os.getpid(), start_time(os.getpid()))


async def stop_process(started: Started, grace_seconds: float) -> None:
    """End a program and its whole group: SIGTERM, and SIGKILL after `grace_seconds`.

    A program that has ended, or whose process id is another's by now, is left alone.

    Raises:
        ProvisionerError: it does not end although it was killed.
    """
    if not is_alive(started):
        return
    signal_group(started.pid, signal.SIGTERM)
    if await _group_ended(started.pid, grace_seconds):
        return
    signal_group(started.pid, signal.SIGKILL)
    if not await _group_ended(started.pid, _REAP_SECONDS):
        raise ProvisionerError(
            f"process {started.pid} does not end although it was killed",
            next_step=f"look at it with `ps -o pid,stat,wchan,args -g {started.pid}`",
        )


def _start(
    argv: Sequence[str], cwd: Path, env: Mapping[str, str], log: Path, pass_fds: Sequence[int]
) -> Started:
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    output = os.open(log, flags, 0o600)
    try:
        with start_errors(argv, cwd):
            process = subprocess.Popen(
                list(argv),
                cwd=cwd,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=tuple(pass_fds),
            )
    finally:
        os.close(output)
    started = Started(process.pid, start_time(process.pid, ended=True))
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return started


async def _group_ended(group: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while group_runs(group):
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True
