import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Checkout:
    """A working tree, used as its owner uses it."""

    path: Path

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, capture_output=True, text=True, check=False
        )
        assert not (check and done.returncode), done.stderr
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes) -> Path:
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)
        return place

    def commit(self, name: str, content: str | bytes, message: str = "work") -> str:
        self.write(name, content)
        self.git("add", "--", name)
        self.git("commit", "-q", "-m", message, "--", name)
        return self.git("rev-parse", "HEAD")

    def show(self, name: str, commit: str = "HEAD") -> str:
        return self.git("show", f"{commit}:{name}")

    def blob(self, name: str) -> bytes:
        argv = ["git", "cat-file", "blob", name]
        return subprocess.run(argv, cwd=self.path, capture_output=True, check=True).stdout

    def commits(self) -> list[str]:
        return self.git("log", "--format=%s").splitlines()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An owner's home, so that no test depends on this machine's configuration."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_DIR", "GIT_AUTHOR_NAME"):
        monkeypatch.delenv(name, raising=False)
    return home


@pytest.fixture
def empty(tmp_path: Path, home: Path) -> Checkout:
    """A repository on an unborn branch."""
    checkout = Checkout(tmp_path / "work")
    checkout.path.mkdir()
    checkout.git("init", "-q")
    return checkout


@pytest.fixture
def mine(empty: Checkout) -> Checkout:
    """A repository with a commit, a staged change and an unstaged one."""
    for name in ("README.md", "staged.txt", "edited.txt", "behaviors/other/main.py"):
        empty.write(name, f"first {name}\n")
    empty.git("add", ".")
    empty.git("commit", "-q", "-m", "first")
    empty.write("staged.txt", "staged\n")
    empty.git("add", "staged.txt")
    empty.write("edited.txt", "edited\n")
    empty.write("new.txt", "new\n")
    return empty


@pytest.fixture
def bare(tmp_path: Path, home: Path) -> Checkout:
    """A bare repository, to be a remote."""
    remote = Checkout(tmp_path / "remote.git")
    remote.path.mkdir()
    remote.git("init", "-q", "--bare")
    return remote
