"""Finding the repository of a folder, or making one. Nothing of the working tree is read or run."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path

from provisioner.errors import WorkspaceInvalid
from provisioner.git.plumbing import Git, user_environment
from provisioner.git.repository import Repository
from provisioner.process import Completed, ToolMissing, run_command

_SECONDS = 30.0


async def open_repository(
    workspace: Path, *, now: Callable[[], float] = time.time, lock_seconds: float = 5.0
) -> Repository:
    """Open the repository that a workspace is in.

    Args:
        workspace: an existing folder.
        now: seconds since 1970, for new commits.
        lock_seconds: how long to wait for a lock of another git process.

    Raises:
        WorkspaceInvalid: there is none, it is bare, or git does not trust it.
        ToolMissing: git is not installed.
    """
    asked = await _rev_parse(
        workspace,
        "--show-object-format",
        "--absolute-git-dir",
        "--is-bare-repository",
        "--is-inside-git-dir",
        "--show-prefix",
        "--show-toplevel",
    )
    lines = os.fsdecode(asked.stdout).split("\n")[:-1]
    errors = asked.stderr.decode(errors="replace")
    if "true" in lines[2:4] or "cannot use bare repository" in errors:
        raise WorkspaceInvalid(
            f"{workspace} is in a bare repository or in git's own folder",
            next_step="use a clone with a working tree, or --no-commit",
        )
    if asked.exit_code:
        raise _no_repository(workspace, errors)
    if len(lines) != 6:
        raise WorkspaceInvalid(
            f"the path of {str(workspace)!r} or of git's folder has a line break in it",
            next_step="rename that folder, or use --no-commit",
        )
    object_format, git_dir, _, _, prefix, toplevel = lines
    git = Git(Path(git_dir), Path(toplevel), object_format, lock_seconds)
    return Repository(git.toplevel / prefix, prefix, git, now)


async def find_toplevel(folder: Path) -> Path | None:
    """Find the top of the working tree that a folder is in.

    Returns:
        None where it is in none, git is not there, or git refuses the repository, e.g. since
        somebody else owns it: then nothing above the folder is to be trusted.
    """
    try:
        asked = await _rev_parse(folder, "--show-toplevel")
    except ToolMissing:
        return None
    toplevel = os.fsdecode(asked.stdout).removesuffix("\n")
    return Path(toplevel) if toplevel and not asked.exit_code else None


async def init_repository(folder: Path) -> None:
    """Make an empty repository with the branch main; nothing happens where there is one.

    Raises:
        CommandFailed: git refuses.
    """
    await run_command(
        ["git", "init", "--quiet", "--initial-branch=main", "--template="],
        cwd=folder,
        env=user_environment(),
        timeout=_SECONDS,
    )


async def _rev_parse(folder: Path, *questions: str) -> Completed:
    """Run `git rev-parse` in a folder; it may fail.

    A folder that looks like a bare repository is taken for none where git has a setting for that
    (2.38 and later): anybody's content may look like that, configuration included.
    """
    settings = ("-c", "core.fsmonitor=false", "-c", "safe.bareRepository=explicit")
    return await run_command(
        ["git", *settings, "rev-parse", *questions],
        cwd=folder,
        env=user_environment(),
        timeout=_SECONDS,
        check=False,
    )


def _no_repository(workspace: Path, errors: str) -> WorkspaceInvalid:
    evidence = errors.splitlines()[-8:]
    if "not a git repository (or any" in errors:
        return WorkspaceInvalid(
            f"{workspace} is in no git repository",
            next_step="run `git init` there, or use --no-commit",
        )
    if "not a git repository" in errors:
        return WorkspaceInvalid(
            f"{workspace} says that its repository is elsewhere, and there is none",
            evidence=evidence,
            next_step="mend its file .git (`git worktree repair`, or `git submodule update --init` "
            "above it), or use --no-commit",
        )
    step = "mend what git says, or use --no-commit"
    if "dubious ownership" in errors:
        trusted = re.search(r"git config --global --add safe\.directory .+", errors)
        step = f"if you trust it: `{trusted[0] if trusted else 'git config safe.directory'}`"
    return WorkspaceInvalid(f"git cannot work in {workspace}", evidence=evidence, next_step=step)
