"""Pushing once: list the remote's branch, push one commit by its hash, read the report.

The one place where git works with the user's whole configuration: credential helpers, ssh
commands, proxies and rewritten addresses are the user's, and lie where generated code cannot
write. Nothing is asked on a terminal; git itself runs no hook; the working tree is not read.
"""

from __future__ import annotations

import contextlib
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ledger.text.counted import counted
from provisioner.errors import (
    RemoteDenied,
    RemoteInvalid,
    RemoteUnreachable,
    UnpushedCommits,
    WorkspaceInvalid,
)
from provisioner.git.hooks import Hooks
from provisioner.git.plumbing import Git
from provisioner.git.records import TRAILER, Push
from provisioner.git.remote.choose import Target, find_target, url_of
from provisioner.git.remote.refusals import exchange_error, rejection, without_credentials
from provisioner.process import Completed

_ATTEMPTS = 3
_LISTED = 100  # commits of the user's
_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_RACE = re.compile(
    r"(?i)cannot lock ref|failed to update ref|incorrect old value|fetch first|non-fast-forward"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be pushed; see `Repository.push`."""

    sha: str
    branch: str | None
    seconds: float
    remote: str = ""
    with_mine: bool = False
    to: str = ""


async def push(git: Git, asked: Asked, hooks: Hooks | None) -> Push | None:
    """See `Repository.push`."""
    sha, seconds = asked.sha, asked.seconds
    if not _SHA.fullmatch(sha) or await git.commit(sha) != sha:
        raise WorkspaceInvalid(f"there is no commit {sha!r} to push")
    target = await find_target(git, asked.branch, asked.remote)
    if target is None:
        return None
    if asked.to:
        target = replace(target, ref=asked.to)
    await _refuse_odd_attributes(git, sha)
    shown = without_credentials(target.remote)
    for attempt in range(_ATTEMPTS):
        if all([await _holds(git, target, one, sha, seconds) for one in target.addresses]):
            return Push(shown, target.ref, pushed=False)
        if attempt == 0:
            await _before(git, target, asked, hooks)
        options = ("--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
        what = (target.remote, f"{sha}:{target.ref}")
        done = await exchange(git, target, seconds, "push", *options, *what, check=False)
        flags, refused = _statuses(done.stdout.decode(errors="replace"), target.ref)
        if done.exit_code == 0 and flags and not refused:
            return Push(shown, target.ref, pushed=flags != {"="})
        if not refused or done.timed_out:
            raise exchange_error(done, target.remote)
        if not _RACE.search(refused):  # somebody else pushes in this very moment: look again
            break
    raise rejection(done, target.remote, target.ref, refused)


async def _before(git: Git, target: Target, asked: Asked, hooks: Hooks | None) -> None:
    """Refuse what only a person may push, and run the hook pre-push."""
    there = await heads(git, target, asked.seconds)
    if not asked.with_mine and (mine := await _of_the_user(git, target, asked.sha, there.values())):
        refuse_unpushed(mine, without_credentials(target.remote))
    if hooks:
        url = without_credentials(await url_of(git, target))
        old = there.get(target.ref, "")
        await hooks.before_push(target.remote, url, asked.sha, target.ref, old)


def refuse_unpushed(mine: Sequence[str], remote: str) -> None:
    """Raises UnpushedCommits."""
    raise UnpushedCommits(
        f"{counted(len(mine), 'commit')} of yours would be pushed along: {remote} lacks them",
        evidence=mine,
        next_step="`git push` them yourself, then run again; or --push-with-mine; or --no-push",
    )


async def unpushed(git: Git, asked: Asked) -> list[str]:
    """See `Repository.unpushed`."""
    target = await find_target(git, asked.branch, asked.remote)
    if target is None or await git.commit(asked.sha) is None:
        return []
    with contextlib.suppress(RemoteUnreachable, RemoteInvalid, RemoteDenied):
        there = await heads(git, target, asked.seconds)
        if (tip := there.get(target.ref)) and await git.commit(tip) is None:
            return []  # somebody has pushed since: only a fetch would tell
        return await _of_the_user(git, target, asked.sha, there.values())
    return []


async def heads(git: Git, target: Target, seconds: float) -> dict[str, str]:
    """The branches of the remote's first address by full name, with their commits."""
    address = target.addresses[0]
    listed = await exchange(git, target, seconds, "ls-remote", "--refs", "--heads", address)
    lines = (line.partition("\t") for line in listed.stdout.decode().splitlines())
    return {ref: sha for sha, _, ref in lines}


async def _of_the_user(git: Git, target: Target, sha: str, there: Iterable[str]) -> list[str]:
    """The commits of a history that the remote lacks, without this tool's: abbreviated, subject.

    Known of the remote are its branches, and what it had when it was fetched from last.
    """
    known = [f"^{one}" for one in there if await git.commit(one)]
    form = f"--format=%h %s%x00%(trailers:key={TRAILER},valueonly)"
    tracked = ["--not", f"--remotes={target.remote}"] if "/" not in target.remote else []
    arguments = ("log", "-z", "--no-show-signature", f"--max-count={_LISTED}", form)
    records = await git.records(*arguments, sha, *known, *tracked)
    return [said for said, ours in zip(records[0::2], records[1::2], strict=True) if not ours]


async def _holds(git: Git, target: Target, address: str, sha: str, seconds: float) -> bool:
    """Whether the remote's branch contains the commit at an address."""
    listed = await exchange(git, target, seconds, "ls-remote", "--refs", address, target.ref)
    there = listed.stdout.decode().partition("\t")[0]
    if there in ("", sha):
        return there == sha
    if await git.commit(there) is None:
        # Somebody pushed since; whether on top of ours, only the history says.
        await fetch(git, target, address, seconds)
    return await git.succeeds("merge-base", "--is-ancestor", sha, there)


async def fetch(git: Git, target: Target, address: str, seconds: float) -> None:
    """Get the history of the remote's branch; no reference is changed."""
    options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
    await exchange(git, target, seconds, "fetch", *options, "--refmap=", address, target.ref)


async def exchange(
    git: Git, target: Target, seconds: float, *arguments: str, check: bool = True
) -> Completed:
    """Run one command that contacts the remote, where git itself would run it."""
    done = await git.run(*arguments, as_user=True, check=False, cwd=git.toplevel, timeout=seconds)
    if check and done.exit_code:
        raise exchange_error(done, target.remote)
    return done


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
