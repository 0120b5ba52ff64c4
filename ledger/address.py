"""Where a workspace's ledger is kept."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def database_url(environ: Mapping[str, str], state_dir: Path) -> str:
    """DATABASE_URL, or the SQLite file in the state folder."""
    return environ.get("DATABASE_URL", "") or f"sqlite:///{state_dir / 'ledger.sqlite'}"
