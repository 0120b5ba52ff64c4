"""What git and a repository would do, before anything is done: for `doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from provisioner.git.commit import TOOL_NAME, identity
from provisioner.git.plumbing import user_environment
from provisioner.git.remote.choose import find_target
from provisioner.git.remote.push import heads
from provisioner.git.repository import Repository
from provisioner.process import run_command

_SECONDS = 30.0


class Committer(NamedTuple):
    """Who commits; whether that is configured, and whether commits are signed."""

    shown: str
    configured: bool
    signs: bool


async def git_version() -> str:
    """What git calls itself, with its version; raises ToolMissing."""
    asked = await run_command(
        ["git", "--version"], cwd=Path("/"), env=user_environment(), timeout=_SECONDS
    )
    return asked.stdout.decode(errors="replace").strip()


async def committer(repository: Repository) -> Committer:
    """Read who would commit."""
    who, signing = await identity(repository.git)
    name, email = who["GIT_COMMITTER_NAME"], who["GIT_COMMITTER_EMAIL"]
    return Committer(f"{name} <{email}>", name != TOOL_NAME, bool(signing))


async def ask_remote(repository: Repository, branch: str | None, remote: str) -> None:
    """Ask the remote for its branches; raises as `Repository.push` where it does not answer."""
    if target := await find_target(repository.git, branch, remote):
        await heads(repository.git, target, _SECONDS)
