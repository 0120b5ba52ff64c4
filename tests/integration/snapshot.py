"""What a folder holds, as one hash to compare."""

from __future__ import annotations

import hashlib
from pathlib import Path


def snapshot(root: Path) -> dict[str, str]:
    """Path → kind, mode and content of everything below a folder, git's own files included."""
    return {str(path.relative_to(root)): _told(path) for path in sorted(root.rglob("*"))}


def _told(path: Path) -> str:
    mode = f"{path.lstat().st_mode:o}"
    if path.is_symlink():
        return f"{mode} link {path.readlink()}"
    if path.is_dir():
        return f"{mode} folder"
    return f"{mode} {hashlib.sha256(path.read_bytes()).hexdigest()}"
