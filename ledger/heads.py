"""The last row of each run's journal, noted beside the SQLite file.

A write-ahead log that was cut or damaged makes SQLite fall back to an older state without a
word, in which every table agrees with every other. Only a note outside the database can tell.
The file also tells who has the database open: each process holds it shared, and whoever
replaces the database must hold it alone.
"""

from __future__ import annotations

import fcntl
import os
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from ledger.errors import LedgerError

_SLOT = 64
_NOTE = re.compile(rb"( *\d+) ([0-9a-f]{40}) ([0-9a-f]{8})\n")


@dataclass(frozen=True, slots=True)
class Note:
    """The place of a run's last row, and the beginning of its hash."""

    seq: int
    hash: str


class Heads:
    """A file of one slot a run, in the order of their numbers."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)
        except OSError as error:
            raise LedgerError(
                f"{path} cannot be opened ({error.strerror}): let this user write the file and "
                "its folder, or choose another folder"
            ) from error

    def write(self, run: int, seq: int, seal: str) -> None:
        """Note a run's last row; a full disk is found by the next call's reservation instead."""
        text = f"{seq:>10} {seal[:40]}"
        slot = f"{text} {zlib.crc32(text.encode()):08x}\n".ljust(_SLOT)
        os.pwrite(self._descriptor, slot.encode(), run * _SLOT)

    def read(self, run: int) -> Note | None:
        """A run's note; None where there is none or it is damaged."""
        note = _NOTE.match(os.pread(self._descriptor, _SLOT, run * _SLOT))
        if note is None or zlib.crc32(note[1] + b" " + note[2]) != int(note[3], 16):
            return None
        return Note(int(note[1]), note[2].decode())

    def forget(self, after: int = 0) -> None:
        """Forget the notes of all runs after this number."""
        os.ftruncate(self._descriptor, min((after + 1) * _SLOT, self._size()))

    def runs(self) -> int:
        """The highest number of a run that has a slot."""
        return max(self._size() // _SLOT - 1, 0)

    def _size(self) -> int:
        return os.fstat(self._descriptor).st_size

    def hold_alone(self) -> bool:
        """True once no other process has the database open, until this one closes it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def share(self) -> None:
        """Let other processes open the database again."""
        fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
