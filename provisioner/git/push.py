"""Pushing once: look what the remote has, push one commit by its hash, read what git says.

The one place where git works with the user's whole configuration: credential helpers, ssh
commands, proxies and rewritten addresses are the user's, and lie where generated code cannot
write. Nothing is asked on a terminal; hooks don't run; the working tree is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provisioner.errors import (
    ProvisionerError,
    PushRejected,
    RemoteUnreachable,
    WorkspaceInvalid,
)
from provisioner.git.head import read_head, read_ref
from provisioner.git.plumbing import Git
from provisioner.git.records import Push
from provisioner.process import Completed

_ATTEMPTS = 3
_SHA = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_DENIED = re.compile(
    r"(?i)authentication failed|could not read (username|password)|permission denied|"
    r"access denied|error: 40[13]|host key verification failed|not authorized|"
    r"insufficient permission"
)
_RACE = re.compile(r"(?i)cannot lock ref|failed to update ref|incorrect old value|fetch first")
_NEXT_STEPS = (
    (
        r"non-fast-forward|fetch first|stale info|behind",
        "somebody else pushed to that branch: `git pull --rebase --autostash`, then go on with "
        "--recovery-mode",
    ),
    (
        r"currently checked out",
        "the remote is a working copy with that branch checked out: push to a bare repository",
    ),
    (
        r"protected branch|hook declined|policy|rule violations",
        "the remote's rules refuse it: work on another branch (`git switch -c NAME`), or ask its "
        "owner",
    ),
    (
        _DENIED.pattern,
        "the remote refuses your credentials: make a plain `git push` work without a question "
        "(credential helper or ssh key), or use --no-push",
    ),
)


@dataclass(frozen=True, slots=True)
class _Target:
    """A remote's branch; `look_at` is where its state is read, a name or an address."""

    remote: str
    ref: str
    look_at: str


async def push(git: Git, sha: str, branch: str | None, seconds: float) -> Push | None:
    """Bring a commit to the remote's branch of the same name, see `Repository.push`."""
    if not _SHA.fullmatch(sha) or await read_ref(git, sha) != sha:
        raise WorkspaceInvalid(f"there is no commit {sha!r} to push")
    target = await _target(git, branch)
    if target is None:
        return None
    for _ in range(_ATTEMPTS):
        if await _has(git, target, sha, seconds):
            return Push(target.remote, target.ref, pushed=False, already=True)
        done = await git.run_as_user(
            "push",
            "--porcelain",
            "--no-verify",
            "--no-follow-tags",
            "--recurse-submodules=no",
            target.remote,
            f"{sha}:{target.ref}",
            check=False,
            timeout=seconds,
        )
        flag, summary = _status(done, target.ref)
        if done.exit_code == 0 and flag in (" ", "*", "="):
            return Push(target.remote, target.ref, pushed=flag != "=", already=flag == "=")
        if flag != "!" or done.timed_out:
            raise _failed(done, target)
        if not _RACE.search(summary):  # somebody else pushes in this very moment: look again
            break
    evidence = (summary, *_remote_lines(done))
    raise PushRejected(
        f"{target.remote} refuses {target.ref}: {summary}",
        evidence=evidence,
        next_step=_next_step(" ".join(evidence)),
    )


async def remotes(git: Git) -> tuple[str, ...]:
    """The names of the remotes, sorted."""
    return _remotes(await _settings(git))


async def address(git: Git) -> str:
    """The URL of origin, or of the only remote; "" where neither is there."""
    settings = await _settings(git)
    names = _remotes(settings)
    chosen = names[0] if len(names) == 1 else "origin"
    return settings.get(f"remote.{chosen}.url", "")


async def _target(git: Git, branch: str | None) -> _Target | None:
    """Where to push: what git itself would choose, else the only remote, else origin."""
    settings = await _settings(git)
    names = _remotes(settings)
    if not names:
        return None
    ref = branch or (await read_head(git)).branch
    if ref is None:
        raise WorkspaceInvalid(
            "HEAD is detached: there is no branch to push to",
            next_step="check out the branch, or use --no-push",
        )
    name = ref.removeprefix("refs/heads/")
    keys = (f"branch.{name}.pushremote", "remote.pushdefault", f"branch.{name}.remote")
    chosen = [settings[key] for key in keys if settings.get(key) in names]
    remote = (*chosen, *(names if len(names) == 1 else ("origin",)))[0]
    if remote not in names:
        raise WorkspaceInvalid(
            f"there are {len(names)} remotes and none of them is the branch's",
            evidence=names,
            next_step=f"`git config branch.{name}.pushRemote NAME`, or use --no-push",
        )
    look_at = settings.get(f"remote.{remote}.pushurl", remote)
    return _Target(remote, f"refs/heads/{name}", look_at)


async def _settings(git: Git) -> dict[str, str]:
    """What is configured about remotes and branches; sections and variables in lower case."""
    done = await git.run_as_user("config", "-z", "--get-regexp", r"^(remote|branch)\.", check=False)
    lines = done.stdout.decode(errors="replace").split("\0")
    return {key: value for key, _, value in (line.partition("\n") for line in lines)}


def _remotes(settings: Mapping[str, str]) -> tuple[str, ...]:
    found = (re.fullmatch(r"remote\.(.+)\.(url|pushurl)", key) for key in settings)
    return tuple(sorted({match[1] for match in found if match}))


async def _has(git: Git, target: _Target, sha: str, seconds: float) -> bool:
    """Whether the remote's branch contains the commit already."""
    listed = await git.run_as_user(
        "ls-remote", "--refs", target.look_at, target.ref, check=False, timeout=seconds
    )
    if listed.exit_code:
        raise _failed(listed, target)
    there = listed.stdout.decode().partition("\t")[0]
    if there in ("", sha):
        return there == sha
    if await read_ref(git, there) is None:
        # Somebody pushed since; whether on top of ours, only the history tells.
        await git.run_as_user(
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--refmap=",
            target.look_at,
            target.ref,
            check=False,
            timeout=seconds,
        )
    contained = await git.run("merge-base", "--is-ancestor", sha, there, check=False)
    return contained.exit_code == 0


def _status(done: Completed, ref: str) -> tuple[str, str]:
    """Flag and summary of the one reference that was pushed, from --porcelain's output."""
    for line in done.stdout.decode(errors="replace").splitlines():
        flag, names, summary = [*line.split("\t"), "", ""][:3]
        if names.endswith(f":{ref}"):
            return flag or " ", summary
    return "", ""


def _failed(done: Completed, target: _Target) -> ProvisionerError:
    """What a conversation with the remote that came to no answer means."""
    text = done.stderr.decode(errors="replace")
    lines = [_without_credentials(line) for line in text.splitlines() if line.strip()]
    if _DENIED.search(text):
        return PushRejected(
            f"{target.remote} refuses access", evidence=lines, next_step=_next_step(text)
        )
    if done.timed_out:
        lines.append(f"no answer within {done.seconds:.0f} s")
    why = next((line for line in lines if line.startswith(("fatal:", "ssh:"))), "no answer")
    return RemoteUnreachable(
        f"the remote {target.remote} cannot be reached: {why.removeprefix('fatal: ')}",
        evidence=lines,
        next_step="check `git remote -v` and the network, then go on with --recovery-mode; or "
        "use --no-push",
    )


def _remote_lines(done: Completed) -> Sequence[str]:
    """What the remote itself told, its hooks for example."""
    lines = done.stderr.decode(errors="replace").splitlines()
    return [_without_credentials(line.strip()) for line in lines if line.startswith("remote:")]


def _next_step(text: str) -> str:
    for pattern, step in _NEXT_STEPS:
        if re.search(pattern, text, re.IGNORECASE):
            return step
    return "see what the remote says, mend it and go on with --recovery-mode; or use --no-push"


def _without_credentials(line: str) -> str:
    return re.sub(r"://[^/@\s]+@", "://", line)
