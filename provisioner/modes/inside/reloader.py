"""First process of a warm container: runs the service, and starts it anew at SIGHUP.

    python reloader.py FOLDER COMMAND...

FOLDER/current has three words: the folder of the sources, in FOLDER, that the command starts in,
the folder of its data, in the temporary folder, and the revision that it shall name. A service that
ends by itself ends the container, with its exit code.

`python -m MODULE` is run in a fork of this process where its Python is the same: that has imported
what services are made of, and none of the feature's own code. Other commands are new programs.
"""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import NoReturn

_WATCHED = {signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD}
# Those that start no thread and open nothing when they are imported.
_IMPORTED = (
    *("fastapi", "sqlalchemy.orm", "uvicorn.lifespan.on"),
    *("uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto"),
)


def is_ours(command: list[str]) -> bool:
    """Whether a command runs a module of the Python that runs this."""
    return command[1:2] == ["-m"] and shutil.which(command[0]) == sys.executable


def prepare(command: list[str]) -> None:
    """Import what a Python service is made of, as far as it is installed."""
    if is_ours(command):
        for name in _IMPORTED:
            with suppress(ImportError):
                import_module(name)


def start(folder: Path, command: list[str]) -> int:
    """Start the command; gives its process id."""
    sources, data, revision = (folder / "current").read_text("utf-8").split()
    place = Path("/tmp", data)
    place.mkdir(exist_ok=True)
    pid = os.fork()
    if pid == 0:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        os.chdir(folder / sources)
        os.environ.update(DATA_DIR=str(place), REVISION=revision)
        os.environ["UVICORN_HEADERS"] = f"x-revision:{revision}"
        run(command)
    return pid


def run(command: list[str]) -> NoReturn:
    """Run the command in this process, to its end."""
    if is_ours(command):
        sys.argv = command[2:]
        sys.path.insert(0, str(Path.cwd()))
        runpy.run_module(command[2], run_name="__main__", alter_sys=True)
        sys.exit()
    os.execvp(command[0], command)


def supervise(folder: Path, command: list[str]) -> int:
    """Run the command until it ends by itself or SIGTERM comes; gives the exit code."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    prepare(command)
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
