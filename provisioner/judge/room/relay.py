"""Carries what candidate and examiner say to each other, and keeps what the candidate prints."""

from __future__ import annotations

import os
import select

_CHUNK = 1 << 16
#: So many chunks are read of what was printed last; a flood has no end.
_LAST_WORDS = 64


class Stop(Exception):
    """The examiner has gone."""


class Line:
    """The proctor's own line to the examiner: messages of a kind and a payload."""

    def __init__(self, reader: int, writer: int) -> None:
        self.reader, self._writer = reader, writer
        self._received = b""

    def put(self, kind: str, payload: bytes) -> None:
        data = f"{kind} {len(payload)}\n".encode() + payload
        while data:
            data = data[os.write(self._writer, data) :]

    def take(self) -> tuple[str, bytes]:
        """The next message; raises Stop."""
        while (message := self._cut()) is None:
            self._more()
        return message

    def arrived(self) -> list[tuple[str, bytes]]:
        """All messages that are here in full, after reading what is there; raises Stop."""
        self._more()
        return self.complete()

    def complete(self) -> list[tuple[str, bytes]]:
        """All messages that have been read in full already."""
        messages = []
        while (message := self._cut()) is not None:
            messages.append(message)
        return messages

    def _more(self) -> None:
        chunk = os.read(self.reader, _CHUNK)
        if not chunk:
            raise Stop
        self._received += chunk

    def _cut(self) -> tuple[str, bytes] | None:
        header, newline, rest = self._received.partition(b"\n")
        kind, _, size = header.decode().partition(" ")
        if not newline or len(rest) < int(size):
            return None
        self._received = rest[int(size) :]
        return kind, rest[: int(size)]


class Relay:
    """Between one candidate and the examiner, until the examiner says stop."""

    def __init__(
        self, line: Line, child: int, down: int, up: int, printed: int, kept_bytes: int
    ) -> None:
        self._line, self._child = line, child
        self._down, self._up, self._printed = down, up, printed
        self._half = max(kept_bytes // 2, 1)
        self._head, self._tail = bytearray(), bytearray()
        self._waiting = b""
        self._poll = select.poll()
        os.set_blocking(down, False)
        os.set_blocking(up, False)
        os.set_blocking(printed, False)

    def run(self) -> int:
        """The candidate's wait status, -1 where it was still there at the end."""
        for descriptor in (self._line.reader, self._up, self._printed):
            self._poll.register(descriptor, select.POLLIN)
        status = self._carry()
        for _ in range(_LAST_WORDS):
            if not self._pass_up(self._printed):
                break
        return status

    def _carry(self) -> int:
        status = -1
        if self._obey(self._line.complete()):
            return status
        while True:
            for descriptor, _ in self._poll.poll(20):
                if descriptor == self._line.reader:
                    if self._obey(self._line.arrived()):
                        return status
                elif descriptor == self._down:
                    self._pass_down()
                else:
                    self._pass_up(descriptor)
            if status < 0:
                gone, code = os.waitpid(self._child, os.WNOHANG)
                if gone:
                    status = code
                    while self._pass_up(self._up):
                        pass
                    self._line.put("gone", str(code).encode())

    def _obey(self, messages: list[tuple[str, bytes]]) -> bool:
        for kind, payload in messages:
            if kind == "stop":
                return True
            self._waiting += payload
        self._pass_down()
        return False

    def _pass_down(self) -> None:
        """As much as the candidate takes now; a candidate that takes nothing stops nobody."""
        try:
            self._waiting = self._waiting[os.write(self._down, self._waiting) :]
        except BlockingIOError:
            pass
        except OSError:
            self._waiting = b""
        if self._waiting:
            self._poll.register(self._down, select.POLLOUT)
        else:
            self._forget(self._down)

    def _pass_up(self, descriptor: int) -> bool:
        try:
            chunk = os.read(descriptor, _CHUNK)
        except BlockingIOError:
            return False
        if not chunk:
            self._forget(descriptor)
        elif descriptor == self._up:
            self._line.put("line", chunk)
        else:
            room = max(self._half - len(self._head), 0)
            self._head += chunk[:room]
            self._tail += chunk[room:]
            del self._tail[: -self._half]
        return bool(chunk)

    def _forget(self, descriptor: int) -> None:
        try:
            self._poll.unregister(descriptor)
        except KeyError:  # it was not waited for
            return

    def printed(self) -> str:
        """Head and tail of what was printed."""
        middle = b"\n[...]\n" if len(self._tail) >= self._half else b""
        return bytes(self._head + middle + self._tail).decode("utf-8", "replace")
