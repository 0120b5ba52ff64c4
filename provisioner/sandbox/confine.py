"""Confines a command with landlock, seccomp and limits, waits, and ends all it leaves behind.

Run as ``python -I -S confine.py TERMS command …``, see Terms, marshalled, in hexadecimal digits.
Standard library only.
"""

# pathlib would cost each start 5 ms.

from __future__ import annotations

import contextlib
import marshal
import os
import signal
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import kernel  # type: ignore[import-not-found]  # beside this file, wherever it is

del sys.path[0]

TYPE_CHECKING = False
if TYPE_CHECKING:  # each import costs every start
    from typing import NoReturn, TypedDict

    class Terms(TypedDict):
        """How to confine."""

        read: list[str]
        write: list[str]
        identity: int  # the user to become, 0 to stay
        capabilities: list[int]  # those to keep: root's own files may lie behind locked folders
        ports: list[int]  # TCP ports that may be bound and connected to
        temporary: str  # a folder to make for the user, and to empty at the end
        folder: str  # where to start the command
        background: bool  # it outlives its starter, and handles a SIGTERM to its group itself
        limits: dict[str, int] | None  # of kernel.limit; None: the command limits what it starts


_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


def main() -> NoReturn:
    """Confine, wait, clear up, and end as the command did."""
    terms: Terms = marshal.loads(bytes.fromhex(sys.argv[1]))
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
    if terms["background"]:
        signal.signal(signal.SIGTERM, lambda *_: None)
    else:
        signal.signal(signal.SIGTERM, lambda number, _: _end(terms, 128 + number))
        kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGTERM)
    os.chmod(os.path.dirname(terms["temporary"]), 0o711)
    os.mkdir(terms["temporary"], 0o700)
    if terms["identity"]:
        os.chown(terms["temporary"], terms["identity"], terms["identity"])
    child = os.fork()
    if not child:
        try:
            _enter(terms)
            os.execv(sys.argv[2], sys.argv[2:])
        except OSError as error:
            sys.stderr.write(f"confine: {error}\n")
        os._exit(126)
    for descriptor in (0, 1, 2):  # its streams end when it does, not when this does
        with contextlib.suppress(OSError):
            os.close(descriptor)
    pid = status = 0
    while pid != child:
        pid, status = os.wait()
    _end(terms, os.waitstatus_to_exitcode(status))


def _enter(terms: Terms) -> None:
    if not terms["background"]:
        os.setsid()
    os.chdir(terms["folder"])
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if terms["limits"] is not None:
        kernel.limit(**terms["limits"])
    if terms["identity"]:
        kernel.become(terms["identity"], terms["capabilities"])
    kernel.no_new_privileges()
    kernel.landlock(terms["read"], terms["write"], _DEVICES, terms["ports"])
    own = not terms["identity"] and kernel.landlock_version() < 6
    kernel.seccomp(
        (kernel.AF_INET, kernel.AF_INET6) if terms["ports"] else (),
        streams_only=True,
        signal_only=os.getpid() if own else 0,
        one_group=terms["background"],
        no_marks=not terms["identity"],
    )


def _end(terms: Terms, status: int) -> NoReturn:
    """Kill and reap all that is left, empty the folder, and end with the same status."""
    until = time.monotonic() + 5
    while _kill_children() and time.monotonic() < until:
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
    with contextlib.suppress(OSError):
        for entry in os.scandir(terms["temporary"]):
            if entry.is_dir(follow_symlinks=False):
                import shutil

                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status if status >= 0 else 128 - status)


def _kill_children() -> bool:
    """Kill the direct children; orphans become direct ones, this being their reaper."""
    me = os.getpid()
    with open(f"/proc/{me}/task/{me}/children") as file:
        children = [int(pid) for pid in file.read().split()]
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return bool(children)


if __name__ == "__main__":
    main()
