"""A new repository."""

from __future__ import annotations

from pathlib import Path

from provisioner.git.plumbing import user_environment
from provisioner.process import run_command


async def init_repository(folder: Path) -> None:
    """Make an empty repository with the branch main; nothing happens where there is one.

    Raises:
        CommandFailed: git refuses.
    """
    await run_command(
        ["git", "init", "--quiet", "--initial-branch=main", "--template="],
        cwd=folder,
        env=user_environment(),
        timeout=30,
    )
