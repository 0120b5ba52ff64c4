"""The ground that a run is made on: a repository in the middle of somebody's work, and a remote."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass
from pathlib import Path

_GIT_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "LC_ALL": "C",
}
_TRAILER = "Run: "
_STAGED = "staged.txt"
_MINE = ("README.md", _STAGED, "both.txt", "new.txt", "notes.txt")


@dataclass(frozen=True)
class Ground:
    """Folders of one chaos run.

    Attributes:
        root: holds all the others, and nothing else lives there.
        workspace: the repository, with staged, unstaged and untracked work in it.
        remote: a bare repository that the workspace knows as origin.
        temporary: the TMPDIR of every command.
        home: the HOME of every command.
    """

    root: Path

    @property
    def workspace(self) -> Path:
        return self.root / "repository"

    @property
    def remote(self) -> Path:
        return self.root / "remote.git"

    @property
    def temporary(self) -> Path:
        return self.root / "tmp"

    @property
    def home(self) -> Path:
        return self.root / "home"

    @property
    def state(self) -> Path:
        return self.workspace / ".ai-deploy"

    def git(self, *arguments: str, where: Path | None = None) -> str:
        """What a git command prints; raises CalledProcessError."""
        return subprocess.run(
            ["git", "-C", str(where or self.workspace), *arguments],
            check=True,
            capture_output=True,
            text=True,
            env=_GIT_ENVIRONMENT,
        ).stdout

    def commits_of(self, run_id: str, where: Path | None = None) -> list[str]:
        """The commits of a run on the main branch."""
        log = self.git("log", "--format=%H%x00%B%x01", "main", where=where)
        found = (entry.strip("\n").partition("\0") for entry in log.split("\x01"))
        return [sha for sha, _, body in found if f"{_TRAILER}{run_id}" in body.splitlines()]

    def others_work(self) -> dict[str, str]:
        """Everything in the repository that is not the tool's: content, index and history."""
        found = {name: _digest(self.workspace / name) for name in _MINE}
        elsewhere = ["--", ".", ":(exclude)behaviors"]
        found["staged"] = self.git("diff", "--cached", "--raw", "--no-abbrev", *elsewhere)
        found["unstaged"] = self.git("diff", "--raw", "--no-abbrev", *elsewhere)
        found["untracked"] = self.git("ls-files", "--others", "--exclude-standard", *elsewhere)
        found["committed"] = self.git("ls-tree", "-r", "main", *elsewhere[:2])
        found["committed"] = "".join(
            line for line in found["committed"].splitlines(True) if "\tbehaviors/" not in line
        )
        return found


def lay(root: Path, *, proven: bool) -> Ground:
    """Make the repository, its remote and somebody's unfinished work.

    Args:
        root: a folder that is not there yet.
        proven: whether runs here are proven by mutants and a review.
    """
    ground = Ground(root)
    for folder in (ground.workspace, ground.temporary, ground.home):
        folder.mkdir(parents=True)
    work = ground.workspace
    ground.git("init", "--quiet", "--bare", "--initial-branch=main", str(ground.remote), where=root)
    ground.git("init", "--quiet", "--initial-branch=main")
    for name, value in (("name", "Somebody"), ("email", "somebody@example.org")):
        ground.git("config", f"user.{name}", value)
    for name in ("README.md", _STAGED, "both.txt"):
        (work / name).write_text(f"{name}, as committed\n")
    if not proven:
        (work / "deployment.yaml").write_text("quality: {mutation: 'off', review: 'off'}\n")
    ground.git("add", ".")
    ground.git("commit", "--quiet", "-m", "docs: begin")
    ground.git("remote", "add", "origin", str(ground.remote))
    ground.git("push", "--quiet", "origin", "main")
    (work / _STAGED).write_text("staged and not committed\n")
    (work / "both.txt").write_text("staged first\n")
    (work / "new.txt").write_text("new and staged\n")
    ground.git("add", _STAGED, "both.txt", "new.txt")
    (work / "both.txt").write_text("and then changed again\n")
    (work / "README.md").write_text("changed, not staged\n")
    (work / "notes.txt").write_text("nobody added this\n")
    return ground


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "gone"
