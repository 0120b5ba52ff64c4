"""git's and servers' own words, and what each of them means."""

import pytest

from provisioner.errors import (
    BranchProtected,
    ProvisionerError,
    PushRejected,
    RemoteDenied,
    RemoteInvalid,
    RemoteMoved,
    RemoteUnreachable,
)
from provisioner.git.remote.refusals import exchange_error, rejection
from provisioner.process import Completed


def ended(said: str, *, timed_out: bool = False) -> Completed:
    return Completed(("git",), 128, b"", said.encode(), 1.0, timed_out)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("fatal: '../x.git' does not appear to be a git repository", RemoteInvalid),
        ("ERROR: Repository not found.\nfatal: Could not read from remote", RemoteInvalid),
        ("remote: Repository not found.\nfatal: repository 'https://x/y' not found", RemoteInvalid),
        ("fatal: unable to access 'x': The requested URL returned error: 404", RemoteInvalid),
        ("fatal: detected dubious ownership in repository at '/x'", RemoteInvalid),
        ("fatal: unable to access 'https://x/': SSL certificate problem: expired", RemoteInvalid),
        ("git: 'remote-foo' is not a git command\nfatal: unable to find remote helper for 'foo'",
         RemoteInvalid),
        ("fatal: transport 'ext' not allowed", RemoteInvalid),
        ("./ssh: 1: ./ssh: not found\nfatal: Could not read", RemoteInvalid),
        ("something that nobody has seen before", RemoteInvalid),
        ("", RemoteInvalid),
        ("git@x: Permission denied (publickey).\nfatal: Could not read from remote", RemoteDenied),
        ("fatal: could not read Username for 'https://x': terminal prompts disabled", RemoteDenied),
        ("fatal: unable to access 'x': The requested URL returned error: 403", RemoteDenied),
        ("Host key verification failed.\nfatal: Could not read from remote", RemoteDenied),
        ("fatal: unable to access 'https://x/': Could not resolve host: x", RemoteUnreachable),
        ("ssh: connect to host x port 22: Connection refused\nfatal: Could not read",
         RemoteUnreachable),
        ("ssh: connect to host x port 22: No route to host", RemoteUnreachable),
        ("fatal: unable to access 'x': The requested URL returned error: 503",
         RemoteUnreachable),
        ("fatal: the remote end hung up unexpectedly", RemoteUnreachable),
        ("kex_exchange_identification: Connection closed by remote host", RemoteUnreachable),
    ],
)  # fmt: skip
def test_a_conversation_that_failed(said: str, error: type[ProvisionerError]) -> None:
    found = exchange_error(ended(said), "origin")
    assert type(found) is error
    assert "origin" in str(found)
    assert "--no-push" in found.next_step


def test_what_did_not_answer_in_time_may_answer_later() -> None:
    found = exchange_error(ended("", timed_out=True), "origin")
    assert type(found) is RemoteUnreachable
    assert "no answer within 1 s" in str(found)


@pytest.mark.parametrize(
    ("summary", "said", "error", "step"),
    [
        ("[rejected] (non-fast-forward)", "", RemoteMoved, "git pull --rebase"),
        ("[rejected] (fetch first)", "", RemoteMoved, "git pull --rebase"),
        ("[remote rejected] (branch is currently checked out)", "", PushRejected, "bare"),
        ("[remote rejected] (shallow update not allowed)", "", PushRejected, "--unshallow"),
        ("[remote rejected] (pre-receive hook declined)", "remote: no deploys on Friday",
         PushRejected, "another branch"),
        ("[remote rejected] (protected branch hook declined)", "remote: error: GH006: Protected",
         BranchProtected, "another branch"),
        ("[remote rejected] (pre-receive hook declined)",
         "remote: GitLab: You are not allowed to push code to protected branches", BranchProtected,
         "another branch"),
        ("[remote rejected] (unpacker error)",
         "error: remote unpack failed: unable to create temporary object directory",
         BranchProtected, "owner"),
        ("[remote rejected] (unpacker error)", "remote: fatal: write: No space left on device",
         PushRejected, "free some"),
        ("[remote rejected] (push declined due to repository rule violations)",
         "remote: error: GH013: Repository rule violations found", BranchProtected,
         "another branch"),
        ("[remote rejected] (refusing to allow a Personal Access Token to create or update "
         "workflow `.github/workflows/x.yml` without `workflow` scope)", "", PushRejected,
         "scope `workflow`"),
        ("[remote rejected] (something new)", "", PushRejected, "see what the remote says"),
    ],
)  # fmt: skip
def test_a_commit_that_was_refused(
    summary: str, said: str, error: type[ProvisionerError], step: str
) -> None:
    found = rejection(ended(said), "origin", "refs/heads/main", summary)
    assert type(found) is error
    assert step in found.next_step
    assert summary in found.evidence


def test_no_password_is_shown() -> None:
    remote = "https://ada:secret@x/y"
    found = exchange_error(ended(f"fatal: repository '{remote}' not found"), remote)
    assert "secret" not in f"{found} {found.evidence}"
