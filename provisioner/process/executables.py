"""Errors for missing executables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from provisioner.errors import ProvisionerError

_INSTALL = {
    "git": "install git (`apt install git`, `dnf install git`, `brew install git`)",
    "docker": "install Docker, https://docs.docker.com/engine/install/",
    "bwrap": "install bubblewrap (`apt install bubblewrap`, `dnf install bubblewrap`)",
    "az": "install the Azure command line (`pip install azure-cli`)",
    "uv": "install uv (`pip install uv`)",
}


class ToolMissing(ProvisionerError):
    """A program that is needed cannot be started.

    Attributes:
        tool: its name as it was called.
    """

    def __init__(self, tool: str, why: str) -> None:
        name = Path(tool).name
        super().__init__(
            f"{tool} cannot be run: {why}",
            next_step=_INSTALL.get(name, f"install {name}, or put it on PATH"),
        )
        self.tool = tool


@contextlib.contextmanager
def start_errors(argv: Sequence[str], cwd: Path) -> Iterator[None]:
    """Convert errors of starting `argv` in `cwd` to errors that say what is missing."""
    try:
        yield
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        if not cwd.is_dir():
            raise ProvisionerError(f"there is no folder {cwd} to run {argv[0]} in") from error
        why = "not found" if isinstance(error, FileNotFoundError) else str(error.strerror)
        raise ToolMissing(argv[0], why) from error
