"""Pushing once: list the remote's branch, push one commit by its hash, read git's report.

The one place where git works with the user's whole configuration: credential helpers, ssh
commands, proxies and rewritten addresses are the user's, and lie where generated code cannot
write. Nothing is asked on a terminal; hooks don't run; the working tree is not read.
"""

from __future__ import annotations

import re
import stat

from provisioner.errors import WorkspaceInvalid
from provisioner.git.plumbing import Git
from provisioner.git.records import Push
from provisioner.git.refusals import exchange_error, rejection
from provisioner.git.remote import PushTarget, find_target

_ATTEMPTS = 3
_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_RACE = re.compile(r"(?i)cannot lock ref|failed to update ref|incorrect old value|fetch first")


async def push(git: Git, sha: str, branch: str | None, seconds: float) -> Push | None:
    """See `Repository.push`."""
    if not _SHA.fullmatch(sha) or await git.commit(sha) != sha:
        raise WorkspaceInvalid(f"there is no commit {sha!r} to push")
    target = await find_target(git, branch)
    if target is None:
        return None
    await _refuse_odd_attributes(git, sha)
    for _ in range(_ATTEMPTS):
        if all([await _holds(git, target, one, sha, seconds) for one in target.addresses]):
            return Push(target.shown, target.ref, pushed=False)
        done = await git.run_with_remote(
            *("push", "--porcelain", "--no-verify", "--no-follow-tags"),
            *("--recurse-submodules=no", target.remote, f"{sha}:{target.ref}"),
            timeout=seconds,
        )
        flags, refused = _statuses(done.stdout.decode(errors="replace"), target.ref)
        if done.exit_code == 0 and flags and not refused:
            return Push(target.shown, target.ref, pushed=flags != {"="})
        if not refused or done.timed_out:
            raise exchange_error(done, target)
        if not _RACE.search(refused):  # somebody else pushes in this very moment: look again
            break
    raise rejection(done, target, refused)


async def _holds(git: Git, target: PushTarget, address: str, sha: str, seconds: float) -> bool:
    """Whether the remote's branch contains the commit at an address."""
    listed = await git.run_with_remote("ls-remote", "--refs", address, target.ref, timeout=seconds)
    if listed.exit_code:
        raise exchange_error(listed, target)
    there = listed.stdout.decode().partition("\t")[0]
    if there in ("", sha):
        return there == sha
    if await git.commit(there) is None:
        # Somebody pushed since; whether on top of ours, only the history says.
        fetched = await git.run_with_remote(
            *("fetch", "--quiet", "--no-tags", "--no-write-fetch-head"),
            *("--no-recurse-submodules", "--refmap=", address, target.ref),
            timeout=seconds,
        )
        if fetched.exit_code:
            raise exchange_error(fetched, target)
    return await git.succeeds("merge-base", "--is-ancestor", sha, there)


def _statuses(report: str, ref: str) -> tuple[set[str], str]:
    """Parse --porcelain's output: the reference's flags, one an address, and the first refusal."""
    flags, refused = set(), ""
    for line in report.splitlines():
        flag, names, summary = [*line.split("\t"), "", ""][:3]
        if names.endswith(f":{ref}"):
            flags.add(flag or " ")
            refused = refused or (summary if flag == "!" else "")
    return flags, refused


async def _refuse_odd_attributes(git: Git, sha: str) -> None:
    """git reads .gitattributes beside what it packs, and would wait for a pipe for ever."""
    folders = await git.records("ls-tree", "-r", "-d", "-z", "--name-only", "--full-tree", sha)
    for folder in ("", *folders):
        place = git.toplevel / folder / ".gitattributes"
        try:
            kind = stat.S_IFMT(place.lstat().st_mode)
        except OSError:
            continue
        if kind not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
            raise WorkspaceInvalid(
                f"{place} is no file: git would wait for it",
                next_step="remove it, then go on with --recovery-mode",
            )
