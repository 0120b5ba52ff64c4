"""How git is called: plumbing on the object database, never on the working tree.

Generated code has touched the working tree. Whatever it left there (attributes that ask for a
filter, a repository of its own, a program called git) must not be run by us. So git is not even
told where the working tree is: every command runs in git's own folder and takes that for the tree.
Content comes from us. Switching filters and hooks off one by one is not enough: even
`update-index --index-info`, which is given nothing but hashes, opens files of the tree through
their filters, to see whether entries that look unchanged are so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
_ALWAYS = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
}
_NO_CONFIGURATION = {
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
    *(f"{kind}_{end}" for kind in ("http", "https", "all", "no") for end in ("proxy",)),
    *(f"{kind}_{end}" for kind in ("HTTP", "HTTPS", "ALL", "NO") for end in ("PROXY",)),
)

# Of these, what is relative is so to the folder that we were started in, which is no other's.
_PLACES = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GNUPGHOME", "SSH_AUTH_SOCK")
_PROGRAMS = ("GIT_SSH", "GIT_ASKPASS")
_CONFIGURED = "GIT_CONFIG_COUNT"  # settings in the environment, as build servers give them
_MOST_CONFIGURED = 1_000


@dataclass(frozen=True, slots=True)
class Git:
    """One repository, as git's commands are told of it.

    Attributes:
        git_dir: its folder, a linked worktree's own one there; given explicitly, so that git
            looks for no repository and a folder ``.git`` that generated code made means nothing.
        toplevel: of the working tree; for our own eyes, git is not told.
        object_format: ``"sha1"`` or ``"sha256"``.
        lock_seconds: how long a lock that another git process holds is waited for.
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
        env: Mapping[str, str] | None = None,
    ) -> Completed:
        """Run one plumbing command without the user's and the system's configuration.

        Raises:
            CommandFailed: it failed, and `check` was asked.
            ProvisionerError: its output is too long to be kept whole.
        """
        settings = clean_environment({**_ALWAYS, **_NO_CONFIGURATION, **(env or {})})
        return await self._run(arguments, settings, stdin=stdin, check=check, timeout=_SECONDS)

    async def run_as_user(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        check: bool = True,
        env: Mapping[str, str] | None = None,
        timeout: float = _SECONDS,
    ) -> Completed:
        """Run one command with the user's configuration: identity, signing, settings.

        Of all that a configuration can make git do, what reads the working tree or runs hooks
        stays switched off.
        """
        settings = user_environment(env)
        return await self._run(arguments, settings, stdin=stdin, check=check, timeout=timeout)

    async def run_with_remote(self, *arguments: str, timeout: float) -> Completed:
        """Run one command that speaks to a remote; it may fail.

        As `run_as_user`, but at the top of the working tree, where git itself would run it.
        """
        return await self._run(
            arguments,
            user_environment(),
            stdin=None,
            check=False,
            timeout=timeout,
            folder=self.toplevel,
        )

    async def lines(self, *arguments: str) -> list[str]:
        """The NUL-separated records that a command prints."""
        output = (await self.run(*arguments)).stdout.decode(errors="surrogateescape")
        return output.split("\0")[:-1]

    async def _run(
        self,
        arguments: Sequence[str],
        settings: Mapping[str, str],
        *,
        stdin: bytes | None,
        check: bool,
        timeout: float,
        folder: Path | None = None,
    ) -> Completed:
        place = {"GIT_DIR": str(self.git_dir), "GIT_WORK_TREE": str(self.git_dir)}
        milliseconds = int(self.lock_seconds * 1_000)
        overrides = (
            *_OVERRIDES,
            f"core.filesRefLockTimeout={milliseconds}",
            f"core.packedRefsTimeout={milliseconds}",
        )
        argv = ["git", *(word for one in overrides for word in ("-c", one)), *arguments]
        try:
            done = await run_command(
                argv,
                cwd=folder or self.git_dir,
                env={**settings, **place},
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


def user_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a git that may use the user's configuration, but never asks anything.

    A program for passwords that the user put into the environment is kept, as build servers do
    it; one that only a configuration or a desktop names would open a window.
    """
    environment = clean_environment(
        {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **(extra or {})},
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
