"""The user's index after a commit of ours: it learns of our paths, and keeps all others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping

from provisioner.git.plumbing import Git
from provisioner.git.tree import Entry

_POLL_SECONDS = 0.1


async def staged(git: Git, folder: str) -> dict[str, tuple[str, str]]:
    """What the index holds below a folder: mode and hash by path in the repository."""
    entries = {}
    for line in await git.lines("ls-files", "--stage", "-z", "--full-name", "--", folder):
        about, _, path = line.partition("\t")
        mode, sha, _stage = about.split()
        entries[path] = (mode, sha)
    return entries


async def follow(
    git: Git,
    folder: str,
    before: Mapping[str, Entry],
    after: Mapping[str, Entry],
    *,
    just_made: bool,
) -> str:
    """Make the index agree with a commit in the paths that the commit changed.

    Right after the commit, all of them, as `git commit -- PATH` does it. Where it was made
    earlier, only those that are still as they were before the commit: whatever else is there was
    staged by the user since.

    Returns:
        A warning where another process holds the index for longer than we wait, else "".
    """
    held = await staged(git, folder)
    lines = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        wanted = (new.mode, new.sha) if new else None
        stale = just_made or held.get(path) == ((old.mode, old.sha) if old else None)
        if old == new or held.get(path) == wanted or not stale:
            continue
        mode, sha = wanted or ("0", "0" * len(next(iter(after.values())).sha))
        lines.append(f"{mode} {sha} 0\t{path}\0")
    return await _write(git, "".join(lines)) if lines else ""


async def _write(git: Git, lines: str) -> str:
    deadline = time.monotonic() + git.lock_seconds
    while True:
        done = await git.run(
            "update-index",
            "-z",
            "--index-info",
            stdin=lines.encode(errors="surrogateescape"),
            check=False,
        )
        if not done.exit_code:
            return ""
        locked = b"index.lock" in done.stderr and b"File exists" in done.stderr
        if not locked or time.monotonic() >= deadline:
            why = "another git process holds it" if locked else done.output_tail
            return f"the commit is made, but the index was left as it was: {why}"
        await asyncio.sleep(_POLL_SECONDS)
