"""The workspace: the folder that was named, else the top of this repository."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path


def find_workspace(named: str | None) -> Path:
    """Give the workspace's absolute path.

    It is the folder that was `named`, else the top of the repository, else (outside of one, or
    where git refuses it) the current folder.
    """
    if named is not None:
        return Path(named).absolute()
    here = Path.cwd()
    above = any(os.path.lexists(folder / ".git") for folder in here.parents)
    if not above or _is_top(here):
        return here
    from provisioner.git.discovery import find_toplevel

    return asyncio.run(find_toplevel(here)) or here


def workspace_note(workspace: Path) -> str:
    """A line that names the workspace, "" where it is the current folder."""
    here = Path.cwd()
    if workspace.resolve() == here:
        return ""
    if here.is_relative_to(workspace):
        return f"workspace: {workspace} (--workspace . takes the current folder)"
    return f"workspace: {workspace}"


def _is_top(folder: Path) -> bool:
    return (folder / ".git").is_file() or os.path.lexists(folder / ".git" / "HEAD")
