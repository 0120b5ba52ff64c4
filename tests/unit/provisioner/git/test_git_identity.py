import shutil
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import ProvisionerError
from provisioner.git.records import Commit, make_change
from provisioner.git.repository import open_repository
from provisioner.process import run_command


async def commit(checkout: Any) -> Commit:
    repository = await open_repository(checkout.path)
    return await repository.commit_folder(
        make_change(
            folder="behaviors/orders", files={"main.py": b"1\n"}, message="feat: x", effect_key="k"
        )
    )


def names(checkout: Any) -> str:
    return str(checkout.git("show", "-s", "--format=%an <%ae> / %cn <%ce>"))


async def test_the_users_own_name_is_on_the_commit(empty: Any) -> None:
    await commit(empty)
    assert names(empty) == "Ada <ada@example.org> / Ada <ada@example.org>"


async def test_a_repositorys_name_beats_the_users(empty: Any) -> None:
    empty.git("config", "user.email", "ada@work.example")
    await commit(empty)
    assert names(empty) == "Ada <ada@work.example> / Ada <ada@work.example>"


async def test_the_environments_name_beats_both(
    empty: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Grace")
    await commit(empty)
    assert names(empty) == "Grace <ada@example.org> / Ada <ada@example.org>"


async def test_without_any_name_the_tools_own_is_used(empty: Any, home: Path) -> None:
    (home / ".gitconfig").unlink()
    await commit(empty)
    own = "ai-assisted-deploy <ai-assisted-deploy@localhost>"
    assert names(empty) == f"{own} / {own}"


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen makes the signature")
async def test_a_signature_is_made_where_the_user_asks_for_it(empty: Any, home: Path) -> None:
    key = home / "key"
    make_key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
    await run_command(make_key, cwd=home, timeout=30)
    with (home / ".gitconfig").open("a") as config:
        config.write(
            f"[commit]\n\tgpgsign = true\n[gpg]\n\tformat = ssh\n[user]\n\tsigningkey = {key}\n"
        )
    empty.git("config", "gpg.ssh.program", "/bin/false")  # a repository's word counts for nothing
    made = await commit(empty)
    assert "-----BEGIN SSH SIGNATURE-----" in empty.git("cat-file", "commit", "HEAD")
    assert (await commit(empty)).sha == made.sha


async def test_a_signature_that_is_not_to_be_had_stops_the_commit(empty: Any, home: Path) -> None:
    with (home / ".gitconfig").open("a") as config:
        config.write("[commit]\n\tgpgsign\n[gpg]\n\tprogram = /bin/false\n")
    with pytest.raises(ProvisionerError, match="signing failed") as caught:
        await commit(empty)
    assert caught.value.next_step
    assert empty.git("rev-parse", "--verify", "HEAD", check=False) == ""
