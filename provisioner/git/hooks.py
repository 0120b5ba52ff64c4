"""The repository's own hooks, run on what would be committed or pushed.

A hook reads generated code, and often runs it. So it does not see the user's working tree: it gets
a checkout of the commit in a repository of its own, which borrows the user's objects, and runs in
the sandbox, where there is neither a network nor a key. What it changes of the feature's files is
read back as bytes; git is never run on that repository afterwards, whose configuration the hook may
have written.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from provisioner.errors import HookRefused, ProvisionerError
from provisioner.files.temporary import private_folder
from provisioner.files.workspace import BEHAVIORS
from provisioner.git.plumbing import Git, user_environment
from provisioner.git.records import TRAILER, Change, CommitIntent
from provisioner.process import run_command
from provisioner.process.environment import clean_environment
from provisioner.sandbox.base import Confinement, Limits, Sandbox

_MESSAGE = "COMMIT_EDITMSG"
_FILE_BYTES = 4 << 20
_CHECKOUT_SECONDS = 120.0
_OVERRIDDEN = "/dev/null"  # the value that every command of ours gives core.hooksPath
_BY_HAND = "`git.run_hooks: false` in deployment.yaml leaves hooks to the one who merges"


@dataclass(frozen=True, slots=True)
class Hooks:
    """How a repository's hooks are run.

    Attributes:
        sandbox: None runs them as git itself would: with the user's home and the network.
        seconds: of wall-clock time that one hook may take.
    """

    git: Git
    sandbox: Sandbox | None
    seconds: float

    async def before_commit(self, change: Change, parent: str | None, tree: str) -> Change:
        """Run pre-commit on a tree; gives the change with the files as the hook left them.

        Raises HookRefused where it fails and changes nothing: with a change that it made itself it
        may only say that it made one.
        """
        if (hook := await self._find("pre-commit")) is None:
            return change
        with private_folder("hooks") as private:
            checkout = await _check_out(self.git, Path(private), parent, tree)
            names = [f"{change.folder}/{name}" for name in change.files]
            before = _contents(checkout, names)
            failed = await self._run(hook, checkout, ())
            after = _contents(checkout, names)
        if after == before:
            if failed:
                raise failed
            return change
        files = {
            name: after[f"{change.folder}/{name}"]
            if after[f"{change.folder}/{name}"] != before[f"{change.folder}/{name}"]
            else data
            for name, data in change.files.items()
        }
        return replace(change, files=files)

    async def on_message(
        self, change: Change, plan: Callable[[], Awaitable[CommitIntent]]
    ) -> Change:
        """Run commit-msg; gives the change with the message as the hook left it."""
        if (hook := await self._find("commit-msg")) is None:
            return change
        intent = await plan()
        with private_folder("hooks") as private:
            checkout = await _check_out(self.git, Path(private), intent.parent, intent.tree)
            (checkout / ".git" / _MESSAGE).write_text(change.message, "utf-8")
            if failed := await self._run(hook, checkout, (f".git/{_MESSAGE}",)):
                raise failed
            message = _read(checkout, f".git/{_MESSAGE}").decode("utf-8", "replace")
        if f"{TRAILER}: {change.effect_key}" not in message.splitlines():
            raise HookRefused(
                f"the hook commit-msg takes the trailer {TRAILER} out, by which a commit is found",
                next_step=f"have the hook keep it; {_BY_HAND}",
            )
        return replace(change, message=message)

    async def before_push(self, remote: str, url: str, sha: str, ref: str, there: str) -> None:
        """Run pre-push for one commit; `there` is what the remote's branch has, "" for nothing.

        https://git-scm.com/docs/githooks#_pre_push
        """
        if (hook := await self._find("pre-push")) is None:
            return
        nothing = "0" * len(sha)
        line = f"{ref} {sha} {ref} {there or nothing}\n"
        with private_folder("hooks") as private:
            checkout = await _check_out(self.git, Path(private), sha, sha)
            own = Git(checkout / ".git", checkout, self.git.object_format)
            await own.run("config", f"remote.{remote}.url", url)  # hooks of Git LFS look for it
            if failed := await self._run(hook, checkout, (remote, url), line.encode()):
                raise failed

    async def _find(self, name: str) -> Path | None:
        """The program of a hook, None where there is none that could be run."""
        configured = None
        options = ("--show-scope", "--type=path")
        printed = await self.git.settings(r"^core\.hookspath$", *options)
        for _, line in zip(printed[0::2], printed[1::2], strict=True):
            value = line.partition("\n")[2]
            configured = configured if value == _OVERRIDDEN else value
        if configured is None:
            common = await self.git.text("rev-parse", "--git-common-dir")
            folder = self.git.git_dir / common / "hooks"
        else:
            folder = self.git.toplevel / configured
        hook = (folder / name).resolve()
        if not hook.is_file() or not os.access(hook, os.X_OK):
            return None
        generated = self.git.toplevel.resolve()
        if hook.is_relative_to(generated) and BEHAVIORS in hook.relative_to(generated).parts:
            raise HookRefused(
                f"the hook {name} is in {BEHAVIORS}/, where generated code is kept",
                evidence=[str(hook)],
                next_step="`git config --unset core.hooksPath`, or keep hooks elsewhere",
            )
        return hook

    async def _run(
        self, hook: Path, checkout: Path, arguments: Sequence[str], stdin: bytes = b""
    ) -> HookRefused | None:
        """Run one hook in a checkout; the error of one that refuses, None otherwise."""
        argv = [str(hook), *arguments]
        own = {
            "GIT_INDEX_FILE": str(checkout / ".git" / "index"),
            "GIT_EDITOR": ":",
            "GIT_CONFIG_COUNT": "1",  # in a sandbox its owner may be another
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": str(checkout),
        }
        if self.sandbox is None:
            env = clean_environment(own, inherit=("XDG_CONFIG_HOME", "XDG_CACHE_HOME"))
            done = await run_command(
                argv, cwd=checkout, env=env, timeout=self.seconds, stdin=stdin, check=False
            )
            code: int | None = done.exit_code
            printed, late = done.output_tail, done.timed_out
        else:
            limits = Limits(self.seconds, int(self.seconds) + 1, 2 << 30, 256)
            readable = (hook.parent, *await _object_folders(self.git))
            inside = Confinement(limits, checkout, readable, own)
            ended = await self.sandbox.run(argv, inside, stdin=stdin)
            code, late = ended.exit_code, ended.timed_out
            printed = "\n".join(part for part in (ended.stdout, ended.stderr) if part.strip())
        if code == 0:
            return None
        why = f"did not end within {self.seconds:g} s" if late else "refuses"
        sandboxed = "" if self.sandbox is None else (
            "; it ran in a checkout of the commit, without network and keys: where it needs more, "
            "`git.hooks_sandbox: false`"
        )  # fmt: skip
        return HookRefused(
            f"the hook {hook.name} {why}",
            evidence=printed.splitlines(),
            next_step=f"mend what it names, then go on with --recovery-mode{sandboxed}; {_BY_HAND}",
        )


async def _check_out(git: Git, private: Path, head: str | None, tree: str) -> Path:
    """Write a tree into a repository of its own, which borrows the objects of the user's."""
    checkout = private / "checkout"
    init = ["git", "init", "--quiet", "--template=", f"--object-format={git.object_format}"]
    await run_command(
        [*init, str(checkout)], cwd=private, env=user_environment(), timeout=_CHECKOUT_SECONDS
    )
    own = Git(checkout / ".git", checkout, git.object_format)
    lent = "".join(f"{folder}\n" for folder in await _object_folders(git))
    (own.git_dir / "objects" / "info" / "alternates").write_text(lent)
    if head:
        await own.run("update-ref", "HEAD", head)
    await own.run("read-tree", tree)
    done = await own.run(
        *("checkout-index", "--all", "--force", f"--prefix={checkout}/"),
        check=False,
        timeout=_CHECKOUT_SECONDS,
    )
    if done.exit_code:
        raise ProvisionerError(
            "the commit cannot be checked out for its hooks",
            evidence=done.output_tail.splitlines(),
            next_step=f"`git fetch --refetch` where this is a partial clone; or {_BY_HAND}",
        )
    return checkout


async def _object_folders(git: Git) -> tuple[Path, ...]:
    """The folders of a repository's objects: its own, and those that it borrows from others."""
    own = git.git_dir / await git.text("rev-parse", "--git-path", "objects")
    found = [own.resolve()]
    for folder in found:  # grows while it is read
        file = folder / "info" / "alternates"
        lines = file.read_text().splitlines() if file.is_file() else []
        more = [(folder / line).resolve() for line in lines if line and not line.startswith("#")]
        found += [one for one in more if one not in found]
    return tuple(found)


def _contents(checkout: Path, names: Sequence[str]) -> Mapping[str, bytes]:
    return {name: _read(checkout, name) for name in names}


def _read(checkout: Path, name: str) -> bytes:
    """A file's content, read over no link that a hook may have put in its or a folder's place."""
    file = checkout / name
    try:
        if file.parent.resolve() == checkout.resolve() / Path(name).parent:
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb") as stream:
                if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                    data = stream.read(_FILE_BYTES + 1)
                    if len(data) <= _FILE_BYTES:
                        return data
    except OSError:
        pass
    raise HookRefused(
        f"a hook leaves {name} as no file of at most {_FILE_BYTES >> 20} MB",
        next_step=f"mend the hook; {_BY_HAND}",
    )
