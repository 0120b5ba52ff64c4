"""Captured output of a process, bounded in size."""

from __future__ import annotations


class BoundedOutput:
    """The first and the last bytes of a stream of any length, half of the limit each.

    Attributes:
        omitted: how many bytes between them were dropped.
    """

    def __init__(self, limit: int) -> None:
        self._head_limit = limit - limit // 2
        self._tail_limit = limit // 2
        self._head = bytearray()
        self._tail = bytearray()
        self.omitted = 0

    def add(self, data: bytes) -> None:
        free = self._head_limit - len(self._head)
        self._head += data[:free]
        self._tail += data[free:]
        excess = len(self._tail) - self._tail_limit
        if excess > 0:
            del self._tail[:excess]
            self.omitted += excess

    def content(self) -> bytes:
        """All of it; where bytes were dropped, a line says how many."""
        gap = b"\n[%d bytes left out]\n" % self.omitted if self.omitted else b""
        return bytes(self._head + gap + self._tail)
