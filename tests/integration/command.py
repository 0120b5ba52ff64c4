"""The installed command, as a person or a script calls it."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import subprocess
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from tests.integration import forks

INSTALLED = Path(sys.executable).parent / "ai-assisted-deploy"
_PATIENCE = 120.0  # seconds until a test that hangs fails; never what is measured


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str
    seconds: float

    @property
    def result(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it has to be."""
        lines = self.stdout.splitlines()
        assert len(lines) == 1, f"stdout: {self.stdout!r:.500}, stderr: {self.stderr[-2000:]}"
        shown: dict[str, Any] = json.loads(lines[0])
        return shown

    @property
    def said(self) -> str:
        return self.stdout + self.stderr


@dataclass(frozen=True)
class Command:
    """Runs the tool in a repository, with an environment of its own.

    Attributes:
        root: the repository, which is the current folder.
        environ: all that the tool sees of an environment.
    """

    root: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    argv: tuple[str, ...] = (str(INSTALLED),)

    def run(self, *arguments: str, stdin: str = "", **environ: str) -> Ended:
        argv, env = [*self.argv, *arguments], {**self.environ, **environ}
        began = time.monotonic()
        if self.argv == (str(INSTALLED),) and forks.can_run(env):
            ended = forks.run(argv, cwd=self.root, env=env, stdin=stdin, timeout=_PATIENCE)
        else:
            ended = subprocess.run(
                argv,
                cwd=self.root,
                env=env,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=_PATIENCE,
                check=False,
            )
        seconds = time.monotonic() - began
        return Ended(ended.returncode, ended.stdout, ended.stderr, seconds)

    def call(self, *arguments: str, stdin: str = "") -> Ended:
        """The same without a process of its own: for the many cases that end at once."""
        from console.cli import main

        began = time.monotonic()
        out, err = io.StringIO(), io.StringIO()
        with ExitStack() as stack:
            stack.enter_context(contextlib.chdir(self.root))
            stack.enter_context(mock.patch.dict(os.environ, self.environ, clear=True))
            standard_input = io.TextIOWrapper(io.BytesIO(stdin.encode()))
            stack.enter_context(mock.patch.object(sys, "stdin", standard_input))
            stack.enter_context(contextlib.redirect_stdout(out))
            stack.enter_context(contextlib.redirect_stderr(err))
            try:
                main(arguments)
            except SystemExit as exited:
                code = exited.code
        assert isinstance(code, int)
        return Ended(code, out.getvalue(), err.getvalue(), time.monotonic() - began)

    def start(
        self, *arguments: str, terminal: int | None = None, **environ: str
    ) -> subprocess.Popen[str]:
        """Start it in a session of its own, with pipes or at a terminal."""
        return subprocess.Popen(
            [*self.argv, *arguments],
            cwd=self.root,
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL if terminal is None else terminal,
            stdout=subprocess.PIPE if terminal is None else terminal,
            stderr=subprocess.PIPE if terminal is None else terminal,
            text=True,
            start_new_session=True,
            preexec_fn=None if terminal is None else _take_terminal,
        )

    def git(self, *arguments: str) -> str:
        """A git command's output."""
        return subprocess.run(
            ["git", *arguments],
            cwd=self.root,
            env=dict(self.environ),
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip("\n")

    def commits(self) -> list[str]:
        """The subjects of all commits, the newest first."""
        return self.git("log", "--all", "--format=%s").splitlines()

    def committed(self, path: str) -> bytes:
        return subprocess.run(
            ["git", "cat-file", "blob", f"HEAD:{path}"],
            cwd=self.root,
            check=True,
            capture_output=True,
        ).stdout


def clean_environ(home: Path) -> dict[str, str]:
    """No key, no setting, an owner with a name, whatever this machine has."""
    home.mkdir(exist_ok=True)
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
    )
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "GIT_CONFIG_NOSYSTEM": "1",
    }


def new_repository(root: Path, environ: Mapping[str, str]) -> Command:
    """The command in an empty git repository."""
    root.mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet"], cwd=root, env=dict(environ), check=True)
    return Command(root, environ)


def _take_terminal() -> None:
    """Make standard input the terminal of a session that has none, so that its end is noticed."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
