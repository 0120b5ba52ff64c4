"""Repositories as people have them: a run in each is right, or is refused with what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import Oracle, tasks
from tests.integration.snapshot import snapshot
from tests.servers.wire import ModelServer

TASK = tasks()["humaneval-3"]
FOLDER = f"behaviors/{TASK.id}"
ORDER = ("--feature", TASK.id, "--requirements", TASK.requirements, "--mode", "CODE", "--no-input")


@pytest.fixture
def model() -> Iterator[ModelServer]:
    with ModelServer(Oracle()) as server:
        yield server


@pytest.fixture
def tool(tool: Command, model: ModelServer) -> Command:
    """The command in a repository with a commit, a staged change, an edited and a new file."""
    environ = {
        **tool.environ,
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "AI_DEPLOY_QUALITY_MUTATION": "off",
    }
    tool = replace(tool, environ=environ)
    for name in ("README.md", "staged.txt", "edited.txt"):
        (tool.root / name).write_text("first\n")
    tool.git("add", ".")
    tool.git("commit", "-q", "-m", "docs: begin")
    return busy(tool)


def busy(tool: Command) -> Command:
    """With work of the user's own under way."""
    (tool.root / "staged.txt").write_text("staged\n")
    tool.git("add", "staged.txt")
    (tool.root / "edited.txt").write_text("edited\n")
    (tool.root / "new.txt").write_text("new\n")
    return tool


def bare_remote(tool: Command, place: Path) -> None:
    """A bare repository with what is committed here, so that nothing of the user's goes along."""
    tool.git("clone", "-q", "--bare", ".", str(place))


def at(place: Path, *arguments: str) -> str:
    argv = ["git", "-C", str(place), *arguments]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout.strip()


def users_work(tool: Command) -> dict[str, str]:
    """What git sees of the user's own files, and what they hold; the feature is left out."""
    others = ("--", ".", f":(exclude,top,glob)**/{FOLDER}/**")
    seen = tool.git("status", "--porcelain", "-uall", *others)
    index = tool.git("ls-files", "--stage", *others)
    files = {path: expected for path, expected in snapshot(tool.root).items() if _is_users(path)}
    return {"status": seen, "index": index, **files}


def _is_users(path: str) -> bool:
    return not {".git", ".ai-deploy", "behaviors"} & set(path.split("/"))


def delivered(tool: Command, *options: str, inside: Path | None = None) -> Ended:
    """A run that is right: one commit of the feature alone, and nothing else has changed."""
    before = users_work(tool)
    caller = replace(tool, root=inside) if inside else tool
    ended = caller.call(*ORDER, *options)
    assert ended.exit_code == 0, ended.said
    assert users_work(tool) == before
    changed = tool.git("show", "--name-only", "--format=", "HEAD").splitlines()
    assert changed
    assert all(f"{FOLDER}/" in name for name in changed)
    assert tool.git("status", "--porcelain", "--", f":(top,glob)**/{FOLDER}/**") == ""
    tool.git("fsck", "--strict")
    return ended


def refused(tool: Command, *expected: str, root: Path | None = None) -> Ended:
    """A run that is refused before a model is asked, and leaves the folder as it was."""
    before = snapshot(tool.root)
    caller = replace(tool, root=root) if root else tool
    ended = caller.call(*ORDER)
    assert ended.exit_code == 2, ended.said
    assert "Traceback" not in ended.said
    assert "next: " in ended.stderr
    for part in expected:
        assert part in ended.stderr
    assert snapshot(tool.root) == before
    return ended


def test_a_relative_remote(tool: Command, tmp_path: Path) -> None:
    bare_remote(tool, tmp_path / "remote.git")
    tool.git("remote", "add", "origin", "../remote.git")
    ended = delivered(tool)
    assert "pushed" in ended.stdout
    assert at(tmp_path / "remote.git", "rev-parse", "main") == tool.git("rev-parse", "HEAD")


def test_a_remote_that_does_not_exist_is_tried_once_and_no_model_is_asked(
    tool: Command, model: ModelServer, tmp_path: Path
) -> None:
    tool.git("remote", "add", "origin", "../gone.git")
    ended = tool.call(*ORDER)
    assert ended.exit_code == 1
    asked = [seen.function for seen in model.requests]
    assert "analyze_deployment_error" not in asked
    assert "analyze_failure" not in asked
    assert ended.stderr.count("is no git repository") >= 1
    assert "git remote -v" in ended.stdout
    assert "permission_denied" not in ended.said
    assert "network_error" not in ended.said
    [head] = [line for line in tool.commits() if "docs: begin" not in line]
    assert head
    tool.git("init", "-q", "--bare", str(tmp_path / "gone.git"))
    tool.git("push", "-q", "origin", "HEAD~1:refs/heads/main")
    again = tool.call("--feature", TASK.id, "--mode", "CODE", "--recovery-mode", "--no-input")
    assert again.exit_code == 0, again.said
    assert at(tmp_path / "gone.git", "rev-parse", "main") == tool.git("rev-parse", "HEAD")
    assert len(model.requests) == len(asked)


def test_a_remote_that_went_on_gets_the_commit_on_top(tool: Command, tmp_path: Path) -> None:
    bare_remote(tool, tmp_path / "remote.git")
    tool.git("remote", "add", "origin", "../remote.git")
    other = tmp_path / "colleague"
    tool.git("clone", "-q", str(tmp_path / "remote.git"), str(other))
    identity = ("-c", "user.name=B", "-c", "user.email=b@example.org")
    at(other, *identity, "commit", "-q", "--allow-empty", "-m", "docs: meanwhile")
    at(other, "push", "-q", "origin", "HEAD:main")
    ended = delivered(tool)
    assert "git pull --rebase" in ended.stderr
    subjects = at(tmp_path / "remote.git", "log", "--format=%s", "main").splitlines()
    assert subjects[1:] == ["docs: meanwhile", "docs: begin"]


def test_commits_of_the_users_stop_a_run_before_anything_is_spent(
    tool: Command, model: ModelServer, tmp_path: Path
) -> None:
    bare_remote(tool, tmp_path / "remote.git")
    tool.git("remote", "add", "origin", "../remote.git")
    tool.git("commit", "-q", "--allow-empty", "-m", "docs: my own")
    refused(tool, "1 commit of yours", "docs: my own", "--push-with-mine")
    assert model.requests == []
    delivered(tool, "--push-with-mine")
    assert at(tmp_path / "remote.git", "rev-parse", "main") == tool.git("rev-parse", "HEAD")


def test_attributes_of_git_lfs_stay_in_place(tool: Command, tmp_path: Path) -> None:
    bare_remote(tool, tmp_path / "remote.git")
    tool.git("remote", "add", "origin", "../remote.git")
    (tool.root / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    tool.git("config", "filter.lfs.process", f"touch {tmp_path}/ran; cat")
    tool.git("config", "filter.lfs.required", "true")
    delivered(tool)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("key", ["commit.gpgsign", "core.hooksPath", "core.fsmonitor"])
def test_a_configuration_of_the_repositorys_own(tool: Command, tmp_path: Path, key: str) -> None:
    """Signing without a key stops the commit; hooks are run; a monitor is not."""
    program = tmp_path / "hooks" / "pre-commit"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\ntest -f README.md && echo looked && exit 1\n")
    program.chmod(0o755)
    tool.git("config", key, "true" if key == "commit.gpgsign" else str(program.parent))
    if key == "core.fsmonitor":
        tool.git("config", key, f"touch {tmp_path}/ran")
        (tmp_path / "ran").unlink(missing_ok=True)
        ended = tool.call(*ORDER)
        assert (ended.exit_code, (tmp_path / "ran").exists()) == (0, False)
        return
    before = users_work(tool)
    ended = tool.call(*ORDER)
    assert ended.exit_code == 1
    assert users_work(tool) == before
    assert "signing failed" in ended.said if key == "commit.gpgsign" else "looked" in ended.said
    assert tool.git("rev-list", "--count", "HEAD") == "1"


def test_several_remotes_and_none_of_them_chosen(tool: Command, model: ModelServer) -> None:
    for name in ("one", "two"):
        tool.git("remote", "add", name, f"../{name}.git")
    refused(tool, "there are 2 remotes", "branch.main.pushRemote")
    assert model.requests == []


def test_a_subfolder_is_the_repository_s(tool: Command) -> None:
    inside = tool.root / "docs" / "deep"
    inside.mkdir(parents=True)
    (tool.root / "deployment.yaml").write_text("deployment:\n  provision_mode: CODE\n")
    ended = delivered(tool, inside=inside)
    assert f"workspace: {tool.root}" in ended.stderr
    assert not (inside / ".ai-deploy").exists()
    listed = replace(tool, root=inside).call("runs")
    assert (listed.exit_code, TASK.id in listed.stdout) == (0, True)
    shown = replace(tool, root=inside).call("config", "show")
    assert 'deployment.provision_mode = "CODE"  (deployment.yaml' in shown.stdout.replace(
        f"{tool.root}/", ""
    )


def test_a_subfolder_that_is_named_is_taken(tool: Command) -> None:
    (tool.root / "package").mkdir()
    ended = delivered(tool, "--workspace", "package")
    assert f"workspace: {tool.root / 'package'}" in ended.stderr
    assert tool.committed(f"package/{FOLDER}/main.py")
    assert not (tool.root / "behaviors").exists()


def test_a_linked_working_tree(tool: Command, tmp_path: Path) -> None:
    bare_remote(tool, tmp_path / "remote.git")
    tool.git("remote", "add", "origin", "../../remote.git")
    tool.git("worktree", "add", "-q", str(tmp_path / "trees" / "side"), "-b", "side")
    linked = busy(replace(tool, root=tmp_path / "trees" / "side"))
    main = tool.git("rev-parse", "main")
    delivered(linked)
    assert at(tmp_path / "remote.git", "rev-parse", "side") == linked.git("rev-parse", "HEAD")
    assert tool.git("rev-parse", "main") == main
    shutil.rmtree(tool.root / ".git" / "worktrees")
    refused(linked, "its repository is elsewhere, and there is none", "git worktree repair")


def test_a_submodule_is_a_repository_of_its_own(tool: Command, tmp_path: Path) -> None:
    tool.git("clone", "-q", "--bare", ".", str(tmp_path / "library.git"))
    address = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    tool.git(*address, str(tmp_path / "library.git"), "library")
    outer = tool.git("rev-parse", "HEAD")
    library = busy(replace(tool, root=tool.root / "library"))
    delivered(library)
    assert tool.git("rev-parse", "HEAD") == outer
    assert at(tmp_path / "library.git", "rev-parse", "main") == library.git("rev-parse", "HEAD")


def test_a_submodule_in_the_features_place(tool: Command, tmp_path: Path) -> None:
    tool.git("clone", "-q", "--bare", ".", str(tmp_path / "library.git"))
    address = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
    tool.git(*address, str(tmp_path / "library.git"), "behaviors")
    refused(tool, "is a repository of its own", "--workspace")
    tool.git("commit", "-q", "-m", "chore: a submodule", "--", "behaviors", ".gitmodules")
    tool.git("submodule", "--quiet", "deinit", "-f", "behaviors")
    refused(tool, "behaviors is no folder in the commit")


def test_a_detached_head(tool: Command, model: ModelServer) -> None:
    tool.git("checkout", "-q", "--detach")
    refused(tool, "is detached", "git switch -c NAME")
    assert model.requests == []


def test_a_branch_without_a_commit(tool: Command) -> None:
    tool.git("checkout", "-q", "--orphan", "fresh")
    delivered(tool)
    assert tool.git("rev-list", "--count", "HEAD") == "1"


def test_a_shallow_clone(tool: Command, tmp_path: Path) -> None:
    tool.git("commit", "-q", "--allow-empty", "-m", "docs: more")
    tool.git("clone", "-q", "--bare", ".", str(tmp_path / "remote.git"))
    source = f"file://{tmp_path / 'remote.git'}"
    tool.git("clone", "-q", "--depth=1", source, str(tmp_path / "shallow"))
    shallow = busy(replace(tool, root=tmp_path / "shallow"))
    delivered(shallow)
    assert at(tmp_path / "remote.git", "rev-parse", "main") == shallow.git("rev-parse", "HEAD")
    tool.git("init", "-q", "--bare", str(tmp_path / "empty.git"))
    shallow.git("remote", "set-url", "origin", "../empty.git")
    kept = shallow.call(*ORDER, "--no-regenerate", "--push-with-mine")
    assert "git fetch --unshallow" in kept.said or "pushed" in kept.stdout


@pytest.mark.parametrize("filtered", ["blob:none", "tree:0"])
def test_a_partial_clone(tool: Command, tmp_path: Path, filtered: str) -> None:
    tool.git("clone", "-q", "--bare", ".", str(tmp_path / "remote.git"))
    at(tmp_path / "remote.git", "config", "uploadpack.allowFilter", "true")
    at(tmp_path / "remote.git", "config", "uploadpack.allowAnySHA1InWant", "true")
    source = f"file://{tmp_path / 'remote.git'}"
    tool.git("clone", "-q", f"--filter={filtered}", source, str(tmp_path / "partial"))
    partial = busy(replace(tool, root=tmp_path / "partial"))
    delivered(partial)
    assert at(tmp_path / "remote.git", "rev-parse", "main") == partial.git("rev-parse", "HEAD")


def test_a_sparse_checkout(tool: Command) -> None:
    for name in ("kept", "left"):
        (tool.root / name).mkdir()
        (tool.root / name / "file.txt").write_text("x\n")
    tool.git("add", "kept", "left")
    tool.git("commit", "-q", "-m", "docs: more", "--", "kept", "left")
    tool.git("sparse-checkout", "set", "kept")
    delivered(tool)
    assert not (tool.root / "left").exists()
    assert tool.git("ls-tree", "--name-only", "HEAD", "left/") == "left/file.txt"


@pytest.mark.parametrize("how", ["core.autocrlf", "text=auto", "eol=crlf"])
def test_lines_that_end_in_crlf(tool: Command, how: str) -> None:
    delivered(tool)
    if how == "core.autocrlf":
        tool.git("config", how, "true")
    else:
        attribute = "text=auto eol=crlf" if how == "text=auto" else "text eol=crlf"
        (tool.root / ".gitattributes").write_text(f"*.py {attribute}\n")
        tool.git("add", ".gitattributes")
        tool.git("commit", "-q", "-m", "chore: line ends", "--", ".gitattributes")
    main = tool.root / FOLDER / "main.py"
    text = main.read_bytes()
    shutil.rmtree(tool.root / FOLDER)
    tool.git("checkout", "--", FOLDER)
    assert main.read_bytes() == text.replace(b"\n", b"\r\n")
    head = tool.git("rev-parse", "HEAD")
    same = tool.call(*ORDER, "--no-regenerate")
    assert same.exit_code == 0, same.said
    assert tool.git("rev-parse", "HEAD") == head, "nothing but line ends differs"
    main.write_bytes(main.read_bytes() + b"# by hand\r\n")
    delivered(tool, "--no-regenerate")
    assert tool.committed(f"{FOLDER}/main.py") == text + b"# by hand\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_a_repository_of_another_user(tool: Command, model: ModelServer, tmp_path: Path) -> None:
    for path in (tool.root, tool.root / ".git"):
        os.chown(path, 12345, 12345)
    (tool.root / "sub").mkdir()
    (tool.root / ".env").write_text(f"AI_DEPLOY_QUALITY_MUTATION=sampled\nHOST={model.url}\n")
    trust = f"git config --global --add safe.directory {tool.root}"
    refused(tool, "dubious ownership", trust)
    refused(tool, "dubious ownership", trust, root=tool.root / "sub")
    with (tmp_path / "home" / ".gitconfig").open("a") as config:
        config.write(f"[safe]\n\tdirectory = {tool.root}\n")
    delivered(tool)


@pytest.mark.parametrize("looks", ["bare", "worktree"])
def test_a_folder_that_looks_like_a_repository(tool: Command, looks: str) -> None:
    """Anybody's content may look so, a configuration that names programs included."""
    place = tool.root / "fixtures"
    tool.git("init", "-q", "--bare", str(place))
    if looks == "worktree":
        at(place, "config", "core.bare", "false")
        at(place, "config", "core.worktree", "..")
    refused(tool, "in a bare repository or in git's own folder", root=place)


def test_gits_own_folder(tool: Command) -> None:
    refused(tool, "in a bare repository or in git's own folder", root=tool.root / ".git" / "hooks")


def test_a_folder_without_a_repository(tool: Command, tmp_path: Path) -> None:
    place = tmp_path / "plain"
    place.mkdir()
    refused(replace(tool, root=place), "is in no git repository", "git init")


@pytest.mark.parametrize(
    "name", ["Geschäft für Gäste", "a 'quoted' \"one\" $HOME", "-dash", "日本"]
)
def test_a_repository_with_an_unusual_path(tool: Command, tmp_path: Path, name: str) -> None:
    bare_remote(tool, tmp_path / f"{name}.git")
    tool.root.rename(tmp_path / name)
    moved = replace(tool, root=tmp_path / name)
    moved.git("remote", "add", "origin", f"./../{name}.git")
    inside = moved.root / "Straße 1"
    inside.mkdir()
    delivered(moved, inside=inside)
    assert at(tmp_path / f"{name}.git", "rev-parse", "main") == moved.git("rev-parse", "HEAD")


def test_a_repository_with_a_line_break_in_its_path(tool: Command, tmp_path: Path) -> None:
    tool.root.rename(tmp_path / "a\nb")
    refused(replace(tool, root=tmp_path / "a\nb"), "line break")


def test_a_path_over_a_link(tool: Command, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tool.root)
    delivered(tool, "--workspace", str(tmp_path / "link"))


ENV = {
    "BOM": b"\xef\xbb\xbfAI_DEPLOY_DEPLOYMENT_MAX_RETRIES=7\n",
    "double quotes": b'AI_DEPLOY_DEPLOYMENT_MAX_RETRIES="7"\n',
    "single quotes": b"AI_DEPLOY_DEPLOYMENT_MAX_RETRIES='7'\n",
    "export": b"export AI_DEPLOY_DEPLOYMENT_MAX_RETRIES=7\n",
    "all": b'\xef\xbb\xbfexport AI_DEPLOY_DEPLOYMENT_MAX_RETRIES="7"\r\nA=1\r\n',
    "comment": b"# mine\nAI_DEPLOY_DEPLOYMENT_MAX_RETRIES=7 # seven\n",
    "no last newline": b"AI_DEPLOY_DEPLOYMENT_MAX_RETRIES=7",
}


@pytest.mark.parametrize("content", ENV.values(), ids=ENV)
def test_an_env_file_as_editors_and_shells_write_it(tool: Command, content: bytes) -> None:
    (tool.root / ".env").write_bytes(content)
    (tool.root / "sub").mkdir()
    for root in (tool.root, tool.root / "sub"):
        shown = replace(tool, root=root).call("config", "show")
        assert "deployment.max_retries = 7" in shown.stdout, shown.said


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_an_env_file_in_another_encoding(tool: Command, encoding: str) -> None:
    (tool.root / ".env").write_bytes("NAME=Grüße\n".encode(encoding))
    ended = tool.call(*ORDER)
    assert (ended.exit_code, "save it as UTF-8" in ended.stderr) == (2, True)


def test_a_run_that_is_refused_leaves_nothing(tool: Command) -> None:
    tool.git("checkout", "-q", "-b", "side")
    tool.git("commit", "-q", "--allow-empty", "-m", "docs: side")
    (tool.root / ".git" / "MERGE_HEAD").write_text(tool.git("rev-parse", "HEAD") + "\n")
    refused(tool, "a merge is under way", "finish or abort")
