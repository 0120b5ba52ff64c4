"""What a configuration says relative to the working tree means what it means to git itself."""

import base64
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import RemoteInvalid, WorkspaceInvalid
from provisioner.git.records import Commit, make_change
from provisioner.git.repository import Repository, open_repository

SSH = """#!/bin/sh
# ssh [options] host command: the command is run here
case "$1" in -G) exit 1;; esac
for last; do :; done
echo "$last" >> "{log}"
exec sh -c "$last"
"""


async def committed(path: Path) -> tuple[Repository, Commit]:
    repository = await open_repository(path)
    return repository, await repository.commit_folder(
        make_change(
            folder="behaviors/orders",
            files={"main.py": b"1\n"},
            message="feat(orders): add them",
            effect_key="orders",
        )
    )


async def pushed(path: Path, remote: Any) -> None:
    """A commit of ours reaches the remote, and is seen there when it is looked for again."""
    repository, made = await committed(path)
    done = await repository.push(made.sha, with_mine=True)
    assert done is not None
    assert done.pushed
    assert remote.git("rev-parse", done.ref) == made.sha
    again = await repository.push(made.sha, with_mine=True)
    assert again is not None
    assert not again.pushed


@pytest.mark.parametrize(
    "settings",
    [
        {"remote.origin.url": "../remote.git"},
        {"remote.origin.url": "./../remote.git/"},
        {"remote.origin.url": "../nowhere.git", "remote.origin.pushurl": "../remote.git"},
        {"remote.origin.url": "company:orders", "url.../remote.git.insteadOf": "company:orders"},
        {"remote.origin.url": "../../gone/x", "url.../remote.git.pushInsteadOf": "../../gone/x"},
        {"branch.main.pushRemote": "../remote.git"},
    ],
    ids=["url", "dotted", "pushurl", "insteadOf", "pushInsteadOf", "branch"],
)
async def test_a_relative_address_is_relative_to_the_working_tree(
    mine: Any, bare: Any, settings: dict[str, str]
) -> None:
    for key, value in settings.items():
        mine.git("config", key, value)
    await pushed(mine.path, bare)


async def test_from_a_folder_within_it_is_the_same_remote(mine: Any, bare: Any) -> None:
    mine.git("remote", "add", "origin", "../remote.git")
    (mine.path / "sub").mkdir()
    await pushed(mine.path / "sub", bare)


async def test_from_a_linked_working_tree_it_is_relative_to_that(
    mine: Any, bare: Any, tmp_path: Path
) -> None:
    mine.git("remote", "add", "origin", "../../remote.git")
    mine.git("worktree", "add", "-q", str(tmp_path / "linked" / "tree"), "-b", "side")
    await pushed(tmp_path / "linked" / "tree", bare)


async def test_a_folder_of_that_name_in_the_tree_is_not_the_remote(mine: Any, bare: Any) -> None:
    """git's own folder is no place to start from: there, ../remote.git would be in the tree."""
    planted = type(mine)(mine.path / "remote.git")
    planted.path.mkdir()
    planted.git("init", "-q", "--bare")
    mine.git("remote", "add", "origin", "../remote.git")
    await pushed(mine.path, bare)
    assert planted.git("for-each-ref") == ""


async def test_files_that_are_included_are_found_beside_the_configuration(
    mine: Any, bare: Any, home: Path
) -> None:
    mine.write(".git/remotes.cfg", '[remote "origin"]\n\turl = ../remote.git\n')
    mine.git("config", "include.path", "remotes.cfg")
    (home / "work.cfg").write_text("[user]\n\temail = ada@work.example\n")
    with (home / ".gitconfig").open("a") as config:
        config.write(f'[includeIf "gitdir:{mine.path}/"]\n\tpath = work.cfg\n')
    await pushed(mine.path, bare)
    assert mine.git("log", "-1", "--format=%ae") == "ada@work.example"


async def test_a_relative_ssh_command_is_run_as_git_runs_it(mine: Any, bare: Any) -> None:
    log = mine.path / "ssh.log"
    mine.write("tools/ssh.sh", SSH.format(log=log)).chmod(0o755)
    mine.git("config", "core.sshCommand", "./tools/ssh.sh")
    mine.git("remote", "add", "origin", f"somewhere:{bare.path}")
    await pushed(mine.path, bare)
    assert "git-receive-pack" in log.read_text()


async def test_an_ssh_command_of_the_environment_is_found_from_where_we_were_started(
    mine: Any, bare: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "started" / "ssh.sh"
    program.parent.mkdir()
    program.write_text(SSH.format(log=tmp_path / "log"))
    program.chmod(0o755)
    monkeypatch.chdir(program.parent)
    monkeypatch.setenv("GIT_SSH", "./ssh.sh")
    mine.git("remote", "add", "origin", f"somewhere:{bare.path}")
    await pushed(mine.path, bare)


async def test_an_ssh_command_that_is_not_there_is_named(mine: Any, bare: Any) -> None:
    mine.git("config", "core.sshCommand", "./tools/gone.sh")
    mine.git("remote", "add", "origin", f"somewhere:{bare.path}")
    repository, made = await committed(mine.path)
    with pytest.raises(RemoteInvalid, match="needs a program that cannot be run") as caught:
        await repository.push(made.sha, with_mine=True)
    assert "core.sshCommand" in caught.value.next_step


@pytest.mark.parametrize("helper", ["!./tools/key.sh", "store --file=keys"])
async def test_a_relative_credential_helper_is_asked(mine: Any, helper: str) -> None:
    mine.write("tools/key.sh", "#!/bin/sh\necho username=ada\necho password=key\n").chmod(0o755)
    given: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            given.append(self.headers.get("Authorization", ""))
            self.send_response(404 if given[-1] else 401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place = f"127.0.0.1:{server.server_port}"
        mine.write("keys", f"http://ada:key@{place.replace(':', '%3a')}\n")
        mine.git("config", "credential.helper", helper)
        mine.git("remote", "add", "origin", f"http://{place}/x.git")
        repository, made = await committed(mine.path)
        with pytest.raises(RemoteInvalid, match="is no git repository"):
            await repository.push(made.sha, with_mine=True)
        server.shutdown()
    assert given[-1] == "Basic " + base64.b64encode(b"ada:key").decode()


async def test_every_address_of_a_remote_gets_the_commit(
    mine: Any, bare: Any, tmp_path: Path
) -> None:
    second = type(mine)(tmp_path / "second.git")
    mine.git("init", "-q", "--bare", str(second.path))
    mine.git("remote", "add", "origin", "../remote.git")
    for name in ("../remote.git", "../second.git"):
        mine.git("remote", "set-url", "--add", "--push", "origin", name)
    await pushed(mine.path, bare)
    second.git("update-ref", "-d", "refs/heads/main")
    repository, made = await committed(mine.path)
    done = await repository.push(made.sha, with_mine=True)
    assert done is not None
    assert done.pushed
    assert second.git("rev-parse", "main") == bare.git("rev-parse", "main") == made.sha


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("core.sshCommand", "behaviors/orders/ssh"),
        ("credential.helper", "!./behaviors/orders/key"),
        ("credential.https://example.org.helper", "!sh behaviors/orders/key"),
        ("remote.origin.receivepack", "behaviors/orders/pack"),
        ("remote.origin.url", "behaviors/orders/remote.git"),
    ],
)
async def test_nothing_among_generated_code_is_run_for_a_push(
    mine: Any, bare: Any, key: str, value: str
) -> None:
    mine.git("remote", "add", "origin", "../remote.git")
    mine.git("config", key, value)
    repository, made = await committed(mine.path)
    with pytest.raises(WorkspaceInvalid, match="generated code"):
        await repository.push(made.sha, with_mine=True)
    assert bare.git("for-each-ref") == ""


async def test_a_pipe_that_git_would_read_is_refused(mine: Any, bare: Any) -> None:
    mine.git("remote", "add", "origin", "../remote.git")
    repository, made = await committed(mine.path)
    os.mkfifo(mine.write("behaviors/orders/x", "").with_name(".gitattributes"))
    with pytest.raises(WorkspaceInvalid, match="is no file: git would wait") as caught:
        await repository.push(made.sha, with_mine=True)
    assert "remove it" in caught.value.next_step


async def test_a_remote_that_is_configured_and_not_there_is_named(mine: Any, bare: Any) -> None:
    mine.git("remote", "add", "origin", "../remote.git")
    mine.git("config", "branch.main.remote", "gone")
    repository, made = await committed(mine.path)
    with pytest.raises(WorkspaceInvalid, match=r"branch\.main\.remote is gone"):
        await repository.push(made.sha, with_mine=True)


async def test_settings_in_the_environment_count(
    mine: Any, bare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.git("remote", "add", "origin", "company:orders")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "2")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "url.../remote.git.insteadOf")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "company:orders")
    monkeypatch.setenv("GIT_CONFIG_KEY_1", "credential.helper")
    monkeypatch.setenv("GIT_CONFIG_VALUE_1", "")
    await pushed(mine.path, bare)
