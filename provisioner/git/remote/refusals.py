"""Errors of remotes, by tables over git's messages; the first row that matches counts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from provisioner.errors import (
    BranchProtected,
    ProvisionerError,
    PushRejected,
    RemoteDenied,
    RemoteInvalid,
    RemoteMoved,
    RemoteUnreachable,
)
from provisioner.process import Completed

_ON = "then go on with --recovery-mode; or use --no-push"
_ELSEWHERE = "work on another branch (`git switch -c NAME`), or ask its owner"
_UNREACHABLE = "cannot be reached"
#: What is wrong with the remote: the error, git's messages, the next step.
_EXCHANGE: Mapping[str, tuple[type[ProvisionerError], str, str]] = {
    "belongs to another user": (
        RemoteInvalid,
        "dubious ownership",
        f"if you trust it, run the command that git names, {_ON}",
    ),
    "is a host that ssh does not know": (
        RemoteDenied,
        "host key verification failed|no .* host key is known",
        f"connect to it once by hand (`ssh HOST`) and compare its key, {_ON}",
    ),
    "has a certificate that is not trusted": (
        RemoteInvalid,
        "certificate|unable to access .*CAfile",
        f"trust its authority (`git config http.sslCAInfo FILE`), {_ON}",
    ),
    "refuses access": (
        RemoteDenied,
        r"authentication failed|could not read (username|password)|permission denied|"
        r"access denied|returned error: 40[137]|not authorized|insufficient permission",
        "the remote refuses your credentials: make a plain `git push` work without a question "
        "(credential helper or ssh key), or use --no-push",
    ),
    "is no git repository": (
        RemoteInvalid,
        r"does not appear to be a git repository|repository .*not found|returned error: 4(04|10)|"
        r"not a git repository|project .* could not be found|does not exist|no such device",
        f"check the address (`git remote -v`), make the repository if it is missing, {_ON}",
    ),
    "has an address that git cannot use": (
        RemoteInvalid,
        r"unable to find remote helper|transport '.*' not allowed|protocol .* not supported|"
        r"strange hostname|no such remote|not a valid remote name|illegal|malformed|bad config",
        f"mend it (`git remote set-url NAME ADDRESS`), {_ON}",
    ),
    "needs a program that cannot be run": (
        RemoteInvalid,
        r"cannot run |unable to fork|: (command )?not found$|cannot exec",
        f"install it, or mend core.sshCommand or remote.NAME.receivepack, {_ON}",
    ),
    _UNREACHABLE: (
        RemoteUnreachable,
        r"could not resolve|temporary failure|name or service not known|timed out|refused|reset|"
        r"unreachable|no route to host|connection closed|hung up|early eof|unexpected disconnect|"
        r"returned error: (408|429|5\d\d)|rpc failed|couldn't connect|failed to connect|"
        r"empty reply|recv failure|send failure|handshake|kex_exchange|broken pipe|"
        r"ssl_error_syscall|too many",
        f"check the network and `git remote -v`, {_ON}",
    ),
    "does not work": (RemoteInvalid, "", f"make a plain `git push` work, {_ON}"),
}
_MOVED = (
    "somebody else pushed to that branch: `git pull --rebase --autostash`, then go on with "
    "--recovery-mode"
)
_NO_RIGHT = f"the remote refuses the right to push: {_ELSEWHERE}"
_RULES = f"the remote's rules for that branch refuse it: {_ELSEWHERE}"
#: The next step, by the remote's words on a commit that it refuses.
_REJECTION = {
    "without `?workflows?`? (scope|permission)": (
        "the token may not push files of .github/workflows: give it the scope `workflow` "
        f"(`gh auth refresh -s workflow`), or the permission Workflows, {_ON}"
    ),
    r"non-fast-forward|fetch first|stale info|\bbehind\b": _MOVED,
    "currently checked out": (
        "the remote is a working copy with that branch checked out: push to a bare repository"
    ),
    "shallow update not allowed": (
        f"this is a shallow clone, and the remote lacks its history: `git fetch --unshallow`, {_ON}"
    ),
    "no space left|quota|disk full": f"the remote has no room: free some there, {_ON}",
    r"protected branch|not allowed to push|insufficient permission|permission denied|"
    r"you are not allowed|read-only|unable to create temporary object directory": _NO_RIGHT,
    "rule violations": _RULES,
    "hook declined|policy|prohibited": f"the remote's rules refuse it: {_ELSEWHERE}",
    "cannot lock ref|' exists": (
        "the remote has a branch whose name is a part of this one, or a lock file that stayed: "
        f"rename the branch or remove the file, {_ON}"
    ),
    "": f"see what the remote says, mend it, {_ON}",
}


_REFUSALS: Mapping[str, type[ProvisionerError]] = {
    _NO_RIGHT: BranchProtected,
    _RULES: BranchProtected,
    _MOVED: RemoteMoved,
}


def exchange_error(done: Completed, remote: str) -> ProvisionerError:
    """The error for a command on a remote that failed or timed out."""
    text = done.stderr.decode(errors="replace")
    lines = [without_credentials(line) for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "ssh:", "ERROR:", "error:"))]
    if done.timed_out:
        what, fatal = _UNREACHABLE, []
        lines.append(f"no answer within {done.seconds:.0f} s")
    else:
        what = next(one for one, (_, pattern, _) in _EXCHANGE.items() if _found(pattern, text))
    error, _, next_step = _EXCHANGE[what]
    why = [*fatal, *lines[-1:], "no answer"][0].removeprefix("fatal: ")
    message = f"the remote {without_credentials(remote)} {what}: {why}"
    return error(message, evidence=lines, next_step=next_step)


def rejection(done: Completed, remote: str, ref: str, summary: str) -> ProvisionerError:
    """The error for a commit that the remote refuses; `summary` is git's."""
    own = ("remote:", "error: remote", "error: unable")  # lines of the remote, its hooks perhaps
    lines = done.stderr.decode(errors="replace").splitlines()
    said = [summary, *(without_credentials(one.strip()) for one in lines if one.startswith(own))]
    text = "\n".join(said)
    next_step = next(step for pattern, step in _REJECTION.items() if _found(pattern, text))
    error = _REFUSALS.get(next_step, PushRejected)
    message = f"{without_credentials(remote)} refuses {ref}: {summary}"
    return error(message, evidence=said, next_step=next_step)


def without_credentials(text: str) -> str:
    """Text without the password in an address."""
    return re.sub(r"://[^/@\s]+@", "://", text)


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE | re.MULTILINE) is not None
