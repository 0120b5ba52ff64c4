"""One run a feature: a lock that a living process holds and that vanishes with it."""

from __future__ import annotations

import fcntl
import os
import socket
import time
from pathlib import Path
from typing import Self

from ledger.errors import LedgerError, LockLost, RunLocked
from ledger.process import Process, this_process

_TRIES = 50
_PAUSE_SECONDS = 0.01


class FeatureLock:
    """The lock on a feature, held by this process; a context manager that releases it."""

    feature: str

    def still_held(self) -> bool:
        """Return whether this process still has the lock."""
        raise NotImplementedError

    def require(self) -> None:
        """Check the lock; called before each effect.

        Raises:
            LockLost: another process may have the feature by now.
        """
        if not self.still_held():
            raise LockLost(
                f"this process lost its lock on feature {self.feature!r}: its file was removed, or "
                "its database session ended. It stopped before its next effect; run the same "
                "command again to go on"
            )

    def release(self) -> None:
        """Release the lock; again is harmless."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock_feature(
    feature: str, run_id: str, *, state: Path, url: str = "", workspace: str = ""
) -> FeatureLock:
    """Take the feature for this process, without waiting.

    Args:
        run_id: the run that takes it, to be named to whoever is refused.
        state: the workspace's state folder, where the lock is a file.
        url: the ledger's address; with PostgreSQL the lock is the database's.
        workspace: what tells workspaces apart that share a database, e.g. the repository's
            address; by default this host and folder.

    Raises:
        RunLocked: a living process holds it; says which.
        LedgerError: the lock cannot be made.
    """
    if url.startswith("postgres"):
        from ledger.advisory import AdvisoryLock

        identity = workspace or f"{socket.gethostname()}:{state.resolve()}"
        return AdvisoryLock(feature, run_id, url=url, workspace=identity)
    return FileLock(feature, run_id, path=state / "locks" / f"{feature}.lock")


def locked_runs(state: Path) -> set[str]:
    """Return the runs named in the lock files of a workspace, those that died among them."""
    named = set()
    for path in (state / "locks").glob("*.lock"):
        try:
            lines = path.read_text("utf-8", "replace").splitlines()
        except OSError:  # its holder has just removed it
            continue
        named.update(lines[1:2])
    return named


class FileLock(FeatureLock):
    """A flock(2) on a file that names its holder.

    The system frees it when the process dies, so that a stale one needs no judgement; the file's
    content only names the holder. It is removed by its holder alone, and whoever opened it
    before that notices that the path leads elsewhere and tries again.
    """

    def __init__(self, feature: str, run_id: str, *, path: Path) -> None:
        self.feature = feature
        self._path = path
        self._pid = os.getpid()
        holder: Process | None = None
        held_by = ""
        for _ in range(_TRIES):
            descriptor = _open(path)
            if not _lock(descriptor, path):
                holder, held_by = _read(descriptor)
                os.close(descriptor)
                if holder and holder.alive():
                    break
                # Its holder has not written its name yet, or is just removing the file.
                time.sleep(_PAUSE_SECONDS)
            elif _is_same_file(path, descriptor):
                self._descriptor = descriptor
                _write(descriptor, f"{this_process()}\n{run_id}\n")
                return
            else:
                os.close(descriptor)
        raise RunLocked(
            feature,
            pid=holder.pid if holder else 0,
            host=holder.host if holder else "an unknown host",
            run_id=held_by,
        )

    def still_held(self) -> bool:
        return (
            self._descriptor >= 0
            and self._pid == os.getpid()
            and _is_same_file(self._path, self._descriptor)
        )

    def release(self) -> None:
        if self._descriptor < 0 or self._pid != os.getpid():
            return
        if _is_same_file(self._path, self._descriptor):
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        self._descriptor = -1


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Python opens close-on-exec, so that no child keeps the lock.
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(path, error) from error


def _lock(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        os.close(descriptor)
        raise _unusable(path, error) from error
    return True


def _is_same_file(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _write(descriptor: int, text: str) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text.encode(), 0)


def _read(descriptor: int) -> tuple[Process | None, str]:
    lines = os.pread(descriptor, 1024, 0).decode(errors="replace").splitlines()
    return (Process.parse(lines[0]), lines[1]) if len(lines) == 2 else (None, "")


def _unusable(path: Path, error: OSError) -> LedgerError:
    return LedgerError(
        f"the lock {path} cannot be made ({error.strerror}): let this user write the folder, on "
        "a file system that knows locks"
    )
