import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import (
    PushRejected,
    RemoteDenied,
    RemoteInvalid,
    RemoteUnreachable,
    WorkspaceInvalid,
)
from provisioner.git.records import Commit, Push, make_change
from provisioner.git.repository import Repository, open_repository


@pytest.fixture
def remote(mine: Any, bare: Any) -> Any:
    mine.git("remote", "add", "origin", str(bare.path))
    mine.git("push", "-q", "-u", "origin", "main")
    return bare


async def committed(checkout: Any, feature: str = "orders") -> tuple[Repository, Commit]:
    repository = await open_repository(checkout.path)
    return repository, await repository.commit_folder(
        make_change(
            folder=f"behaviors/{feature}",
            files={"main.py": feature.encode()},
            message=f"feat({feature}): add it",
            effect_key=feature,
        )
    )


def hook(remote: Any, name: str, script: str) -> None:
    remote.write(f"hooks/{name}", f"#!/bin/sh\n{script}\n").chmod(0o755)


async def test_a_commit_reaches_the_remote_once(mine: Any, remote: Any) -> None:
    repository, made = await committed(mine)
    assert await repository.push(made.sha, with_mine=True) == Push(
        "origin", "refs/heads/main", pushed=True
    )
    assert remote.git("rev-parse", "main") == made.sha
    assert await repository.push(made.sha, with_mine=True) == Push(
        "origin", "refs/heads/main", pushed=False
    )
    assert mine.git("rev-parse", "origin/main") == made.sha


async def test_a_new_branch_is_made_at_an_empty_remote(mine: Any, bare: Any) -> None:
    mine.git("remote", "add", "elsewhere", str(bare.path))
    mine.git("switch", "-q", "-c", "topic/orders")
    repository, made = await committed(mine)
    pushed = await repository.push(made.sha, branch=made.branch, with_mine=True)
    assert pushed == Push("elsewhere", "refs/heads/topic/orders", pushed=True)
    assert bare.git("rev-parse", "topic/orders") == made.sha


async def test_only_the_commit_is_pushed_not_what_came_after(mine: Any, remote: Any) -> None:
    repository, made = await committed(mine)
    mine.commit("README.md", "later")
    mine.git("tag", "-a", "v1", "-m", "v1", made.sha)
    mine.git("config", "push.followTags", "true")
    await repository.push(made.sha, with_mine=True)
    assert remote.git("rev-parse", "main") == made.sha
    assert remote.git("tag") == ""


async def test_without_a_remote_there_is_nothing_to_push_to(mine: Any) -> None:
    repository, made = await committed(mine)
    assert await repository.push(made.sha, with_mine=True) is None


@pytest.mark.parametrize(
    ("settings", "chosen"),
    [
        ({}, "origin"),
        ({"branch.main.remote": "fork"}, "fork"),
        ({"branch.main.remote": "origin", "remote.pushDefault": "fork"}, "fork"),
        ({"branch.main.pushRemote": "origin", "remote.pushDefault": "fork"}, "origin"),
        ({"branch.main.remote": "."}, "origin"),
    ],
)
async def test_the_remote_is_the_one_that_git_would_choose(
    mine: Any, bare: Any, tmp_path: Path, settings: dict[str, str], chosen: str
) -> None:
    mine.git("clone", "-q", "--bare", str(mine.path), str(tmp_path / "fork.git"))
    mine.git("remote", "add", "fork", str(tmp_path / "fork.git"))
    mine.git("remote", "add", "origin", str(bare.path))
    for key, value in settings.items():
        mine.git("config", key, value)
    repository, made = await committed(mine)
    pushed = await repository.push(made.sha, with_mine=True)
    assert pushed is not None
    assert pushed.remote == chosen


async def test_several_remotes_and_none_of_them_the_branchs(mine: Any, bare: Any) -> None:
    for name in ("one", "two"):
        mine.git("remote", "add", name, str(bare.path))
    repository, made = await committed(mine)
    with pytest.raises(WorkspaceInvalid, match="2 remotes") as caught:
        await repository.push(made.sha, with_mine=True)
    assert "pushRemote" in caught.value.next_step


async def test_a_remote_that_moved_on_from_our_commit_has_it(
    mine: Any, remote: Any, tmp_path: Path
) -> None:
    repository, made = await committed(mine)
    await repository.push(made.sha, with_mine=True)
    colleague = _clone(mine, remote, tmp_path)
    theirs = colleague.commit("README.md", "theirs")
    colleague.git("push", "-q")
    assert await repository.push(made.sha, with_mine=True) == Push(
        "origin", "refs/heads/main", pushed=False
    )
    assert remote.git("rev-parse", "main") == theirs
    assert mine.git("rev-parse", "HEAD") == made.sha


async def test_a_remote_that_went_another_way_is_never_overwritten(
    mine: Any, remote: Any, tmp_path: Path
) -> None:
    colleague = _clone(mine, remote, tmp_path)
    theirs = colleague.commit("README.md", "theirs")
    colleague.git("push", "-q")
    repository, made = await committed(mine)
    mine.git("config", "remote.origin.push", "+refs/heads/main:refs/heads/main")
    with pytest.raises(PushRejected, match="refuses refs/heads/main") as caught:
        await repository.push(made.sha, with_mine=True)
    assert "git pull --rebase" in caught.value.next_step
    assert remote.git("rev-parse", "main") == theirs


async def test_a_rebased_commit_stands_for_the_one_that_was_made(
    mine: Any, remote: Any, tmp_path: Path
) -> None:
    repository, made = await committed(mine)
    theirs = _clone(mine, remote, tmp_path)
    theirs.commit("NEWS.md", "meanwhile")
    theirs.git("push", "-q")
    place = {"folder": "behaviors/orders", "branch": made.branch}
    assert await repository.rewritten(made.sha, **place) == made.sha
    mine.git("pull", "-q", "--rebase", "--autostash")
    now = mine.git("rev-parse", "main")
    assert now != made.sha
    assert await repository.rewritten(made.sha, **place) == now
    mine.commit("behaviors/orders/main.py", "by hand")
    assert await repository.rewritten(made.sha, **place) == made.sha


async def test_a_hook_of_the_remote_that_declines_is_quoted(mine: Any, remote: Any) -> None:
    hook(remote, "pre-receive", "echo 'no deploys on Friday' >&2; exit 1")
    repository, made = await committed(mine)
    with pytest.raises(PushRejected, match="hook declined") as caught:
        await repository.push(made.sha, with_mine=True)
    assert any("no deploys on Friday" in line for line in caught.value.evidence)
    assert "another branch" in caught.value.next_step
    (remote.path / "hooks" / "pre-receive").unlink()
    pushed = await repository.push(made.sha, with_mine=True)
    assert pushed is not None
    assert pushed.pushed


async def test_a_working_copy_as_remote_is_told_so(mine: Any, tmp_path: Path) -> None:
    mine.git("clone", "-q", str(mine.path), str(tmp_path / "copy"))
    mine.git("remote", "add", "origin", str(tmp_path / "copy"))
    repository, made = await committed(mine)
    with pytest.raises(PushRejected, match="currently checked out") as caught:
        await repository.push(made.sha, with_mine=True)
    assert "bare repository" in caught.value.next_step


async def test_a_missing_remote_is_none_whenever_it_is_tried(mine: Any, remote: Any) -> None:
    mine.git("remote", "set-url", "origin", str(remote.path) + "-gone")
    repository, made = await committed(mine)
    with pytest.raises(RemoteInvalid, match="is no git repository") as caught:
        await repository.push(made.sha, with_mine=True)
    assert caught.value.evidence
    assert "--no-push" in caught.value.next_step


async def test_a_server_that_refuses_the_connection_is_unreachable(mine: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    mine.git("remote", "add", "origin", f"http://ada:secret@127.0.0.1:{port}/x.git")
    repository, made = await committed(mine)
    with pytest.raises(RemoteUnreachable) as caught:
        await repository.push(made.sha, with_mine=True)
    assert "secret" not in f"{caught.value} {caught.value.evidence}"


async def test_a_server_that_wants_a_password_is_told_apart_and_nobody_is_asked(
    mine: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = home / "asked"
    window = home / "window.sh"
    window.write_text(f"#!/bin/sh\necho x >> {asked}\n")
    window.chmod(0o755)
    mine.git("config", "core.askPass", str(window))
    monkeypatch.setenv("SSH_ASKPASS", str(window))
    with ThreadingHTTPServer(("127.0.0.1", 0), WantsPassword) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        mine.git("remote", "add", "origin", f"http://127.0.0.1:{server.server_port}/x.git")
        repository, made = await committed(mine)
        with pytest.raises(RemoteDenied, match="refuses access") as caught:
            await repository.push(made.sha, with_mine=True)
        server.shutdown()
    assert "credential" in caught.value.next_step
    assert not os.path.lexists(asked)


async def test_a_server_that_never_answers_is_unreachable(mine: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        mine.git("remote", "add", "origin", f"http://127.0.0.1:{server.getsockname()[1]}/x.git")
        repository, made = await committed(mine)
        with pytest.raises(RemoteUnreachable, match="no answer"):
            await repository.push(made.sha, seconds=0.5, with_mine=True)


class WantsPassword(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(401)
        self.send_header("WWW-Authenticate", 'Basic realm="git"')
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


async def test_what_is_no_commit_is_not_pushed(mine: Any, remote: Any) -> None:
    repository = await open_repository(mine.path)
    tree = mine.git("rev-parse", "HEAD^{tree}")
    for sha in ("", "main", "0" * 40, tree, "--force"):
        with pytest.raises(WorkspaceInvalid, match="no commit"):
            await repository.push(sha, with_mine=True)


async def test_the_users_own_configuration_finds_the_remote(
    mine: Any, bare: Any, home: Path
) -> None:
    with (home / ".gitconfig").open("a") as config:
        config.write(f'[url "{bare.path}"]\n\tinsteadOf = company:orders\n')
    mine.git("remote", "add", "origin", "company:orders")
    repository, made = await committed(mine)
    await repository.push(made.sha, with_mine=True)
    assert bare.git("rev-parse", "main") == made.sha


async def test_an_address_for_pushing_alone_is_looked_at_and_pushed_to(
    mine: Any, bare: Any
) -> None:
    mine.git("remote", "add", "origin", "/nowhere/to/fetch/from")
    mine.git("remote", "set-url", "--push", "origin", str(bare.path))
    repository, made = await committed(mine)
    await repository.push(made.sha, with_mine=True)
    assert bare.git("rev-parse", "main") == made.sha
    again = await repository.push(made.sha, with_mine=True)
    assert again is not None
    assert not again.pushed


async def test_a_detached_head_needs_a_branch_to_push_to(mine: Any, remote: Any) -> None:
    repository, made = await committed(mine)
    mine.git("stash", "-q", "-u")
    mine.git("checkout", "-q", "--detach", "HEAD~1")
    with pytest.raises(WorkspaceInvalid, match="detached"):
        await repository.push(made.sha, with_mine=True)
    await repository.push(made.sha, branch=made.branch, with_mine=True)
    assert remote.git("rev-parse", "main") == made.sha


def _clone(mine: Any, remote: Any, tmp_path: Path) -> Any:
    mine.git("clone", "-q", str(remote.path), str(tmp_path / "colleague"))
    return type(mine)(tmp_path / "colleague")
