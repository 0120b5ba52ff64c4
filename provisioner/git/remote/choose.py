"""Which remote is pushed to, and at which addresses: what git itself would choose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from provisioner.errors import WorkspaceInvalid
from provisioner.files.workspace import BEHAVIORS
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
class Target:
    """A remote's branch (full name); the remote is a name, or an address where one is configured.

    Its state is read at the addresses, each a name or an address. git pushes to all of them.
    """

    remote: str
    ref: str
    addresses: tuple[str, ...]


async def url_of(git: Git, target: Target) -> str:
    """The address that a push goes to first, as git rewrites it."""
    get_url = ("remote", "get-url", "--push", target.remote)
    return await git.text(*get_url, as_user=True) or target.remote


async def address(git: Git) -> str:
    """See `Repository.address`."""
    settings, names = await _settings(git)
    return settings.get(f"remote.{_usual(names)}.url", "")


async def find_target(git: Git, branch: str | None, wanted: str = "") -> Target | None:
    """Choose where to push: `wanted`, else what git itself would choose, the only remote, origin.

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
    if wanted and wanted not in names:
        raise WorkspaceInvalid(
            f"there is no remote {wanted!r}, which git.remote names", evidence=names,
            next_step=f"`git remote add {wanted} ADDRESS`, or mend git.remote",
        )  # fmt: skip
    remote = wanted or _chosen(settings, names, name)
    if remote is None:
        return None
    addresses = await _addresses(git, remote) if remote in names else (remote,)
    _refuse_generated(git, settings, addresses)
    return Target(remote, f"refs/heads/{name}", addresses)


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
