"""The tool installed anew in a place of its own, used by one user at one level of the sandbox."""

from __future__ import annotations

import importlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from uv import find_uv_bin

from provisioner.sandbox.kernel import landlock_version
from tests.integration.command import Command

User = Literal["root", "ordinary user"]
Level = Literal["bwrap", "landlock", "none"]

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 65534
_PARTS = ("console", "graph", "assistant", "provisioner", "ledger", "behaviors", "scripts")
_NOT_NEEDED = shutil.ignore_patterns("mypy", "mypyc", "ruff*", "pip", "setuptools", "*.pth")
#: The version of landlock from which on it can run a service: see provisioner/sandbox/landlock.py.
_SEES_PORTS = 4
#: Not "/", below which mounts of containers come and go.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib64")
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Place:
    """A copy of the tool's source with a virtual environment in it, and the home of its user."""

    folder: Path
    home: Path
    user: User

    @property
    def tool(self) -> Path:
        return self.folder / ".venv" / "bin" / "ai-assisted-deploy"

    @property
    def environ(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": _PATH,
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
        }

    def command(self, level: Level, argv: Sequence[str], here: Path | None = None) -> Command:
        """A command run by this place's user where no better level than `level` works.

        Skips where this machine cannot run it.
        """
        return Command(here or self.folder, self.environ, (*_as(self.user, level), *argv))

    def make(self, name: str) -> Path:
        """A new folder of the user's beside the installation."""
        path = self.folder / name
        path.mkdir()
        _give(path, self.user)
        return path


def install(folder: Path, user: User) -> Place:
    """Install the tool into `folder`/tool; skips where no interpreter can be run by the user.

    Source and packages are linked or copied from those of this test run, so that it costs little;
    no path of theirs leads back there.
    """
    if user == "root" and os.geteuid():
        pytest.skip("only root can become root; run the tests as root, too")
    python = _interpreter(user)
    home, place = folder / "home", folder / "tool"
    home.mkdir()
    place.mkdir()
    for part in _PARTS:
        shutil.copytree(ROOT / part, place / part, copy_function=_link)
    _link(str(ROOT / "deployment.yaml"), str(place / "deployment.yaml"))
    subprocess.run([python, "-m", "venv", "--without-pip", str(place / ".venv")], check=True)
    packages = Path("lib", f"python3.{sys.version_info.minor}", "site-packages")
    shutil.copytree(
        Path(sys.prefix, packages),
        place / ".venv" / packages,
        copy_function=_link,
        ignore=_NOT_NEEDED,
        dirs_exist_ok=True,
    )
    (place / ".venv" / packages / "tool.pth").write_text(f"{place}\n", encoding="utf-8")
    _write_script(place / ".venv" / "bin")
    _link(find_uv_bin(), str(place / ".venv" / "bin" / "uv"))
    for path in (home, place):
        _give(path, user)
    return Place(place, home, user)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or a file of somebody else's
        shutil.copy2(source, target)


def _give(path: Path, user: User) -> None:
    if user == "ordinary user" and not os.geteuid():
        os.chown(path, NOBODY, NOBODY)


def _write_script(folder: Path) -> None:
    """The console script, as pip writes it: a first line cannot hold a path with spaces."""
    scripts = importlib.import_module("pip._vendor.distlib.scripts")
    maker = scripts.ScriptMaker(None, str(folder))
    maker.executable = scripts.enquote_executable(str(folder / "python"))
    maker.variants, maker.set_mode = {""}, True
    maker.make("ai-assisted-deploy = console.cli:main")


def _interpreter(user: User) -> str:
    """This interpreter, or one of the same version that the user can reach."""
    own = Path(os.path.realpath(sys.executable))
    if user == "root" or os.geteuid() or _open_to_all(own):
        return str(own)
    name = f"python3.{sys.version_info.minor}"
    others = [Path(folder, name) for folder in ("/usr/local/bin", "/usr/bin")]
    found = next((one for one in others if one.exists() and _open_to_all(one.resolve())), None)
    if found is None:
        pytest.skip(f"{own} is closed to other users; install {name} for all of them")
    return str(found)


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)


def _as(user: User, level: Level) -> list[str]:
    """The words before a command that make it run by a user, and at a level."""
    bubblewrap = shutil.which("bwrap", path=_PATH)
    if level == "bwrap" and not bubblewrap:
        pytest.skip("bubblewrap is not installed; apt install bubblewrap")
    if level == "landlock" and landlock_version() < _SEES_PORTS:
        pytest.skip("this kernel's landlock cannot run a service; run Linux 6.7 or later")
    hidden = bubblewrap if level == "landlock" else None
    words = _hide(hidden) if hidden else []
    if not os.geteuid() and user == "ordinary user":
        words += ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups"]
    shown = [word for path in _SYSTEM for word in ("--ro-bind-try", path, path)]
    probe = ["bwrap", "--unshare-all", *shown] if level == "bwrap" else []
    fault = _fault([*words, *probe, "true"])
    if fault:
        pytest.skip(f"{fault}; allow user namespaces, or run the tests as root")
    return words


def _hide(program: str) -> list[str]:
    """Have nothing where a program is: another PATH would hide nothing."""
    hide = 'mount --bind /dev/null "$0" && exec "$@"'
    if not os.geteuid():
        return ["unshare", "--mount", "sh", "-c", hide, program]
    back = ["unshare", f"--map-user={os.getuid()}", f"--map-group={os.getgid()}"]
    return ["unshare", "--map-root-user", "--mount", "sh", "-c", hide, program, *back]


def _fault(argv: Sequence[str]) -> str:
    """Why a command does not work here, "" where it does."""
    ended = subprocess.run(argv, env={"PATH": _PATH}, capture_output=True, text=True, check=False)
    return "" if ended.returncode == 0 else ended.stderr.strip() or f"{argv[0]} fails"


def new_folder(where: str, name: str = "") -> Path:
    """A new folder that everybody can pass, to be removed by who asked for it."""
    top = Path(tempfile.mkdtemp(prefix="ai-deploy-place-", dir=where))
    top.chmod(0o755)
    if not name:
        return top
    (top / name).mkdir()
    return top / name
