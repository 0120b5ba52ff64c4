"""Address of a workspace's ledger."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from pathlib import Path


def is_shared(url: str) -> bool:
    """Whether a ledger holds the runs of other workspaces, too."""
    return not url.startswith("sqlite")


def workspace_place(url: str, state_dir: Path) -> str:
    """Identify this workspace's runs in a shared ledger; "" for a ledger of its own.

    A run belongs to the machine and the folder that hold its files.
    """
    return f"{socket.gethostname()}:{state_dir.resolve()}" if is_shared(url) else ""


def database_url(environ: Mapping[str, str], state_dir: Path) -> str:
    """DATABASE_URL, or the SQLite file in the state folder."""
    return environ.get("DATABASE_URL", "") or f"sqlite:///{state_dir / 'ledger.sqlite'}"
