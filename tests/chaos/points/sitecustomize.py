"""Numbers every change that the command makes to the world, and kills it before a chosen one.

Python imports this file at its start where PYTHONPATH leads to it, so that the installed command
is watched without a line of test code in it. What is watched is what the interpreter itself
reports (sys.addaudithook, PEP 578): files made, renamed and removed, programs started, connections,
locks, and each transaction of SQLite at its COMMIT. Between two such points nothing changes that
another process could see, but for the bytes of a file that is open; so a kill before each point
is a kill before and after every effect.

CHAOS_POINTS names the file that gets a line a point. CHAOS_KILL is where to die, as JSON:

name    of the point, "" for none
nth     of the points of that name, from 1
inside  count them from the run's first event on, when the way into the run is behind
delay   seconds to die after it
signals that it sends to itself; where there are none, its whole group is killed
last    where the command comes to record the run's end unharmed, die so many points later
"""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import sqlite3
import sys
import threading
import time
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_RUN = re.compile(r"\b\d{8}-\d{6}-[a-z2-9]{4}\b")
_RANDOM = re.compile(
    r"(?<=[.\-_/])(?=[a-z0-9_]*[0-9_])[a-z0-9_]{8}\b|\b[0-9a-f]{16,}\b|\b\d{3,}\b"
    r"|^[0-9a-f]{2}(?=/)|(?<=artefacts/)[0-9a-f]{2}$"
)
# One random name in sixteen has neither a digit nor an underscore.
_PRIVATE = re.compile(r"(ai-deploy\.[^/]*\.)[a-z0-9_]{8}\b")
_CHANGE = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|REPLACE)\b.*?\b(ledger_\w+|checkpoints|writes)\b")
_KIND = re.compile(r"'(run|intent|reply|failure|effect)'")
_FIRST_EVENT = "events.ndjson"
_RUN_CHANGED = "ledger_runs ledger_journal(run)"


class _Points:
    def __init__(self, report: str, kill: str) -> None:
        self._kill = json.loads(kill or "{}")
        self._left = self._kill.get("nth", 0)
        self._inside = False
        self._ends = 2  # the run is taken up, and ended
        self._after_end = -1
        self._report = os.open(report, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()

    def passed(self, what: str) -> None:
        os.write(self._report, f"{what}\n".encode(errors="replace"))
        with self._lock:
            delay = self._due_in(what)
        if delay:
            threading.Thread(target=self._die_later, args=(delay,), daemon=True).start()
        elif delay is not None:
            self._die()

    def _die(self) -> None:
        numbers = self._kill["signals"]
        for number in numbers:
            os.kill(os.getpid(), number)
        if not numbers:
            os.killpg(0, signal.SIGKILL)

    def _due_in(self, what: str) -> float | None:
        """Seconds until it is to die, None where this is not the point."""
        if not self._kill:
            return None
        self._inside = self._inside or _FIRST_EVENT in what
        if self._after_end >= 0:
            self._after_end += 1
        elif what.endswith(_RUN_CHANGED):
            self._ends -= 1
            self._after_end = 0 if not self._ends else -1
        if self._kill["last"] == self._after_end:
            return 0.0
        if what != self._kill["name"] or (self._kill["inside"] and not self._inside):
            return None
        self._left -= 1
        return None if self._left else self._kill["delay"]

    def _die_later(self, seconds: float) -> None:
        time.sleep(seconds)
        self._die()

    def hear(self, event: str, arguments: tuple) -> None:
        said = _EVENTS.get(event)
        if said is not None and (what := said(self, *arguments)):
            self.passed(what)

    def opened(self, path: object, _mode: object, flags: int) -> str:
        if not flags & _WRITING or not isinstance(path, str | bytes | os.PathLike):
            return ""
        name = os.fsdecode(path)
        return "" if name.startswith(("/dev/", "/proc/")) else f"write {_short(name)}"

    def watched(self) -> type[sqlite3.Connection]:
        """A connection that tells of each transaction; an audit event comes too early for that."""
        points = self

        class Connection(sqlite3.Connection):
            def __init__(self, path: Any, *arguments: Any, **named: Any) -> None:
                super().__init__(path, *arguments, **named)
                name, changed = _short(path), []

                def traced(sql: str) -> None:
                    if sql.startswith("COMMIT"):
                        said = " ".join(dict.fromkeys(changed)) or "nothing"
                        changed.clear()
                        points.passed(f"commit {name}: {said}")
                    elif sql.startswith(("BEGIN", "ROLLBACK")):
                        changed.clear()
                    elif found := _CHANGE.match(sql):
                        kind = _KIND.search(sql) if found[1] == "ledger_journal" else None
                        changed.append(f"{found[1]}({kind[1]})" if kind else found[1])

                self.set_trace_callback(traced)

        return Connection


def _short(path: object) -> str:
    parts = os.fsdecode(path).split("/") if isinstance(path, str | bytes | os.PathLike) else ["?"]
    name = _PRIVATE.sub(r"\1#", _RUN.sub("RUN", "/".join(parts[-2:])))
    return _RANDOM.sub("#", name)


def _program(argv: Any) -> str:
    """The program and its first plain word: "git update-ref"."""
    words = [os.fsdecode(word) for word in argv]
    plain = [word for word in words[1:] if re.fullmatch(r"[a-z][a-z-]+", word)]
    return " ".join([words[0].rpartition("/")[2], *plain[:1]])


_EVENTS = {
    "open": _Points.opened,
    "os.rename": lambda _, source, target, *__: f"rename {_short(target)}",
    "os.remove": lambda _, path, *__: f"unlink {_short(path)}",
    "os.mkdir": lambda _, path, *__: f"mkdir {_short(path)}",
    "os.rmdir": lambda _, path, *__: f"rmdir {_short(path)}",
    "os.link": lambda _, source, target, *__: f"link {_short(target)}",
    "subprocess.Popen": lambda _, program, argv, *__: f"start {_program(argv)}",
    "socket.connect": lambda _, socket, address: (
        f"connect {address[0]}" if isinstance(address, tuple) else ""
    ),
    "fcntl.flock": lambda *_: "flock",
    # Group 0 is our own: that is the kill itself.
    "os.killpg": lambda _, group, *__: "end a group" if group else "",
}

if "CHAOS_POINTS" in os.environ:
    _points = _Points(os.environ.pop("CHAOS_POINTS"), os.environ.pop("CHAOS_KILL", ""))
    sqlite3.connect = functools.partial(sqlite3.connect, factory=_points.watched())
    sys.addaudithook(_points.hear)
