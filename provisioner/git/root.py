"""Asking git where a folder's repository is. Nothing of the working tree is read or run."""

from __future__ import annotations

import os
from pathlib import Path

from provisioner.git.plumbing import user_environment
from provisioner.process import Completed, ToolMissing, run_command

_SECONDS = 30.0


async def ask(folder: Path, *questions: str) -> Completed:
    """What `git rev-parse` says in a folder; it may fail.

    A folder that looks like a bare repository is taken for none where git can be told so (2.38
    and later): anybody's content may look like that, configuration included.

    Raises:
        ToolMissing: git is not installed.
    """
    settings = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")
    return await run_command(
        ["git", *settings, "rev-parse", *questions],
        cwd=folder,
        env=user_environment(),
        timeout=_SECONDS,
        check=False,
    )


async def find_toplevel(folder: Path) -> Path | None:
    """The top of the working tree that a folder is in.

    Returns:
        None where it is in none, git is not there, or git refuses the repository, e.g. since
        somebody else owns it: then nothing above the folder is to be trusted.
    """
    try:
        asked = await ask(folder, "--show-toplevel")
    except ToolMissing:
        return None
    told = os.fsdecode(asked.stdout).removesuffix("\n")
    return Path(told) if told and not asked.exit_code else None
