"""The command in a process that has other people's packages imported already.

It is the same entry point, forked from a server that has imported what takes most of a start and
nothing of ours. Such a campaign takes half the time; what dies and what is left is the same.
"""

from __future__ import annotations

import atexit
import importlib.util
import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path

from tests.integration.forks import PACKAGES

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(list(PACKAGES))


class WarmProcess:
    """What of :class:`subprocess.Popen` is used here; any thread may wait."""

    def __init__(
        self,
        arguments: Sequence[str],
        points: Path,
        *,
        cwd: Path,
        env: Mapping[str, str],
        out: Path,
        err: Path,
    ) -> None:
        given = (tuple(arguments), points, cwd, dict(env), out, err)
        self._process = _CONTEXT.Process(target=_run, args=given)
        self._process.start()
        self._lock = threading.Lock()
        assert self._process.pid
        self.pid: int = self._process.pid

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal; raises subprocess.TimeoutExpired."""
        if not wait([self._process.sentinel], timeout):
            raise subprocess.TimeoutExpired("ai-assisted-deploy", timeout or 0)
        with self._lock:
            self._process.join()
        code = self._process.exitcode
        assert code is not None
        return code


def _run(
    arguments: Sequence[str], points: Path, cwd: Path, env: dict[str, str], out: Path, err: Path
) -> None:
    os.setpgid(0, 0)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(env)
    tempfile.tempdir = None  # as nobody had asked for it yet
    for place, descriptor in ((os.devnull, 0), (out, 1), (err, 2)):
        opened = os.open(place, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = ["ai-assisted-deploy", *arguments]
    found = importlib.util.spec_from_file_location("points", points)
    assert found
    assert found.loader
    found.loader.exec_module(importlib.util.module_from_spec(found))
    from console.cli import main

    try:
        main(arguments)
    finally:
        atexit._run_exitfuncs()
        sys.stdout.flush()
