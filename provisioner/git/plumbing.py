"""How git is called: plumbing on the object database, never on the working tree.

Generated code has touched the working tree. Whatever it left there (attributes that ask for a
filter, a repository of its own, a program called git) must not be run by us. So every command runs
in git's own folder, which is given as the working tree; content comes from us. Switching filters
and hooks off one by one is not enough: even `update-index --index-info`, which is given nothing
but hashes, opens files of the tree through their filters.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from provisioner.errors import CommandFailed, ProvisionerError
from provisioner.process import Completed, run_command
from provisioner.process.environment import clean_environment

_SECONDS = 60.0
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
    "XDG_CONFIG_HOME",
    "XDG_RUNTIME_DIR",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
    "SUDO_UID",  # whose repositories root trusts under sudo
    "GNUPGHOME",
    "SSH_AUTH_SOCK",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_ASKPASS",
    "GH_TOKEN",
    "GITHUB_TOKEN",
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
        stdin: bytes | None = None,
        check: bool = True,
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> Completed:
        """Run one plumbing command without the user's and the system's configuration.

        Raises:
            CommandFailed: it failed, and `check` was asked.
            ProvisionerError: its output is longer than 64 MB.
        """
        return await self._run(arguments, clean_environment({**_PLUMBING, **env}), stdin, check)

    async def run_as_user(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        check: bool = True,
        env: Mapping[str, str] = MappingProxyType({}),
    ) -> Completed:
        """Run one command with the user's configuration: identity, signing, settings.

        Of all that a configuration can make git do, what reads the working tree or runs hooks
        stays switched off.
        """
        return await self._run(arguments, user_environment(env), stdin, check)

    async def run_with_remote(self, *arguments: str, timeout: float) -> Completed:
        """Run one command that contacts a remote; it may fail.

        As `run_as_user`, but at the top of the working tree, where git itself would run it.
        """
        environment = user_environment()
        return await self._run(
            arguments, environment, None, check=False, timeout=timeout, cwd=self.toplevel
        )

    async def succeeds(self, *arguments: str) -> bool:
        """Whether a plumbing command ends with exit code 0."""
        return not (await self.run(*arguments, check=False)).exit_code

    async def lines(self, *arguments: str) -> list[str]:
        """The NUL-separated records that a plumbing command prints."""
        output = (await self.run(*arguments)).stdout.decode(errors="surrogateescape")
        return output.split("\0")[:-1]

    async def blob(self, sha: str) -> bytes:
        """The content of a file in the object database."""
        return (await self.run("cat-file", "blob", sha)).stdout

    async def _run(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        stdin: bytes | None,
        check: bool,
        *,
        timeout: float = _SECONDS,
        cwd: Path | None = None,
    ) -> Completed:
        milliseconds = int(self.lock_seconds * 1_000)
        locks = [f"core.{name}Timeout={milliseconds}" for name in ("filesRefLock", "packedRefs")]
        settings = [word for one in (*_OVERRIDES, *locks) for word in ("-c", one)]
        place = {"GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.git_dir)}
        try:
            done = await run_command(
                ["git", *settings, *arguments],
                cwd=cwd or self.git_dir,
                env={**environment, **place},
                stdin=stdin,
                check=check,
                timeout=timeout,
                output_bytes=_OUTPUT_BYTES,
            )
        except CommandFailed as error:
            raise CommandFailed(["git", *arguments], error.exit_code, error.output_tail) from error
        if done.omitted_bytes:
            raise ProvisionerError(f"git {arguments[0]} printed more than 64 MB")
        return done


def user_environment(extra: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """Build the environment of a git that uses the user's configuration and never asks anything.

    A program for passwords that the user put into the environment is kept, as build servers do
    it; one that only a configuration or a desktop names would open a window.
    """
    environment = clean_environment(
        {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **extra},
        inherit=(*_OF_THE_USER, _CONFIGURED),
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
