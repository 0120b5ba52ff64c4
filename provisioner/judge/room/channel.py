"""The candidate's end of the line to the examiner: one JSON array a line."""

from __future__ import annotations

import itertools
import json
import os
import threading
from _blake2 import blake2b  # hashlib would load what is not needed here
from collections.abc import Callable

_write, _read, _getpid = os.write, os.read, os.getpid
_encode = json.JSONEncoder(separators=(",", ":")).encode
_decode = json.JSONDecoder().decode
_BUFFER = 1 << 15


def proof(word: bytes, number: int, line: bytes) -> bytes:
    """What only somebody who has the word can say of a line, and of one line only."""
    numbered = number.to_bytes(8, "big") + line
    return blake2b(numbered, key=word, digest_size=16).hexdigest().encode()


def _signer(word: bytes) -> Callable[[bytes], bytes]:
    numbers = itertools.count()
    return lambda line: proof(word, next(numbers), line) + line + b"\n"


class Channel:
    """Tells without waiting, or asks and waits; safe from several threads.

    A process that judged code forked off is not the candidate: it tells nothing. The examiner's
    first line is a word; each line to it begins with a proof of that word, the line and its place.
    To have found the descriptors, or to stand between them, is not enough to speak. The proctor
    never had the word in its memory.
    """

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._pid = _getpid()
        self._lock = threading.RLock()
        self._pending = bytearray()
        self._received = b""
        self._signed = _signer(self._line())

    def tell(self, *message: object) -> None:
        """Send sooner or later, in order."""
        if _getpid() != self._pid:
            return
        with self._lock:
            self._pending += self._signed(_encode(message).encode())
            if len(self._pending) > _BUFFER:
                self.flush()

    def ask(self, *message: object) -> list[object]:
        """Send at once and wait for the answer, a JSON array."""
        if _getpid() != self._pid:
            return ["held"]
        with self._lock:
            self.tell(*message)
            self.flush()
            answer: list[object] = _decode(self._line().decode())
            return answer

    def _line(self) -> bytes:
        while b"\n" not in self._received:
            chunk = _read(self._reader, 1 << 16)
            if not chunk:
                os._exit(70)  # the examiner is gone; nobody is left to tell
            self._received += chunk
        line, _, self._received = self._received.partition(b"\n")
        return line

    def flush(self) -> None:
        with self._lock:
            data, self._pending = bytes(self._pending), bytearray()
            while data:
                data = data[_write(self._writer, data) :]
