"""What can go wrong with the record of what has happened.

LedgerError
├── RunLocked(pid, host)     a living process holds this feature
├── LedgerCorrupt            a file of the record is damaged; says which and what is lost
└── LedgerVersion            the record was written by another version of this tool
"""

from __future__ import annotations


class LedgerError(Exception):
    """Root of all errors of this room."""


class RunLocked(LedgerError):
    """Another living process holds the feature.

    Attributes:
        pid: of the holder.
        host: where it runs.
        run_id: its run, or "" where it has none yet.
    """

    def __init__(self, feature: str, *, pid: int, host: str, run_id: str = "") -> None:
        super().__init__(f"feature {feature!r} is held by process {pid} on {host}")
        self.feature = feature
        self.pid = pid
        self.host = host
        self.run_id = run_id


class LedgerCorrupt(LedgerError):
    """A file of the record is damaged."""


class LedgerVersion(LedgerError):
    """The record was written by an incompatible version."""
