"""What is sent to a build: exactly the files that were hashed, and nothing of the machine."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.container_files import DOCKERIGNORE
from provisioner.image.content.keys import SourceFile

#: Never in an image, whatever a .dockerignore of somebody's own says.
_NEVER = (".git", ".ai-deploy", ".env", "**/.env", ".env.*", "**/id_rsa", "**/id_ed25519")
_LARGEST = 500_000_000  # bytes of all files together


def read_sources(folder: Path) -> dict[str, SourceFile]:
    """Read the files that .dockerignore lets through, by their path with slashes.

    Raises:
        WorkspaceInvalid: a file cannot be read, or they are more than 500 MB.
    """
    from docker.utils.build import PatternMatcher

    ignore = folder / ".dockerignore"
    found: dict[str, SourceFile] = {}
    size = 0
    try:
        text = ignore.read_text("utf-8") if ignore.is_file() else DOCKERIGNORE
        for name in sorted(PatternMatcher([*patterns(text), *_NEVER]).walk(str(folder))):
            if name == ".dockerignore":  # the matcher always lets it through
                continue
            path = folder / name
            if path.is_symlink():
                found[Path(name).as_posix()] = SourceFile(os.fsencode(path.readlink()), link=True)
            elif path.is_file():
                size += path.stat().st_size
                if size > _LARGEST:
                    break
                runs = bool(path.stat().st_mode & 0o100)
                found[Path(name).as_posix()] = SourceFile(path.read_bytes(), executable=runs)
    except (OSError, UnicodeDecodeError) as error:
        raise WorkspaceInvalid(
            f"{folder} cannot be read: {error}", next_step="make its files readable"
        ) from error
    if size > _LARGEST:
        raise WorkspaceInvalid(
            f"the files of {folder} are more than {_LARGEST // 1_000_000} MB",
            next_step="name in .dockerignore what the service does not need to run",
        )
    return found


def patterns(text: str) -> list[str]:
    """The patterns of a .dockerignore, without comments and empty lines."""
    lines = (line.strip() for line in text.removeprefix("\ufeff").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def write_context(folder: Path, files: Mapping[str, SourceFile]) -> None:
    """Write files for a build into a new folder; in the image everybody may read them."""
    folder.mkdir()
    for name, file in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if file.link:
            path.symlink_to(os.fsdecode(file.content))
        else:
            path.write_bytes(file.content)
            path.chmod(0o755 if file.executable else 0o644)
    for place in {parent for name in files for parent in (folder / name).parents}:
        if place.is_relative_to(folder) and place != folder:
            place.chmod(0o755)
