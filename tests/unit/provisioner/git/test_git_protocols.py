"""Pushing over ssh and HTTP to git's own servers, with the user's own keys and passwords."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import RemoteDenied, RemoteInvalid
from provisioner.git.records import make_change
from provisioner.git.repository import open_repository
from tests.servers.remotes import PASSWORD, USER, http_remote, ssh_remote, sshd_program
from tests.unit.provisioner.conftest import missing


@pytest.fixture
def served(mine: Any, bare: Any) -> Any:
    """The bare remote with what is committed here."""
    mine.git("push", "-q", str(bare.path), "main")
    return bare


@pytest.fixture
def http(served: Any) -> Iterator[str]:
    with http_remote(served.path.parent) as address:
        yield address


async def pushed(checkout: Any, remote: Any) -> None:
    repository = await open_repository(checkout.path)
    made = await repository.commit_folder(
        make_change(
            folder="behaviors/orders", files={"main.py": b"1\n"}, message="feat: x", effect_key="k"
        )
    )
    assert await repository.unpushed() == []
    done = await repository.push(made.sha)
    assert done is not None
    assert done.pushed
    assert PASSWORD not in done.remote
    assert remote.git("rev-parse", "main") == made.sha
    again = await repository.push(made.sha)
    assert again is not None
    assert not again.pushed


@pytest.mark.parametrize("way", ["helper", "address"])
async def test_http_with_basic_authentication(
    mine: Any, served: Any, http: str, home: Path, way: str
) -> None:
    address = f"{http}/remote.git"
    if way == "address":
        address = address.replace("://", f"://{USER}:{PASSWORD}@")
    else:
        (home / ".git-credentials").write_text(f"{http}\n".replace("://", f"://{USER}:{PASSWORD}@"))
        mine.git("config", "--global", "credential.helper", "store")
    mine.git("remote", "add", "origin", address)
    await pushed(mine, served)


async def test_a_wrong_password_is_said_and_not_shown(mine: Any, served: Any, http: str) -> None:
    mine.git("remote", "add", "origin", http.replace("://", "://ada:wr0ng@") + "/remote.git")
    with pytest.raises(RemoteDenied, match="refuses access") as caught:
        await pushed(mine, served)
    assert "wr0ng" not in " ".join([str(caught.value), *caught.value.evidence])


async def test_a_repository_that_http_does_not_have(mine: Any, served: Any, http: str) -> None:
    mine.git("remote", "add", "origin", http.replace("://", f"://{USER}:{PASSWORD}@") + "/no.git")
    with pytest.raises(RemoteInvalid, match="is no git repository"):
        await pushed(mine, served)


@pytest.mark.parametrize("configured", ["core.sshCommand", "GIT_SSH_COMMAND"])
async def test_ssh(
    mine: Any, served: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: str
) -> None:
    if sshd_program() is None:
        missing("sshd is not installed", "apt-get install openssh-server")
    (tmp_path / "ssh").mkdir()
    with ssh_remote(tmp_path / "ssh") as (address, command):
        mine.git("remote", "add", "origin", f"{address}{served.path}")
        if configured == "core.sshCommand":
            mine.git("config", configured, command)
        else:
            monkeypatch.setenv(configured, command)
        await pushed(mine, served)
