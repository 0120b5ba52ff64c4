import os
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import WorkspaceInvalid
from provisioner.git.records import make_change
from provisioner.git.repository import open_repository
from provisioner.process import ToolMissing

FILES = {"main.py": b"1\n"}


async def refused(path: Path, why: str) -> str:
    repository = await open_repository(path)
    with pytest.raises(WorkspaceInvalid, match=why) as caught:
        await repository.check_committable("behaviors/orders")
    with pytest.raises(WorkspaceInvalid, match=why):
        await repository.commit_folder(
            make_change(folder="behaviors/orders", files=FILES, message="feat: x", effect_key="k")
        )
    return caught.value.next_step


async def test_a_folder_without_a_repository_is_told_what_to_do(tmp_path: Path, home: Path) -> None:
    with pytest.raises(WorkspaceInvalid, match="no git repository") as caught:
        await open_repository(tmp_path)
    assert "git init" in caught.value.next_step
    assert "--no-commit" in caught.value.next_step


async def test_a_bare_repository_and_gits_own_folder_are_refused(bare: Any, mine: Any) -> None:
    for path in (bare.path, mine.path / ".git"):
        with pytest.raises(WorkspaceInvalid, match="bare repository or in git's own folder"):
            await open_repository(path)


async def test_a_broken_repository_is_refused_with_what_git_says(mine: Any) -> None:
    mine.write(".git/config", "[core\n")
    with pytest.raises(WorkspaceInvalid, match="git cannot work") as caught:
        await open_repository(mine.path)
    assert "bad config" in caught.value.evidence[-1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
async def test_a_strangers_repository_needs_the_users_trust(mine: Any, home: Path) -> None:
    for path in (mine.path, mine.path / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(WorkspaceInvalid, match="git cannot work") as caught:
        await open_repository(mine.path)
    assert "safe.directory" in caught.value.next_step
    with (home / ".gitconfig").open("a") as config:
        config.write(f"[safe]\n\tdirectory = {mine.path}\n")
    repository = await open_repository(mine.path)
    made = await repository.commit_folder(
        make_change(folder="behaviors/orders", files=FILES, message="feat: x", effect_key="k")
    )
    assert made.created


async def test_without_git_the_tool_is_named(
    mine: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing, match="git cannot be run"):
        await open_repository(mine.path)


async def test_what_is_checked_out_is_told(mine: Any, empty: Any) -> None:
    repository = await open_repository(mine.path)
    assert await repository.git.branch() == "refs/heads/main"
    assert await repository.git.commit() == mine.git("rev-parse", "HEAD")
    assert repository.git.toplevel == mine.path
    assert repository.workspace == mine.path


async def test_a_branch_without_a_commit_is_told(empty: Any) -> None:
    git = (await open_repository(empty.path)).git
    assert (await git.branch(), await git.commit()) == ("refs/heads/main", None)


async def test_a_linked_workspace_is_seen_where_it_really_is(mine: Any, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(mine.path)
    assert (await open_repository(tmp_path / "link")).workspace == mine.path


async def test_the_environments_own_repository_means_nothing(
    mine: Any, bare: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(bare.path))
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere")
    repository = await open_repository(mine.path)
    assert repository.git.git_dir == mine.path / ".git"
    made = await repository.commit_folder(
        make_change(folder="behaviors/orders", files=FILES, message="feat: x", effect_key="k")
    )
    assert await repository.git.commit() == made.sha


async def test_no_commit_on_a_detached_head(mine: Any) -> None:
    mine.git("checkout", "-q", "--detach")
    assert "git switch -c" in await refused(mine.path, "detached")
    assert await (await open_repository(mine.path)).git.branch() is None


@pytest.mark.parametrize("command", ["merge", "rebase", "cherry-pick", "revert"])
async def test_no_commit_while_something_is_under_way(mine: Any, command: str) -> None:
    mine.git("stash", "-q", "-u")
    mine.git("switch", "-q", "-c", "side")
    mine.commit("README.md", "side")
    mine.commit("README.md", "side again")
    mine.git("switch", "-q", "main")
    tip = mine.commit("README.md", "main")
    mine.git(
        command, "--no-edit" if command == "revert" else "side~0", *_rest(command), check=False
    )
    assert "abort" in await refused(mine.path, f"a {command} is under way")
    assert mine.git("rev-parse", "main") == tip


def _rest(command: str) -> tuple[str, ...]:
    return ("side~1",) if command == "revert" else ()
