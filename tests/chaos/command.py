"""The installed command in a process group of its own, and its violent ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.ground import Ground
from tests.chaos.warm import WarmProcess

PROGRAM = Path(sys.executable).with_name("ai-assisted-deploy")
POINTS = Path(__file__).with_name("points")
LIMIT_SECONDS = 120.0


@dataclass(frozen=True)
class Ended:
    """How a command ended; ``points`` are those that it passed, in order."""

    exit_code: int
    stdout: str
    stderr: str
    points: tuple[str, ...] = ()

    @property
    def killed(self) -> bool:
        return self.exit_code == -signal.SIGKILL


class Command:
    """A running command; its outputs go to files, so that nobody has to read them meanwhile."""

    def __init__(
        self,
        ground: Ground,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        kill_at: str = "",
    ) -> None:
        self._where = ground.root / "outputs"
        self._where.mkdir(exist_ok=True)
        self._stem = str(len(list(self._where.iterdir())))
        self._report = self._file("points")
        self._report.touch()
        out, err = self._file("out"), self._file("err")
        env = {
            **base_environment(ground),
            **environment,
            "CHAOS_POINTS": str(self._report),
            "CHAOS_KILL": kill_at,
        }
        start = _warm if os.environ.get("CHAOS_WARM") else _cold
        self.process = start(arguments, ground.workspace, env, out, err)

    def kill(self) -> None:
        """SIGKILL to the whole group."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    @contextmanager
    def killed_after(self, seconds: float) -> Iterator[None]:
        """Within the block a clock runs that kills it."""
        timer = threading.Timer(seconds, self.kill)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    def wait(self) -> Ended:
        """Its end; one that takes too long is killed and raises TimeoutError."""
        try:
            code = self.process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self.process.wait()
            raise TimeoutError(
                f"the command did not end within {LIMIT_SECONDS:g} s: {self._text('err')[-2000:]}"
            ) from None
        points = tuple(self._text("points").splitlines())
        return Ended(code, self._text("out"), self._text("err"), points)

    def _file(self, kind: str) -> Path:
        return self._where / f"{self._stem}.{kind}"

    def _text(self, kind: str) -> str:
        return self._file(kind).read_text(errors="replace")


def _cold(
    arguments: Sequence[str], cwd: Path, env: Mapping[str, str], out: Path, err: Path
) -> subprocess.Popen[bytes]:
    with out.open("wb") as stdout, err.open("wb") as stderr:
        return subprocess.Popen(
            [str(PROGRAM), *arguments],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            process_group=0,
        )


def _warm(
    arguments: Sequence[str], cwd: Path, env: Mapping[str, str], out: Path, err: Path
) -> WarmProcess:
    return WarmProcess(arguments, POINTS / "sitecustomize.py", cwd=cwd, env=env, out=out, err=err)


def base_environment(ground: Ground) -> dict[str, str]:
    """What every command gets: a home and a temporary folder of the run's own."""
    inherited = os.environ.get("PYTHONPATH", "")
    return {
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "HOME": str(ground.home),
        "TMPDIR": str(ground.temporary),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(POINTS), inherited))),
    }
