import shutil
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import SigningFailed
from provisioner.git.records import Commit, make_change
from provisioner.git.repository import open_repository
from provisioner.process import run_command
from tests.unit.provisioner.conftest import missing

PACKAGES = {"ssh-keygen": "openssh-client", "gpg": "gnupg"}


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


async def ssh_key(home: Path) -> Path:
    key = home / "key"
    make_key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
    await run_command(make_key, cwd=home, timeout=30)
    allowed = home / "allowed"
    allowed.write_text(f"ada@example.org {key.with_suffix('.pub').read_text()}")
    with (home / ".gitconfig").open("a") as config:
        config.write(f'[gpg "ssh"]\n\tallowedSignersFile = {allowed}\n')
    return key


async def gpg_key(home: Path) -> str:
    (home / ".gnupg").mkdir(mode=0o700)
    (home / ".gnupg/gpg-agent.conf").write_text("allow-loopback-pinentry\n")
    options = ("--batch", "--pinentry-mode", "loopback", "--passphrase", "")
    make_key = ["gpg", *options, "--quick-generate-key", "Ada <ada@example.org>", "ed25519", "sign"]
    await run_command(make_key, cwd=home, timeout=60)
    return "ada@example.org"


@pytest.mark.parametrize("where", ["--global", "--local"])
@pytest.mark.parametrize("form", ["ssh", "openpgp"])
async def test_a_commit_is_signed_as_the_users_git_signs(
    empty: Any, home: Path, form: str, where: str
) -> None:
    program = "ssh-keygen" if form == "ssh" else "gpg"
    if shutil.which(program) is None:
        missing(f"{program} is not installed", f"apt-get install {PACKAGES[program]}")
    key = await (ssh_key(home) if form == "ssh" else gpg_key(home))
    for name, value in {
        "commit.gpgsign": "true",
        "gpg.format": form,
        "user.signingkey": str(key),
    }.items():
        empty.git("config", where, name, value)
    # A repository's word on what is run counts for nothing.
    empty.git("config", "gpg.ssh.program", "/bin/false")
    empty.git("config", "gpg.program", "/bin/false")
    made = await commit(empty)
    for name in ("gpg.ssh.program", "gpg.program"):
        empty.git("config", "--unset", name)
    empty.git("verify-commit", "HEAD")
    assert (await commit(empty)).sha == made.sha
    await run_command(["gpgconf", "--kill", "all"], cwd=home, timeout=30, check=False)


async def test_a_program_that_signs_nothing_is_noticed(empty: Any, home: Path) -> None:
    signer = home / "signer"
    signer.write_text("#!/bin/sh\ncat > /dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\n")
    signer.chmod(0o755)
    with (home / ".gitconfig").open("a") as config:
        config.write(f"[commit]\n\tgpgsign = true\n[gpg]\n\tprogram = {signer}\n")
    with pytest.raises(SigningFailed, match="signing failed"):
        await commit(empty)
    assert empty.git("rev-parse", "--verify", "HEAD", check=False) == ""


async def test_a_signature_that_is_not_to_be_had_stops_the_commit(empty: Any, home: Path) -> None:
    with (home / ".gitconfig").open("a") as config:
        config.write("[commit]\n\tgpgsign\n[gpg]\n\tprogram = /bin/false\n")
    with pytest.raises(SigningFailed, match="signing failed") as caught:
        await commit(empty)
    assert caught.value.next_step
    assert empty.git("rev-parse", "--verify", "HEAD", check=False) == ""
