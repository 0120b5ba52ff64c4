"""Which remote a branch is pushed to, and at which addresses it is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from provisioner.errors import WorkspaceInvalid
from provisioner.feature.scaffold import BEHAVIORS
from provisioner.git.head import read_head
from provisioner.git.plumbing import Git

_KEYS = (
    r"^(remote|branch)\.|^core\.(sshcommand|gitproxy)$|^credential\.(.*\.)?helper$|"
    r"^url\..*\.(push)?insteadof$"
)
_RUN = re.compile(
    r"(?i)core\.(sshcommand|gitproxy)|credential\.(.*\.)?helper|remote\..*\.(receive|upload)pack"
)
_ADDRESS = re.compile(r"[:/\\]")
_SCHEME_OR_HOST = re.compile(r"[A-Za-z0-9+.-]+://|[^/]*:")


@dataclass(frozen=True, slots=True)
class PushTarget:
    """A remote's branch.

    Attributes:
        remote: the remote's name, or an address where the configuration has one in its place.
        ref: full name of the branch.
        addresses: where its state is read, each a name or an address. git pushes to all of them.
    """

    remote: str
    ref: str
    addresses: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The remote without a password."""
        return without_credentials(self.remote)


async def remotes(git: Git) -> tuple[str, ...]:
    """List the names of the remotes, sorted."""
    return _remotes(await _settings(git))


async def address(git: Git) -> str:
    """See `Repository.address`."""
    settings = await _settings(git)
    names = _remotes(settings)
    chosen = names[0] if len(names) == 1 else "origin"
    return settings.get(f"remote.{chosen}.url", "")


async def find_target(git: Git, branch: str | None) -> PushTarget | None:
    """Choose where to push: what git itself would choose, else the only remote, else origin.

    Raises:
        WorkspaceInvalid: it is ambiguous, or git would run what lies among generated code.
    """
    settings = await _settings(git)
    names = _remotes(settings)
    ref = branch or (await read_head(git)).branch
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
    return PushTarget(remote, f"refs/heads/{name}", addresses)


def _chosen(settings: Mapping[str, str], names: tuple[str, ...], branch: str) -> str | None:
    for key in (f"branch.{branch}.pushremote", "remote.pushdefault", f"branch.{branch}.remote"):
        value = settings.get(key, ".")
        if value in names or _ADDRESS.search(value):
            return value
        if value != "." and names:
            raise WorkspaceInvalid(
                f"{key} is {value}, and there is no such remote",
                evidence=names,
                next_step=f"`git config branch.{branch}.pushRemote NAME`, or use --no-push",
            )
    if not names:
        return None
    remote = names[0] if len(names) == 1 else "origin"
    if remote not in names:
        raise WorkspaceInvalid(
            f"there are {len(names)} remotes and none of them is the branch's",
            evidence=names,
            next_step=f"`git config branch.{branch}.pushRemote NAME`, or use --no-push",
        )
    return remote


async def _addresses(git: Git, remote: str) -> tuple[str, ...]:
    """Where the remote's state is read: where a push would go.

    The remote's name, unless what is pushed to and what is fetched from differ.
    """
    pushed = await _lines(git, "remote", "get-url", "--push", "--all", remote)
    if pushed == await _lines(git, "remote", "get-url", "--all", remote) and len(pushed) == 1:
        return (remote,)
    # An address that git would rewrite once more cannot be given; then the name has to do.
    kept = [one for one in pushed if await _lines(git, "ls-remote", "--get-url", one) == [one]]
    return tuple(kept) if kept == pushed else (remote,)


async def _lines(git: Git, *arguments: str) -> list[str]:
    done = await git.run_as_user(*arguments, check=False)
    return done.stdout.decode(errors="surrogateescape").splitlines()


async def _settings(git: Git) -> dict[str, str]:
    """What is configured about remotes; sections and variables in lower case."""
    done = await git.run_as_user("config", "-z", "--get-regexp", _KEYS, check=False)
    lines = done.stdout.decode(errors="surrogateescape").split("\0")
    return {key: value for key, _, value in (line.partition("\n") for line in lines)}


def _remotes(settings: Mapping[str, str]) -> tuple[str, ...]:
    found = (re.fullmatch(r"remote\.(.+)\.(url|pushurl)", key) for key in settings)
    return tuple(sorted({match[1] for match in found if match}))


def _refuse_generated(git: Git, settings: Mapping[str, str], addresses: tuple[str, ...]) -> None:
    """Raises WorkspaceInvalid where git would run a program from the folder of generated code."""
    for key, value in settings.items():
        if _RUN.fullmatch(key) and re.search(rf"\b{BEHAVIORS}/", value):
            raise WorkspaceInvalid(
                f"{key} runs what is in {BEHAVIORS}/, where generated code is kept: {value}",
                next_step="keep that program elsewhere, or use --no-push",
            )
    top = git.toplevel.parts
    for name in (settings.get(f"remote.{one}.url", one) for one in addresses):
        if _SCHEME_OR_HOST.match(name):
            continue
        place = (git.toplevel / name).resolve()
        if place.is_relative_to(git.toplevel) and BEHAVIORS in place.parts[len(top) :]:
            raise WorkspaceInvalid(
                f"the remote {name} is in {BEHAVIORS}/, where generated code is kept: its hooks "
                "would be run",
                next_step="keep it elsewhere, or use --no-push",
            )


def without_credentials(line: str) -> str:
    """A line of git's output without the password in an address."""
    return re.sub(r"://[^/@\s]+@", "://", line)
