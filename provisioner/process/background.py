"""Background processes: programs that go on when this process ends."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from ledger.process import Process, find_process
from provisioner.errors import ProvisionerError
from provisioner.process.command import signal_group, start_errors

_POLL_SECONDS = 0.02
_REAP_SECONDS = 5.0


async def start_process(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    log: Path,
    pass_fds: Sequence[int] = (),
) -> Process:
    """Start a background process, which leads its own session and process group.

    Its input is empty, and both outputs are appended to `log`, which is made with mode 0600 and
    never followed as a link. `pass_fds` are descriptors that it inherits under the same numbers.
    While this process lives, it is reaped as soon as it ends.

    Raises:
        ToolMissing: there is no such program.
        OSError: `log` cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(log, flags, 0o600), "wb") as output, start_errors(argv, cwd):
        process = subprocess.Popen(  # noqa: ASYNC220  # it is not waited for
            list(argv),
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            pass_fds=tuple(pass_fds),
        )
    # One that has ended already gets an identity that nothing alive has.
    started = find_process(process.pid) or Process(process.pid, socket.gethostname(), 0, 0)
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return started


async def stop_process(process: Process, grace_seconds: float) -> None:
    """End a process, and its whole group where it leads one: SIGTERM, and SIGKILL after
    `grace_seconds`.

    One that has ended, or whose process id is another's by now, is left alone.
    """
    if not process.alive():
        return
    leads = _leads_group(process.pid)
    for number, seconds in ((signal.SIGTERM, grace_seconds), (signal.SIGKILL, _REAP_SECONDS)):
        if leads:
            signal_group(process.pid, number)
        elif process.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, number)
        deadline = time.monotonic() + seconds
        while _group_runs(process.pid) if leads else process.alive():
            if time.monotonic() >= deadline:
                break
            await asyncio.sleep(_POLL_SECONDS)
        else:
            return
    raise ProvisionerError(
        f"process {process.pid} does not end although it was killed",
        next_step=f"look at it with `ps -o pid,stat,wchan,args -g {process.pid} -p {process.pid}`",
    )


def _leads_group(pid: int) -> bool:
    """Whether a process group is a process's own, and not that of whoever started it."""
    try:
        return os.getpgid(pid) == pid
    except ProcessLookupError:
        return False


def _group_runs(group: int) -> bool:
    """Whether a process of the group still runs; zombies, which somebody else must reap, don't."""
    ended = (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    for pid in psutil.pids():
        with contextlib.suppress(OSError, psutil.NoSuchProcess):  # it has ended
            if os.getpgid(pid) == group and psutil.Process(pid).status() not in ended:
                return True
    return False
