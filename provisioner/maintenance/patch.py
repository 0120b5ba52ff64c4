"""A patch as the files that it would make, whole or not at all; nothing of the tree is touched."""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from provisioner.errors import ProvisionerError
from provisioner.files.atomic import atomic_write, within
from provisioner.process.command import Completed, run_command

_SECONDS = 30.0
_ODD = re.compile(r"^ (?:create mode 120000|delete mode|rename|copy|mode change)\b.*", re.MULTILINE)

Files = Mapping[str, bytes]
"""Contents by path from the root of the tree; a file that is not there is left out."""


class PatchRefused(ProvisionerError):
    """A patch does not apply, or does more than to change and add plain files."""


async def patched_files(root: Path, patch: bytes) -> Files:
    """The files of a tree as a unified diff makes them.

    It has to apply as it stands: no fuzz, no rejects, no part of it. Raises PatchRefused.
    """
    with tempfile.TemporaryDirectory(prefix="ai-deploy-patch-") as folder:
        copy = Path(folder)
        paths = await _touched(copy, patch)
        for path in paths:
            source = within(root, root / path)
            if source.is_file():
                atomic_write(copy / path, source.read_bytes())
        await _git_apply(copy, patch)
        return {path: (copy / path).read_bytes() for path in paths}


async def _touched(folder: Path, patch: bytes) -> list[str]:
    listed = await _git_apply(folder, patch, "--numstat", "-z")
    if odd := _ODD.search((await _git_apply(folder, patch, "--summary")).stdout.decode()):
        raise PatchRefused(
            f"the patch does more than to change files: {odd[0].strip()}",
            next_step="make it a patch that changes or adds plain files",
        )
    records = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
    return [record.split("\t", 2)[2] for record in records if record.count("\t") == 2]


async def _git_apply(folder: Path, patch: bytes, *options: str) -> Completed:
    done = await run_command(
        ["git", "apply", *options, "-"],
        cwd=folder,
        env={"GIT_CEILING_DIRECTORIES": str(folder.parent), "LC_ALL": "C"},
        timeout=_SECONDS,
        stdin=patch,
        check=False,
    )
    if done.exit_code:
        raise PatchRefused(
            "the patch does not apply; nothing was changed",
            evidence=done.output_tail.splitlines(),
            next_step="make it anew from the files as they are",
        )
    return done


def read_files(root: Path, paths: Mapping[str, bytes]) -> Files:
    """Those files of a tree as they are now."""
    return {path: (root / path).read_bytes() for path in paths if (root / path).is_file()}


def differences(before: Files, after: Files) -> tuple[str, ...]:
    """The change as the lines of a unified diff."""
    lines: list[str] = []
    for path, content in after.items():
        old, new = _lines(before.get(path, b"")), _lines(content)
        lines += difflib.unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    return tuple(lines)


def _lines(content: bytes) -> list[str]:
    return content.decode("utf-8", "replace").splitlines()
