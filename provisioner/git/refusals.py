"""Errors of remotes, classified by rules over git's messages; the first that matches counts."""

from __future__ import annotations

import re
from typing import NamedTuple

from provisioner.errors import (
    ProvisionerError,
    PushRejected,
    RemoteDenied,
    RemoteInvalid,
    RemoteUnreachable,
)
from provisioner.process import Completed

_ON = "then go on with --recovery-mode; or use --no-push"
_ELSEWHERE = "work on another branch (`git switch -c NAME`), or ask its owner"


class _Rule(NamedTuple):
    pattern: str
    next_step: str
    error: type[ProvisionerError] = PushRejected
    what: str = ""


_UNREACHABLE = _Rule(
    r"could not resolve|temporary failure|name or service not known|timed out|refused|reset|"
    r"unreachable|no route to host|connection closed|hung up|early eof|unexpected disconnect|"
    r"returned error: (408|429|5\d\d)|rpc failed|couldn't connect|failed to connect|"
    r"empty reply|recv failure|send failure|handshake|kex_exchange|broken pipe|"
    r"ssl_error_syscall|too many",
    f"check the network and `git remote -v`, {_ON}",
    RemoteUnreachable,
    "cannot be reached",
)
_EXCHANGE = (
    _Rule(
        "dubious ownership",
        f"if you trust it, run the command that git names, {_ON}",
        RemoteInvalid,
        "belongs to another user",
    ),
    _Rule(
        "host key verification failed|no .* host key is known",
        f"connect to it once by hand (`ssh HOST`) and compare its key, {_ON}",
        RemoteDenied,
        "is a host that ssh does not know",
    ),
    _Rule(
        "certificate|unable to access .*CAfile",
        f"trust its authority (`git config http.sslCAInfo FILE`), {_ON}",
        RemoteInvalid,
        "has a certificate that is not trusted",
    ),
    _Rule(
        r"authentication failed|could not read (username|password)|permission denied|"
        r"access denied|returned error: 40[137]|not authorized|insufficient permission",
        "the remote refuses your credentials: make a plain `git push` work without a question "
        "(credential helper or ssh key), or use --no-push",
        RemoteDenied,
        "refuses access",
    ),
    _Rule(
        r"does not appear to be a git repository|repository .*not found|returned error: 4(04|10)|"
        r"not a git repository|project .* could not be found|does not exist|no such device",
        f"check the address (`git remote -v`), make the repository if it is missing, {_ON}",
        RemoteInvalid,
        "is no git repository",
    ),
    _Rule(
        r"unable to find remote helper|transport '.*' not allowed|protocol .* not supported|"
        r"strange hostname|no such remote|not a valid remote name|illegal|malformed|bad config",
        f"mend it (`git remote set-url NAME ADDRESS`), {_ON}",
        RemoteInvalid,
        "has an address that git cannot use",
    ),
    _Rule(
        r"cannot run |unable to fork|: (command )?not found$|cannot exec",
        f"install it, or mend core.sshCommand or remote.NAME.receivepack, {_ON}",
        RemoteInvalid,
        "needs a program that cannot be run",
    ),
    _UNREACHABLE,
    _Rule("", f"make a plain `git push` work, {_ON}", RemoteInvalid, "does not work"),
)
_REJECTION = (
    _Rule(
        r"non-fast-forward|fetch first|stale info|\bbehind\b",
        "somebody else pushed to that branch: `git pull --rebase --autostash`, then go on with "
        "--recovery-mode",
    ),
    _Rule(
        "currently checked out",
        "the remote is a working copy with that branch checked out: push to a bare repository",
    ),
    _Rule(
        "shallow update not allowed",
        "this is a shallow clone, and the remote lacks its history: `git fetch --unshallow`, "
        f"{_ON}",
    ),
    _Rule(
        "no space left|quota|disk full",
        f"the remote has no room: free some there, {_ON}",
    ),
    _Rule(
        r"protected branch|not allowed to push|insufficient permission|permission denied|"
        r"you are not allowed|read-only|unable to create temporary object directory",
        f"the remote refuses the right to push: {_ELSEWHERE}",
        RemoteDenied,
    ),
    _Rule(
        "hook declined|policy|rule violations|prohibited",
        f"the remote's rules refuse it: {_ELSEWHERE}",
    ),
    _Rule(
        "cannot lock ref|' exists",
        "the remote has a branch whose name is a part of this one, or a lock file that stayed: "
        f"rename the branch or remove the file, {_ON}",
    ),
    _Rule("", f"see what the remote says, mend it, {_ON}"),
)


def exchange_error(done: Completed, remote: str) -> ProvisionerError:
    """The error for a command on a remote that failed or timed out."""
    text = done.stderr.decode(errors="replace")
    lines = [without_credentials(line) for line in text.splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "ssh:", "ERROR:", "error:"))]
    if done.timed_out:
        rule, fatal = _UNREACHABLE, []
        lines.append(f"no answer within {done.seconds:.0f} s")
    else:
        rule = _first(_EXCHANGE, text)
    why = [*fatal, *lines[-1:], "no answer"][0]
    return rule.error(
        f"the remote {without_credentials(remote)} {rule.what}: {why.removeprefix('fatal: ')}",
        evidence=lines,
        next_step=rule.next_step,
    )


def rejection(done: Completed, remote: str, ref: str, summary: str) -> ProvisionerError:
    """The error for a commit that the remote refuses; `summary` is git's."""
    own = ("remote:", "error: remote", "error: unable")  # lines of the remote, its hooks perhaps
    lines = done.stderr.decode(errors="replace").splitlines()
    reported = [without_credentials(one.strip()) for one in lines if one.startswith(own)]
    rule = _first(_REJECTION, "\n".join((summary, *reported)))
    return rule.error(
        f"{without_credentials(remote)} refuses {ref}: {summary}",
        evidence=(summary, *reported),
        next_step=rule.next_step,
    )


def without_credentials(text: str) -> str:
    """Text without the password in an address."""
    return re.sub(r"://[^/@\s]+@", "://", text)


def _first(rules: tuple[_Rule, ...], text: str) -> _Rule:
    """The first rule that matches; the last one of each table matches anything."""
    flags = re.IGNORECASE | re.MULTILINE
    return next(rule for rule in rules if re.search(rule.pattern, text, flags))
