"""A confined command that is cancelled in the moment it starts ends with all that it started."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from provisioner.sandbox.base import Command, Confinement, Level, Sandbox

#: As bwrap may be for a moment: it has started a process, and both hold the outputs.
FAMILY = "sleep 600 & echo $! >started; wait"


class Unconfined(Sandbox):
    """Starts the command as it is, and removes what it is told to remove at its end."""

    level: Level = "none"

    def confine(self, argv: Sequence[str], confinement: Confinement, *, private: Path) -> Command:
        assert confinement.folder is not None
        ended = str(confinement.folder / "ended")
        return Command(tuple(argv), {"PATH": os.environ["PATH"]}, end=("touch", ended))


async def test_all_ends_with_a_command_that_is_cancelled_while_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = tmp_path / "started"
    os.mkfifo(started)
    children: list[int] = []

    class Popen(subprocess.Popen[bytes]):
        """Cancels the run when what it started has started another."""

        def __init__(self, argv: Any, *arguments: Any, **named: Any) -> None:
            super().__init__(argv, *arguments, **named)
            if FAMILY in argv:
                children.append(int(started.read_text()))
                running.cancel()

    monkeypatch.setattr(subprocess, "Popen", Popen)
    confinement = Confinement(folder=tmp_path)
    running = asyncio.ensure_future(Unconfined().run(["sh", "-c", FAMILY], confinement))
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await running
    assert len(children) == 1
    assert not _runs(children[0])
    assert (tmp_path / "ended").exists()


def _runs(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return status not in "ZX"
