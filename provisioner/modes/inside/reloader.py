"""First process of a warm container: runs the service, and starts it anew at SIGHUP.

    python reloader.py FOLDER COMMAND...

FOLDER/current has three words: the folder of the sources, in FOLDER, that the command starts in,
the folder of its data, in the temporary folder, and the revision that it shall name. A service that
ends by itself ends the container, with its exit code.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

_WATCHED = {signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD}


def start(folder: Path, command: list[str]) -> int:
    """Start the command; gives its process id."""
    sources, data, revision = (folder / "current").read_text("utf-8").split()
    place = Path("/tmp", data)
    place.mkdir(exist_ok=True)
    pid = os.fork()
    if pid == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        os.chdir(folder / sources)
        environment = {**os.environ, "DATA_DIR": str(place), "REVISION": revision}
        os.execvpe(command[0], command, environment)
    return pid


def supervise(folder: Path, command: list[str]) -> int:
    """Run the command until it ends by itself or SIGTERM comes; gives the exit code."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    service = start(folder, command)
    while True:
        number = signal.sigwait(_WATCHED)
        if number != signal.SIGCHLD:
            os.kill(service, signal.SIGKILL)
            os.waitpid(service, 0)
            if number == signal.SIGTERM:
                return 0
            service = start(folder, command)
            continue
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == service:
                return os.waitstatus_to_exitcode(status) % 256
            if pid == 0:
                break


if __name__ == "__main__":
    sys.exit(supervise(Path(sys.argv[1]), sys.argv[2:]))
