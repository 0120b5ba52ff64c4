"""How git is called: plumbing on the object database, never on the working tree.

Generated code has touched the working tree. Whatever it left there (attributes that ask for a
filter, a repository of its own, a program called git) must not be run by us. So every command runs
in git's own folder, which is given as the working tree; content comes from us. Switching filters
and hooks off one by one is not enough: even `update-index --index-info`, which is given nothing
but hashes, opens files of the tree through their filters.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from provisioner.errors import ProvisionerError
from provisioner.process import Completed, run_command
from provisioner.process.environment import clean_environment

_OUTPUT_BYTES = 64_000_000

# Above every configuration file, in any mode.
_OVERRIDES = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.attributesFile=/dev/null",
    "core.splitIndex=false",
    "core.untrackedCache=keep",
    # A commit that is journaled survives a power cut (objects are not synced by default).
    "core.fsync=committed,loose-object,reference",
    "gc.auto=0",
    "maintenance.auto=false",
    "i18n.commitEncoding=UTF-8",
    "submodule.recurse=false",
)
_PLUMBING = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
}
# What the user's git needs to find the user's configuration, keys and way out.
_OF_THE_USER = (
    *("XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"),
    *("GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"),
    "SUDO_UID",  # whose repositories root trusts under sudo
    *("GNUPGHOME", "SSH_AUTH_SOCK", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSH_VARIANT"),
    *("GIT_ASKPASS", "GH_TOKEN", "GITHUB_TOKEN"),
    *(f"{kind}_proxy" for kind in ("http", "https", "all", "no")),
    *(f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "ALL", "NO")),
)
# Relative paths among these start at the folder that this process was started in.
_PLACES = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GNUPGHOME", "SSH_AUTH_SOCK")
_PROGRAMS = ("GIT_SSH", "GIT_ASKPASS")
_CONFIGURED = "GIT_CONFIG_COUNT"  # settings in the environment, as build servers give them
_MOST_CONFIGURED = 1_000


@dataclass(frozen=True, slots=True)
class Git:
    """One repository, and how commands are run on it.

    Attributes:
        git_dir: its folder, a linked worktree's own one there; given explicitly, so that git
            looks for no repository and a folder ``.git`` that generated code made means nothing.
        toplevel: of the working tree, never passed to git.
        object_format: ``"sha1"`` or ``"sha256"``.
        lock_seconds: how long to wait for a lock that another git process holds.
    """

    git_dir: Path
    toplevel: Path
    object_format: str
    lock_seconds: float = 5.0

    async def run(
        self,
        *arguments: str,
        as_user: bool = False,
        check: bool = True,
        stdin: bytes | None = None,
        env: Mapping[str, str] = MappingProxyType({}),
        cwd: Path | None = None,
        timeout: float = 60.0,
    ) -> Completed:
        """Run one command; raises CommandFailed where it fails, if `check` is asked.

        Args:
            as_user: with the user's and the system's configuration: identity, signing, remotes.
                Of all that a configuration can make git do, what reads the working tree or runs
                hooks stays switched off.
            cwd: None is git's own folder.
        """
        milliseconds = int(self.lock_seconds * 1_000)
        locks = [f"core.{name}Timeout={milliseconds}" for name in ("filesRefLock", "packedRefs")]
        settings = [word for one in (*_OVERRIDES, *locks) for word in ("-c", one)]
        own = user_environment(env) if as_user else clean_environment({**_PLUMBING, **env})
        done = await run_command(
            ["git", *settings, *arguments],
            cwd=cwd or self.git_dir,
            env={**own, "GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.git_dir)},
            stdin=stdin,
            check=check,
            timeout=timeout,
            output_bytes=_OUTPUT_BYTES,
        )
        if done.omitted_bytes:
            raise ProvisionerError(f"git {arguments[0]} printed more than 64 MB")
        return done

    async def succeeds(self, *arguments: str) -> bool:
        """Whether a command ends with exit code 0."""
        return not (await self.run(*arguments, check=False)).exit_code

    async def text(self, *arguments: str, as_user: bool = False) -> str:
        """What a command that may fail prints, without white space around it."""
        done = await self.run(*arguments, as_user=as_user, check=False)
        return done.stdout.decode(errors="surrogateescape").strip()

    async def records(
        self, *arguments: str, as_user: bool = False, check: bool = True
    ) -> list[str]:
        """The NUL-separated records that a command prints."""
        done = await self.run(*arguments, as_user=as_user, check=check)
        return done.stdout.decode(errors="surrogateescape").split("\0")[:-1]

    async def settings(self, keys: str, *options: str) -> list[str]:
        """The user's settings whose key matches a regular expression, as `git config -z` says."""
        arguments = ("config", "-z", *options, "--get-regexp", keys)
        return await self.records(*arguments, as_user=True, check=False)

    def blob_sha(self, data: bytes) -> str:
        """The name that git gives to a file's content, as it is: no filter sees it."""
        return hashlib.new(self.object_format, b"blob %d\0" % len(data) + data).hexdigest()

    async def branch(self) -> str | None:
        """The full name of the branch that is checked out, None where HEAD is detached."""
        return await self.text("symbolic-ref", "--quiet", "HEAD") or None

    async def commit(self, name: str = "HEAD") -> str | None:
        """The hash of a reference's commit, None where there is none."""
        return await self.text("rev-parse", "--quiet", "--verify", f"{name}^{{commit}}") or None


def user_environment(extra: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The environment of a git that uses the user's configuration and never asks anything.

    A program for passwords is the environment's, as build servers have it; one that only a
    configuration or a desktop names would open a window.
    """
    environment = clean_environment(
        {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **extra}, inherit=(*_OF_THE_USER, _CONFIGURED)
    )
    count = environment.get(_CONFIGURED, "0")
    if count.isascii() and count.isdecimal() and int(count) <= _MOST_CONFIGURED:
        names = [f"GIT_CONFIG_{part}_{n}" for n in range(int(count)) for part in ("KEY", "VALUE")]
        # An empty value is a value there, and git refuses the count without it.
        environment |= dict.fromkeys(names, "") | clean_environment(inherit=names)
    for name in (*_PLACES, *_PROGRAMS):
        value = environment.get(name, "")
        if value and (name in _PLACES or os.sep in value):
            environment[name] = str(Path(value).absolute())
    environment.setdefault("GIT_ASKPASS", "true")
    return environment
