"""Pushing once: choose the remote, list the remote's branch, push one commit by its hash, read
the report.

The one place where git works with the user's whole configuration: credential helpers, ssh
commands, proxies and rewritten addresses are the user's, and lie where generated code cannot
write. Nothing is asked on a terminal; hooks don't run; the working tree is not read.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.scaffold import BEHAVIORS
from provisioner.git.plumbing import Git
from provisioner.git.records import Push
from provisioner.git.refusals import exchange_error, rejection, without_credentials
from provisioner.process import Completed

_KEYS = (
    r"^(remote|branch)\.|^core\.(sshcommand|gitproxy)$|^credential\.(.*\.)?helper$|"
    r"^url\..*\.(push)?insteadof$"
)
_RUN = re.compile(
    r"(?i)core\.(sshcommand|gitproxy)|credential\.(.*\.)?helper|remote\..*\.(receive|upload)pack"
)
_ADDRESS = re.compile(r"[:/\\]")
_SCHEME_OR_HOST = re.compile(r"[A-Za-z0-9+.-]+://|[^/]*:")
_ATTEMPTS = 3
_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_RACE = re.compile(r"(?i)cannot lock ref|failed to update ref|incorrect old value|fetch first")


@dataclass(frozen=True, slots=True)
class _Target:
    """A remote's branch (full name); the remote is a name, or an address where one is configured.

    Its state is read at the addresses, each a name or an address. git pushes to all of them.
    """

    remote: str
    ref: str
    addresses: tuple[str, ...]


async def push(git: Git, sha: str, branch: str | None, seconds: float) -> Push | None:
    """See `Repository.push`."""
    if not _SHA.fullmatch(sha) or await git.commit(sha) != sha:
        raise WorkspaceInvalid(f"there is no commit {sha!r} to push")
    target = await find_target(git, branch)
    if target is None:
        return None
    await _refuse_odd_attributes(git, sha)
    shown = without_credentials(target.remote)
    for _ in range(_ATTEMPTS):
        if all([await _holds(git, target, one, sha, seconds) for one in target.addresses]):
            return Push(shown, target.ref, pushed=False)
        options = ("--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
        what = (target.remote, f"{sha}:{target.ref}")
        done = await _exchange(git, target, seconds, "push", *options, *what, check=False)
        flags, refused = _statuses(done.stdout.decode(errors="replace"), target.ref)
        if done.exit_code == 0 and flags and not refused:
            return Push(shown, target.ref, pushed=flags != {"="})
        if not refused or done.timed_out:
            raise exchange_error(done, target.remote)
        if not _RACE.search(refused):  # somebody else pushes in this very moment: look again
            break
    raise rejection(done, target.remote, target.ref, refused)


async def _holds(git: Git, target: _Target, address: str, sha: str, seconds: float) -> bool:
    """Whether the remote's branch contains the commit at an address."""
    listed = await _exchange(git, target, seconds, "ls-remote", "--refs", address, target.ref)
    there = listed.stdout.decode().partition("\t")[0]
    if there in ("", sha):
        return there == sha
    if await git.commit(there) is None:
        # Somebody pushed since; whether on top of ours, only the history says.
        options = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules")
        await _exchange(git, target, seconds, "fetch", *options, "--refmap=", address, target.ref)
    return await git.succeeds("merge-base", "--is-ancestor", sha, there)


async def _exchange(
    git: Git, target: _Target, seconds: float, *arguments: str, check: bool = True
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


async def address(git: Git) -> str:
    """See `Repository.address`."""
    settings, names = await _settings(git)
    return settings.get(f"remote.{_usual(names)}.url", "")


async def find_target(git: Git, branch: str | None) -> _Target | None:
    """Choose where to push: what git itself would choose, else the only remote, else origin.

    Raises WorkspaceInvalid where git would run what lies among generated code.
    """
    settings, names = await _settings(git)
    ref = branch or await git.branch()
    if ref is None:
        if not names:
            return None
        raise WorkspaceInvalid(
            "HEAD is detached: there is no branch to push to",
            next_step="check out the branch, or use --no-push",
        )
    name = ref.removeprefix("refs/heads/")
    remote = _chosen(settings, names, name)
    if remote is None:
        return None
    addresses = await _addresses(git, remote) if remote in names else (remote,)
    _refuse_generated(git, settings, addresses)
    return _Target(remote, f"refs/heads/{name}", addresses)


def _chosen(settings: Mapping[str, str], names: Sequence[str], branch: str) -> str | None:
    def undecided(why: str) -> WorkspaceInvalid:
        next_step = f"`git config branch.{branch}.pushRemote NAME`, or use --no-push"
        return WorkspaceInvalid(why, evidence=names, next_step=next_step)

    for key in (f"branch.{branch}.pushremote", "remote.pushdefault", f"branch.{branch}.remote"):
        value = settings.get(key, ".")
        if value in names or _ADDRESS.search(value):
            return value
        if value != "." and names:
            raise undecided(f"{key} is {value}, and there is no such remote")
    if not names:
        return None
    if _usual(names) not in names:
        raise undecided(f"there are {len(names)} remotes and none of them is the branch's")
    return _usual(names)


def _usual(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else "origin"


async def _addresses(git: Git, remote: str) -> tuple[str, ...]:
    """Where the remote's state is read: where a push would go.

    The remote's name, unless what is pushed to and what is fetched from differ.
    """
    get_url = ("remote", "get-url", "--all")
    pushed = (await git.text(*get_url, "--push", remote, as_user=True)).splitlines()
    if len(pushed) == 1 and pushed == [await git.text(*get_url, remote, as_user=True)]:
        return (remote,)
    # An address that git would rewrite once more cannot be given; then the name has to do.
    for one in pushed:
        if await git.text("ls-remote", "--get-url", one, as_user=True) != one:
            return (remote,)
    return tuple(pushed) or (remote,)


async def _settings(git: Git) -> tuple[dict[str, str], list[str]]:
    """What is configured about remotes, sections and variables in lower case; their names."""
    pairs = (line.partition("\n") for line in await git.settings(_KEYS))
    settings = {key: value for key, _, value in pairs}
    found = (re.fullmatch(r"remote\.(.+)\.(url|pushurl)", key) for key in settings)
    return settings, sorted({match[1] for match in found if match})


def _refuse_generated(git: Git, settings: Mapping[str, str], addresses: Sequence[str]) -> None:
    """Raises WorkspaceInvalid where git would run a program from the folder of generated code."""
    for key, value in settings.items():
        if _RUN.fullmatch(key) and re.search(rf"\b{BEHAVIORS}/", value):
            raise WorkspaceInvalid(
                f"{key} runs what is in {BEHAVIORS}/, where generated code is kept: {value}",
                next_step="keep that program elsewhere, or use --no-push",
            )
    for name in (settings.get(f"remote.{one}.url", one) for one in addresses):
        place = (git.toplevel / name).resolve()
        local = not _SCHEME_OR_HOST.match(name) and place.is_relative_to(git.toplevel)
        if local and BEHAVIORS in place.relative_to(git.toplevel).parts:
            raise WorkspaceInvalid(
                f"the remote {name} is in {BEHAVIORS}/, where generated code is kept: its hooks "
                "would be run",
                next_step="keep it elsewhere, or use --no-push",
            )
