"""One run a feature: a lock that a living process holds and that vanishes with it."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from ledger.connection import workspace_place
from ledger.errors import LedgerError, LockLost, RunLocked
from ledger.process import Process, this_process

_TRIES = 50
_PAUSE_SECONDS = 0.01


class FeatureLock(AbstractContextManager["FeatureLock"]):
    """The lock on a feature, held by this process; a context manager that releases it."""

    feature: str

    def still_held(self) -> bool:
        raise NotImplementedError

    def require(self) -> None:
        """Raise LockLost where another process may have the feature by now."""
        if not self.still_held():
            raise LockLost(
                f"this process lost its lock on feature {self.feature!r}: its file was removed, or "
                "its database session ended. It stopped before its next effect"
            )

    def release(self) -> None:
        """Release the lock; again is harmless."""
        raise NotImplementedError

    def __exit__(self, *_: object) -> None:
        self.release()


def lock_feature(
    feature: str, run_id: str, *, state: Path, url: str = "", workspace: str = ""
) -> FeatureLock:
    """Take the feature for this process, without waiting.

    Args:
        run_id: to be named to whoever is refused.
        state: the workspace's state folder, where the lock is a file.
        url: the ledger's address; with PostgreSQL the lock is the database's.
        workspace: tells workspaces apart that share a database; else this host and folder do.

    Raises:
        RunLocked: a living process holds it.
    """
    if url.startswith("postgres"):
        from ledger.postgres import AdvisoryLock

        identity = workspace or workspace_place(url, state)
        return AdvisoryLock(feature, run_id, url=url, workspace=identity)
    return FileLock(feature, run_id, path=state / "locks" / f"{feature}.lock")


def locked_runs(state: Path) -> set[str]:
    """Return the runs named in the lock files of a workspace, those that died among them."""
    named = set()
    for path in (state / "locks").glob("*.lock"):
        with suppress(OSError):  # its holder has just removed it
            named.update(path.read_text("utf-8", "replace").splitlines()[1:2])
    return named


class FileLock(FeatureLock):
    """A flock(2) on a file that names its holder; the system frees it when the process dies.

    It is removed by its holder alone, and whoever opened it before that notices that the path
    leads elsewhere and tries again.
    """

    def __init__(self, feature: str, run_id: str, *, path: Path) -> None:
        self.feature = feature
        self._path = path
        self._pid = os.getpid()
        who: dict[str, Any] = {}
        for _ in range(_TRIES):
            self._descriptor, locked = _try_lock(path)
            if locked and self.still_held():
                os.ftruncate(self._descriptor, 0)
                os.pwrite(self._descriptor, f"{this_process()}\n{run_id}\n".encode(), 0)
                return
            lines = os.pread(self._descriptor, 1024, 0).decode(errors="replace").splitlines()
            os.close(self._descriptor)
            holder = Process.parse(lines[0]) if not locked and len(lines) == 2 else None
            if holder:
                who = {"pid": holder.pid, "host": holder.host, "run_id": lines[1]}
                if holder.alive():
                    break
            # Its holder has not written its name yet, or is just removing the file.
            time.sleep(_PAUSE_SECONDS)
        raise RunLocked(feature, **who)

    def still_held(self) -> bool:
        try:
            return self._pid == os.getpid() and os.path.samestat(
                self._path.stat(), os.fstat(self._descriptor)
            )
        except OSError:  # the file was removed, or the lock is released
            return False

    def release(self) -> None:
        if self._descriptor < 0 or self._pid != os.getpid():
            return
        if self.still_held():
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1


def _try_lock(path: Path) -> tuple[int, bool]:
    """Open the file, which Python does close-on-exec, and lock it where nobody has locked it."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return descriptor, False
        return descriptor, True
    except OSError as error:
        raise LedgerError(
            f"the lock {path} cannot be made ({error.strerror})",
            next_step="let this user write the folder, on a file system that knows locks",
        ) from error
