"""Generated code leaves traps; whatever git would run for them writes into `canary`."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import SigningFailed
from provisioner.git.records import make_change
from provisioner.git.repository import open_repository

ORDERS = "behaviors/orders"
HOOKS = (
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-push",
    "post-index-change",
    "reference-transaction",
    "post-checkout",
    "post-rewrite",
    "fsmonitor-watchman",
    "pre-auto-gc",
)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    return tmp_path / "canary"


@pytest.fixture
def trap(tmp_path: Path, canary: Path) -> Path:
    """A program that leaves a trace and works as a filter, a hook or a monitor."""
    program = tmp_path / "trap.sh"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {canary}\ncat\n')
    program.chmod(0o755)
    return program


@pytest.fixture
def trapped(mine: Any, bare: Any, trap: Path, canary: Path) -> Any:
    """Everything that makes git run a program, in the repository's own configuration."""
    mine.git("remote", "add", "origin", str(bare.path))
    mine.commit(f"{ORDERS}/main.py", "old\n")
    for name in HOOKS:
        shutil.copy(trap, mine.path / ".git" / "hooks" / name)
    mine.write(f"{ORDERS}/.gitattributes", "* filter=trap diff=trap merge=trap ident\n")
    mine.write(".git/info/attributes", "* filter=trap diff=trap\n")
    shutil.copytree(mine.path / ".git" / "hooks", mine.path / ORDERS / "hooks")
    for key, value in {
        "core.fsmonitor": str(trap),
        "core.hooksPath": f"{ORDERS}/hooks",
        "core.editor": str(trap),
        "core.pager": str(trap),
        "filter.trap.clean": f"{trap} clean",
        "filter.trap.smudge": f"{trap} smudge",
        "filter.trap.process": f"{trap} process",
        "filter.trap.required": "true",
        "diff.trap.textconv": str(trap),
        "diff.external": str(trap),
        "merge.trap.driver": str(trap),
        "log.showSignature": "true",
        "gpg.program": str(trap),
        "gpg.ssh.program": str(trap),
        "core.askPass": str(trap),
        "sequence.editor": str(trap),
        "alias.commit-tree": f"!{trap}",
        "alias.push": f"!{trap}",
        "submodule.nested.update": f"!{trap}",
        "uploadpack.packObjectsHook": str(trap),
        "trailer.effect.command": str(trap),
        "trailer.effect.cmd": str(trap),
        "include.path": f"../{ORDERS}/gitconfig",
        "credential.helper": "",
        "gc.auto": "1",
    }.items():
        mine.git("config", key, value)
    # A repository inside of the feature's folder, with a monitor of its own.
    nested = type(mine)(mine.path / ORDERS / "nested")
    nested.path.mkdir()
    nested.git("init", "-q")
    nested.git("config", "core.fsmonitor", str(trap))
    mine.write(f"{ORDERS}/gitconfig", f"[core]\n\tfsmonitor = {trap}\n\tsshCommand = {trap}\n")
    mine.write(f"{ORDERS}/.gitmodules", f'[submodule "nested"]\n\tupdate = !{trap}\n')
    mine.write(f"{ORDERS}/git", f"#!/bin/sh\nexec {trap} git\n").chmod(0o755)
    canary.unlink(missing_ok=True)
    return mine


def test_the_traps_work(trapped: Any, canary: Path) -> None:
    trapped.git("status", check=False)
    trapped.git("add", ORDERS, check=False)
    assert re.search("trap.sh (clean|process)", traces(canary))
    assert "trap.sh 2" in traces(canary)  # the monitor, called with its protocol's version


def traces(canary: Path) -> str:
    return canary.read_text() if canary.exists() else ""


async def test_nothing_that_a_tree_holds_is_run(trapped: Any, canary: Path, bare: Any) -> None:
    data = b"$Id$ a line\r\n"
    trapped.write(f"{ORDERS}/main.py", data)
    repository = await open_repository(trapped.path)
    await repository.uncommitted(ORDERS)
    asked: dict[str, Any] = {
        "folder": ORDERS,
        "files": {"main.py": data},
        "message": "feat: x",
        "effect_key": "k",
    }
    intent = await repository.prepare_commit(make_change(**asked))
    made = await repository.commit_folder(make_change(**asked), intent)
    await repository.push(made.sha, with_mine=True)
    await repository.push(made.sha, with_mine=True)
    assert traces(canary) == ""
    assert made.created
    assert "gpgsig" not in trapped.git("cat-file", "commit", "HEAD")
    assert trapped.blob(f"HEAD:{ORDERS}/main.py") == data
    assert bare.git("rev-parse", "main") == made.sha


async def test_a_signer_that_the_repository_names_is_not_run(
    trapped: Any, canary: Path, home: Path
) -> None:
    trapped.git("config", "commit.gpgSign", "true")
    trapped.git("config", "gpg.format", "ssh")
    repository = await open_repository(trapped.path)
    with pytest.raises(SigningFailed):
        await repository.commit_folder(
            make_change(folder=ORDERS, files={"main.py": b"1\n"}, message="feat: x", effect_key="k")
        )
    assert traces(canary) == ""
