from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from provisioner.sandbox.base import Sandbox
from provisioner.sandbox.choose import choose_sandbox
from tests.conftest import missing
from tests.integration.command import Command, clean_environ, new_repository
from tests.servers.sshd import PROGRAM, Sshd, running_sshd


@pytest.fixture
def tool(tmp_path: Path) -> Command:
    """The installed command in an empty git repository, without any key."""
    return new_repository(tmp_path / "repository", clean_environ(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _nothing_is_left_running(tmp_path: Path) -> Iterator[None]:
    """No service and no judged process outlives its test."""
    yield
    left = [command for folder, command in _running() if folder.is_relative_to(tmp_path)]
    assert not left


def _running() -> Iterator[tuple[Path, str]]:
    """The working folder and the command of every process that may be looked at."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            folder = (process / "cwd").readlink()
            command = (
                (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            )
        except OSError:
            continue  # it has ended meanwhile, or is not ours to look at
        yield folder, command


@pytest.fixture
async def serving() -> Sandbox:
    """A sandbox that services can be tested in."""
    return await choose_sandbox(unsafe=False)


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """A host that is this machine, reached over SSH."""
    if not PROGRAM.exists():
        missing("sshd is not installed: apt-get install openssh-server")
    with running_sshd(tmp_path_factory.mktemp("sshd") / "sshd") as found:
        yield found
