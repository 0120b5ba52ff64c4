"""What goes beside calls: connections of further threads, printed text, warnings, log records."""

from __future__ import annotations

import _thread
import io
import logging
import os
import socket
import sys
import time
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..mirror.exceptions import is_runner

if TYPE_CHECKING:
    from .space import Space

_pause, _logger_of = time.sleep, logging.getLogger  # tests may replace them
#: So much text may wait for the next message.
_TEXT_BYTES = 8 << 20
_ATOMS = (str, int, float, bool, type(None), tuple, dict)
#: Where the files of the judge are that run in the sandboxes.
_JUDGE = os.path.dirname(os.path.dirname(__file__)) + os.sep


class Doorbell:
    """The line on which each side gives the other connections for further threads."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._socket: Any = None
        self._handed: dict[int, int] = {}

    def take_handed(self, number: int) -> int:
        """The descriptor that the other side handed over for that number; it is on its way."""
        until = time.monotonic() + 2
        while number not in self._handed:
            if time.monotonic() > until:
                raise OSError("no descriptor came")
            _pause(0.0005)
        return self._handed.pop(number)

    def open(self) -> int:
        """Open a connection; its descriptor."""
        ours, theirs = socket.socketpair()
        socket.send_fds(self._socket, [b"c"], [theirs.fileno()])
        theirs.close()
        return ours.detach()

    def hand_over(self, number: int) -> None:
        """Give the other side our descriptor of that number."""
        socket.send_fds(self._socket, [str(number).encode()], [number])

    def answer(self, adopt: Callable[[int], None]) -> None:
        """Adopt each connection that the other side opens, from now on."""
        if self._socket is not None:
            self._socket.detach()  # another was at this descriptor when this process was forked
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=self._descriptor)
        _thread.start_new_thread(self._answer, (adopt,))

    def _answer(self, adopt: Callable[[int], None]) -> None:
        while True:
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, 1, 4)
            except OSError:
                return
            if not data:
                return
            for descriptor in descriptors:
                if data == b"c":
                    adopt(descriptor)
                else:
                    self._handed[int(data)] = descriptor


class _Printer(io.RawIOBase):
    """Sends what is written to it to the other side, with the next message."""

    mode = "w"

    def __init__(self, space: Space, which: str) -> None:
        self._space, self._which = space, which
        self.name = f"<{which}>"

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return self._space.peer.request("isatty", self._which) is True

    def fileno(self) -> int:
        return 1 if self._which == "stdout" else 2

    def write(self, data: Any) -> int:
        text = bytes(data).decode("utf-8", "surrogateescape")
        waiting = self._space.extras.setdefault("printed", [])
        if len(waiting) > 100 and waiting[-1][0] == self._which and len(waiting[-1][1]) < 4096:
            waiting[-1] = (self._which, waiting[-1][1] + text)
        else:
            if len(waiting) > 2000 and sum(len(one) for _, one in waiting) > _TEXT_BYTES:
                os.write(1, b"[more was printed than is kept]\n")
                del waiting[100:-100]
            waiting.append((self._which, text))
        return len(data)


def which_of(space: Space, value: Any) -> str:
    """Which of the process's own streams a value is; "" for none, or one of the tests'."""
    for which in ("stdout", "stderr"):
        current = vars(sys)[which]
        own = value is current and (space.trusting or is_runner(type(value)))
        if value is vars(sys)[f"__{which}__"] or (own and isinstance(value, io.TextIOWrapper)):
            return which
    return ""


def stream_of(space: Space, which: str) -> Any:
    """The stream of that name; raises KeyError."""
    return vars(sys)[{"stdout": "stdout", "stderr": "stderr"}[which]]


def send_output(space: Space) -> None:
    """Have text, warnings and log records of this process go to the other side."""
    own, told = dict[str, Any](), dict[str, Any]()
    for which in ("stdout", "stderr"):
        stream = io.TextIOWrapper(_Printer(space, which), "utf-8", write_through=True)
        vars(sys)[which] = vars(sys)[f"__{which}__"] = own[which] = told[which] = stream

    def look() -> None:
        for which, last in told.items():
            if (stream := vars(sys)[which]) is not last:
                told[which] = stream
                put = None if stream is own[which] else stream
                space.extras.setdefault("redirected", []).append((which, put))

    space.looks.append(look)

    def show(
        message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        if file is not None:
            file.write(warnings.formatwarning(message, category, filename, lineno, line))
        else:
            warned = space.extras.setdefault("warned", [])
            warned.append((message, category, filename, lineno))

    warnings.showwarning = show
    warnings.simplefilter("always")
    handle = logging.Logger.callHandlers

    def call_handlers(self: logging.Logger, record: logging.LogRecord) -> None:
        parts = _parts_of(record)  # what asks the tests sends the extras
        space.extras.setdefault("logged", []).append(parts)
        found: logging.Logger | None = self
        while found is not None and not found.handlers:
            found = found.parent if found.propagate else None
        if found is not None:
            handle(self, record)

    logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]


def _parts_of(record: Any) -> dict[str, Any]:
    """What is told of a log record."""
    told = {key: value for key, value in vars(record).items() if type(value) in _ATOMS}
    if not isinstance(record.msg, str):
        told["msg"] = str(record.msg)
    told["exc_info"] = record.exc_info[1] if record.exc_info else None
    if record.exc_info and not record.exc_text:  # frames do not cross
        told["exc_text"] = logging.Formatter().formatException(record.exc_info)
    return told


def _caller() -> tuple[str, int]:
    """File and line of the nearest frame that is none of the judge's."""
    frame: Any = sys._getframe()
    while frame.f_back and frame.f_code.co_filename.startswith(_JUDGE):
        frame = frame.f_back
    return frame.f_code.co_filename, frame.f_lineno


def _print(stream: Any, text: str) -> None:
    """Write a text; bytes that are none, and what is for a stream of bytes alone, as bytes."""
    data = text.encode("utf-8", "surrogateescape")
    shown: Any = data.decode("utf-8", "replace")
    if hasattr(stream, "buffer") and (shown.encode() != data or not hasattr(stream, "write")):
        stream, shown = stream.buffer, data
    stream.write(shown)


def take_output(space: Space, change: Callable[[str], str] | None = None) -> None:
    """Show here what the other side printed, warned of and logged; the text may be changed."""

    before: dict[str, tuple[Any, Any]] = {}  # what the code put in place of a stream, and what was
    entered: list[Any] = []  # those of the code's that it put there as the tests went into a block

    def redirected(items: list[Any]) -> None:
        for which, stream in items:
            now = stream_of(space, which)
            put, was = before.pop(which, (None, now))
            if space.enters and space.number_of(stream):
                entered.append(stream)
            if any(stream is one for one in entered):
                before[which] = stream, was if now is put else now
                vars(sys)[which] = stream
            elif now is put:
                vars(sys)[which] = was

    def printed(items: list[Any]) -> None:
        for which, text in items:
            put, stream = before.get(which, (None, None))
            if put is None or put is not vars(sys)[which]:
                stream = vars(sys)[which]
            _print(stream, change(str(text)) if change else str(text))

    def warned(items: list[Any]) -> None:
        for message, category, filename, lineno in items:
            place = str(filename), int(lineno)
            if place[0].startswith(_JUDGE):  # the code's caller, as stacklevel counts
                place = _caller()
            if isinstance(category, type) and issubclass(category, Warning):
                warnings.warn_explicit(message, category, *place, registry={})

    def logged(items: list[Any]) -> None:
        for parts in items:
            error = parts.pop("exc_info", None)
            parts["exc_info"] = (type(error), error, error.__traceback__) if error else None
            record = logging.makeLogRecord(parts)
            if change:
                record.msg, record.args = change(record.getMessage()), None
            _logger_of(None if record.name == "root" else record.name).handle(record)

    space.received |= {"printed": printed, "warned": warned, "logged": logged}
    space.received["redirected"] = redirected
    space.peer.services["isatty"] = lambda space, which: stream_of(space, which).isatty()


def share_files() -> None:
    """Files and folders that this process makes can be used by the other side's user."""
    make, open_, mark = os.mkdir, os.open, os.utime

    def utime(path: Any, *args: Any, **names: Any) -> None:
        os.stat(path, follow_symlinks=names.get("follow_symlinks", True))  # else a sandbox lies
        mark(path, *args, **names)

    def mkdir(path: Any, mode: int = 0o777, **names: Any) -> None:
        make(path, 0o777 if mode == 0o700 else mode, **names)

    def open_shared(path: Any, flags: int, mode: int = 0o777, **names: Any) -> int:
        return open_(path, flags, 0o666 if mode == 0o600 else mode, **names)

    os.__dict__.update(mkdir=mkdir, open=open_shared, utime=utime)
