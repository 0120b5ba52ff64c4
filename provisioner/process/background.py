"""Background processes: programs that go on when this process ends."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from ledger.process import Process, find_process
from provisioner.errors import ProvisionerError
from provisioner.process.executables import start_errors
from provisioner.process.group import group_runs, signal_group

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

    Its input is empty, and both outputs are appended to `log`. While this process lives, it is
    reaped as soon as it ends.

    Args:
        cwd: an existing folder.
        env: its whole environment.
        log: a file, made with mode 0600 where it does not exist; never followed as a link.
        pass_fds: descriptors that it inherits under the same numbers.

    Raises:
        ToolMissing: there is no such program.
        OSError: `log` cannot be written.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    output = os.open(log, flags, 0o600)
    try:
        with start_errors(argv, cwd):
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
    finally:
        os.close(output)
    # One that has ended already gets an identity that nothing alive has.
    started = find_process(process.pid) or Process(process.pid, socket.gethostname(), 0, 0)
    threading.Thread(target=process.wait, name=f"reap-{process.pid}", daemon=True).start()
    return started


async def stop_process(process: Process, grace_seconds: float) -> None:
    """End a process and its whole group: SIGTERM, and SIGKILL after `grace_seconds`.

    One that has ended, or whose process id is another's by now, is left alone.

    Raises:
        ProvisionerError: it does not end although it was killed.
    """
    if not process.alive():
        return
    signal_group(process.pid, signal.SIGTERM)
    if await _group_ended(process.pid, grace_seconds):
        return
    signal_group(process.pid, signal.SIGKILL)
    if not await _group_ended(process.pid, _REAP_SECONDS):
        raise ProvisionerError(
            f"process {process.pid} does not end although it was killed",
            next_step=f"look at it with `ps -o pid,stat,wchan,args -g {process.pid}`",
        )


async def _group_ended(group: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while group_runs(group):
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(_POLL_SECONDS)
    return True
