"""Errors of remotes, classified by rules over git's messages; the first that matches counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from provisioner.errors import (
    ProvisionerError,
    PushRejected,
    RemoteDenied,
    RemoteInvalid,
    RemoteUnreachable,
)
from provisioner.git.remote import PushTarget, without_credentials
from provisioner.process import Completed

_ON = "then go on with --recovery-mode; or use --no-push"


class _Rule(NamedTuple):
    pattern: str
    error: type[ProvisionerError]
    next_step: str
    what: str = ""


_EXCHANGE = (
    _Rule(
        "dubious ownership",
        RemoteInvalid,
        f"if you trust it, run the command that git names, {_ON}",
        "belongs to another user",
    ),
    _Rule(
        "host key verification failed|no .* host key is known",
        RemoteDenied,
        f"connect to it once by hand (`ssh HOST`) and compare its key, {_ON}",
        "is a host that ssh does not know",
    ),
    _Rule(
        "certificate|unable to access .*CAfile",
        RemoteInvalid,
        f"trust its authority (`git config http.sslCAInfo FILE`), {_ON}",
        "has a certificate that is not trusted",
    ),
    _Rule(
        r"authentication failed|could not read (username|password)|permission denied|"
        r"access denied|returned error: 40[137]|not authorized|insufficient permission",
        RemoteDenied,
        "the remote refuses your credentials: make a plain `git push` work without a question "
        "(credential helper or ssh key), or use --no-push",
        "refuses access",
    ),
    _Rule(
        r"does not appear to be a git repository|repository .*not found|returned error: 4(04|10)|"
        r"not a git repository|project .* could not be found|does not exist|no such device",
        RemoteInvalid,
        f"check the address (`git remote -v`), make the repository if it is missing, {_ON}",
        "is no git repository",
    ),
    _Rule(
        r"unable to find remote helper|transport '.*' not allowed|protocol .* not supported|"
        r"strange hostname|no such remote|not a valid remote name|illegal|malformed|bad config",
        RemoteInvalid,
        f"mend it (`git remote set-url NAME ADDRESS`), {_ON}",
        "has an address that git cannot use",
    ),
    _Rule(
        r"cannot run |unable to fork|: (command )?not found$|cannot exec",
        RemoteInvalid,
        f"install it, or mend core.sshCommand or remote.NAME.receivepack, {_ON}",
        "needs a program that cannot be run",
    ),
    _Rule(
        r"could not resolve|temporary failure|name or service not known|timed out|refused|reset|"
        r"unreachable|no route to host|connection closed|hung up|early eof|unexpected disconnect|"
        r"returned error: (408|429|5\d\d)|rpc failed|couldn't connect|failed to connect|"
        r"empty reply|recv failure|send failure|handshake|kex_exchange|broken pipe|"
        r"ssl_error_syscall|too many",
        RemoteUnreachable,
        "check the network and `git remote -v`, then go on with --recovery-mode; or use --no-push",
        "cannot be reached",
    ),
)
_UNKNOWN = _Rule("", RemoteInvalid, f"make a plain `git push` work, {_ON}", "does not work")
_REJECTION = (
    _Rule(
        r"non-fast-forward|fetch first|stale info|\bbehind\b",
        PushRejected,
        "somebody else pushed to that branch: `git pull --rebase --autostash`, then go on with "
        "--recovery-mode",
    ),
    _Rule(
        "currently checked out",
        PushRejected,
        "the remote is a working copy with that branch checked out: push to a bare repository",
    ),
    _Rule(
        "shallow update not allowed",
        PushRejected,
        f"this is a shallow clone, and the remote lacks its history: `git fetch --unshallow`, "
        f"{_ON}",
    ),
    _Rule(
        r"no space left|quota|disk full",
        PushRejected,
        f"the remote has no room: free some there, {_ON}",
    ),
    _Rule(
        r"protected branch|not allowed to push|insufficient permission|permission denied|"
        r"you are not allowed|read-only|unable to create temporary object directory",
        RemoteDenied,
        "the remote refuses the right to push: work on another branch (`git switch -c NAME`), or "
        "ask its owner",
    ),
    _Rule(
        r"hook declined|policy|rule violations|prohibited",
        PushRejected,
        "the remote's rules refuse it: work on another branch (`git switch -c NAME`), or ask its "
        "owner",
    ),
    _Rule(
        r"cannot lock ref|' exists",
        PushRejected,
        f"the remote has a branch whose name is a part of this one, or a lock file that stayed: "
        f"rename the branch or remove the file, {_ON}",
    ),
)
_NO_RULE = _Rule("", PushRejected, f"see what the remote says, mend it, {_ON}")


def exchange_error(done: Completed, target: PushTarget) -> ProvisionerError:
    """The error for a command on a remote that failed or timed out."""
    text = done.stderr.decode(errors="replace")
    lines = [without_credentials(line) for line in text.splitlines() if line.strip()]
    rule = _first(_EXCHANGE, text, _UNKNOWN)
    if done.timed_out:
        lines.append(f"no answer within {done.seconds:.0f} s")
        rule = next(one for one in _EXCHANGE if one.error is RemoteUnreachable)
    fatal = [line for line in lines if line.startswith(("fatal:", "ssh:", "ERROR:", "error:"))]
    why = fatal[0] if fatal and not done.timed_out else lines[-1] if lines else "no answer"
    return rule.error(
        f"the remote {target.shown} {rule.what}: {why.removeprefix('fatal: ')}",
        evidence=lines,
        next_step=rule.next_step,
    )


def rejection(done: Completed, target: PushTarget, summary: str) -> ProvisionerError:
    """The error for a commit that the remote refuses; `summary` is git's."""
    own = ("remote:", "error: remote", "error: unable")  # lines of the remote, its hooks perhaps
    lines = done.stderr.decode(errors="replace").splitlines()
    reported = [without_credentials(one.strip()) for one in lines if one.startswith(own)]
    evidence = (summary, *reported)
    rule = _first(_REJECTION, "\n".join(evidence), _NO_RULE)
    return rule.error(
        f"{target.shown} refuses {target.ref}: {summary}",
        evidence=evidence,
        next_step=rule.next_step,
    )


def _first(rules: Sequence[_Rule], text: str, otherwise: _Rule) -> _Rule:
    flags = re.IGNORECASE | re.MULTILINE
    return next((rule for rule in rules if re.search(rule.pattern, text, flags)), otherwise)
