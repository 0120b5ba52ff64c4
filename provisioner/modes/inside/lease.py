"""Who deploys a feature on a host: one at a time, for a time that ends by itself."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from provisioner.modes.inside.supervise import Refused, identity, read, write

_LOOK_SECONDS = 0.05
_FREE = {"owner": "", "number": 0, "process": [0, ""], "until": 0}


class Lease:
    """The lease of a feature's folder: lease.json says whose it is, and until when."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.file = folder, folder / "lease.json"
        self.mine: dict[str, Any] = {}

    @contextlib.contextmanager
    def held(self, owner: str, number: int, seconds: float) -> Iterator[None]:
        """Hold the feature on this host, and keep it for the next orders of the same owner.

        The numbers of an owner's orders grow. An earlier one that still runs has lost its
        connection, and nobody waits for its answer: it is ended. One that comes late is refused.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            while not _locked(lock):
                pid, known = self._holder(owner, number)["process"]
                if known and identity(pid) == known:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                time.sleep(_LOOK_SECONDS)
            self._holder(owner, number)
            process = [os.getpid(), identity(os.getpid())]
            self.mine = {"owner": owner, "number": number, "process": process}
            self.until(time.time() + seconds)
            yield

    def until(self, moment: float) -> None:
        """Have the lease end at a moment, in seconds since 1970 by this host's clock."""
        write(self.file, json.dumps({**self.mine, "until": moment}))

    def _holder(self, owner: str, number: int) -> dict[str, Any]:
        """Who holds the feature; raises Refused where an order may not go on."""
        holder: dict[str, Any] = read(self.file) or _FREE
        left = holder["until"] - time.time()
        if holder["owner"] != owner and left > 0:
            why = f"{holder['owner']} deploys to this host, for {left:.0f} s at most"
            raise Refused("held", why)
        if holder["owner"] == owner and holder["number"] > number:
            raise Refused("cut", "a later order came first")
        return holder


def _locked(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
