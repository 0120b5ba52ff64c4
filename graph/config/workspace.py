"""The workspace and its environment."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from pathlib import Path

from graph.errors import ConfigError

_log = logging.getLogger(__name__)


def find_workspace(named: str | None) -> Path:
    """The folder that was `named`, else the top of the repository, else the current folder.

    Raises ConfigError where the one that was named is no folder.
    """
    if named is not None:
        folder = Path(named).absolute()
        if not folder.is_dir():
            raise ConfigError("--workspace", f"{folder} is no folder", next_step="name another one")
        return folder
    here = Path.cwd()
    above = any(os.path.lexists(folder / ".git") for folder in here.parents)
    is_top = (here / ".git").is_file() or os.path.lexists(here / ".git" / "HEAD")
    if not above or is_top:
        return here
    from provisioner.git.repository import find_toplevel

    return asyncio.run(find_toplevel(here)) or here


def workspace_note(workspace: Path) -> str:
    """A line that names the workspace, "" where it is the current folder."""
    here = Path.cwd()
    if workspace.resolve() == here:
        return ""
    inside = here.is_relative_to(workspace)
    return f"workspace: {workspace}{' (--workspace . takes the current folder)' if inside else ''}"


def load_environment(workspace: Path) -> Mapping[str, str]:
    """Read the variables of the process and of the workspace's .env; the process's own win."""
    file = workspace / ".env"
    if not file.is_file():
        return dict(os.environ)
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    logging.getLogger("dotenv").setLevel(logging.ERROR)  # it does not name the file
    try:
        found = dotenv_values(file, encoding="utf-8-sig")
        with file.open(encoding="utf-8-sig") as stream:
            malformed = [binding.original.line for binding in parse_stream(stream) if binding.error]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), f"cannot be read; save it as UTF-8: {error}") from error
    for line in malformed:
        _log.warning("%s: line %d is no NAME=value; ignored", file, line)
    values = {name: value for name, value in found.items() if value is not None}
    return {**values, **os.environ}
