"""Only our commit is pushed: not the user's, and not over anybody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import PushRejected, RemoteMoved, UnpushedCommits, WorkspaceInvalid
from provisioner.git.records import Commit, make_change
from provisioner.git.repository import Repository, open_repository

ORDERS = "behaviors/orders"


@pytest.fixture
def remote(mine: Any, bare: Any) -> Any:
    mine.git("remote", "add", "origin", str(bare.path))
    mine.git("push", "-q", "-u", "origin", "main")
    return bare


@pytest.fixture
def colleague(mine: Any, remote: Any, tmp_path: Path) -> Any:
    other = type(mine)(tmp_path / "colleague")
    mine.git("clone", "-q", str(remote.path), str(other.path))
    return other


async def committed(checkout: Any, data: bytes = b"orders\n", branch: str | None = None) -> Any:
    repository = await open_repository(checkout.path)
    asked = make_change(
        folder=ORDERS, files={"main.py": data}, message="feat(orders): add it", effect_key="k"
    )
    return repository, await repository.commit_folder(asked, None, branch)


async def rebased(repository: Repository, made: Commit) -> str:
    return await repository.rebased(made.sha, branch=made.branch, folder=ORDERS)


def seen(checkout: Any) -> list[str]:
    return [checkout.git("status", "--porcelain"), checkout.git("ls-files", "--stage")]


async def test_commits_of_the_users_stop_the_push_and_are_named(mine: Any, remote: Any) -> None:
    before = remote.git("rev-parse", "main")
    own = mine.commit("notes.txt", "mine", "docs: my own")
    repository = await open_repository(mine.path)
    assert await repository.unpushed() == [f"{own[:7]} docs: my own"]
    repository, made = await committed(mine)
    with pytest.raises(UnpushedCommits, match=r"1 commit of yours") as caught:
        await repository.push(made.sha)
    assert caught.value.evidence == (f"{own[:7]} docs: my own",)
    assert "--push-with-mine" in caught.value.next_step
    assert remote.git("rev-parse", "main") == before
    await repository.push(made.sha, with_mine=True)
    assert remote.git("rev-parse", "main") == made.sha
    assert await repository.unpushed() == []


async def test_an_earlier_commit_of_this_tool_goes_along(mine: Any, remote: Any) -> None:
    await committed(mine)
    repository = await open_repository(mine.path)
    asked = make_change(
        folder="behaviors/other", files={"main.py": b"1\n"}, message="feat: x", effect_key="k2"
    )
    second = await repository.commit_folder(asked)
    await repository.push(second.sha)
    assert remote.git("log", "--format=%s", "main").splitlines()[:2] == [
        "feat: x",
        "feat(orders): add it",
    ]


async def test_a_branch_of_its_own_leaves_the_users_commits_at_home(mine: Any, remote: Any) -> None:
    """It begins at HEAD, so that what was not pushed still stops it; after a push it does not."""
    before = seen(mine)
    head = mine.git("rev-parse", "HEAD")
    repository, made = await committed(mine, branch="refs/heads/feature/orders")
    assert (mine.git("rev-parse", "HEAD"), seen(mine)) == (head, before)
    assert mine.git("rev-parse", "feature/orders") == made.sha
    assert mine.git("rev-parse", "feature/orders~1") == head
    pushed = await repository.push(made.sha, branch=made.branch)
    assert (pushed.ref, remote.git("rev-parse", "feature/orders")) == (made.branch, made.sha)
    _, again = await committed(mine, branch="refs/heads/feature/orders")
    assert (again.sha, again.created) == (made.sha, False)


@pytest.mark.parametrize(
    ("name", "why"),
    [("refs/heads/a..b", "cannot be the name"), ("refs/heads/side", "is checked out in")],
)
async def test_a_branch_that_cannot_be_committed_to(
    mine: Any, tmp_path: Path, name: str, why: str
) -> None:
    mine.git("worktree", "add", "-q", str(tmp_path / "side"), "-b", "side")
    with pytest.raises(WorkspaceInvalid, match=why):
        await committed(mine, branch=name)


async def test_a_remote_that_went_on_gets_our_commit_on_top(
    mine: Any, remote: Any, colleague: Any
) -> None:
    theirs = colleague.commit("other.txt", "theirs")
    colleague.git("push", "-q", "origin", "main")
    repository, made = await committed(mine)
    before = seen(mine)
    with pytest.raises(RemoteMoved):
        await repository.push(made.sha)
    sha = await rebased(repository, made)
    await repository.push(sha, branch=made.branch)
    assert remote.git("log", "--format=%H", "main").splitlines()[:2] == [sha, theirs]
    assert remote.git("show", f"main:{ORDERS}/main.py") == "orders"
    assert (mine.git("rev-parse", "main"), seen(mine)) == (made.sha, before)
    assert await rebased(repository, made) == sha, "a repetition finds it there"
    mine.git("stash", "-q")
    mine.git("pull", "-q", "--rebase")
    assert mine.git("rev-parse", "main") == sha


async def test_a_branch_that_nobody_has_checked_out_moves_along(
    mine: Any, remote: Any, colleague: Any
) -> None:
    name = "refs/heads/feature/orders"
    colleague.git("switch", "-q", "-c", "feature/orders")
    colleague.commit("other.txt", "theirs")
    colleague.git("push", "-q", "origin", "feature/orders")
    repository, made = await committed(mine, branch=name)
    with pytest.raises(RemoteMoved):
        await repository.push(made.sha, branch=name)
    sha = await rebased(repository, made)
    assert mine.git("rev-parse", "feature/orders") == sha


@pytest.mark.parametrize("what", ["the same file", "commits of the user's"])
async def test_what_cannot_be_rebased_by_itself_is_a_persons(
    mine: Any, remote: Any, colleague: Any, what: str
) -> None:
    path = f"{ORDERS}/main.py" if what == "the same file" else "other.txt"
    colleague.commit(path, "theirs")
    colleague.git("push", "-q", "origin", "main")
    if what != "the same file":
        mine.commit("notes.txt", "mine")
    repository, made = await committed(mine)
    with pytest.raises(PushRejected, match=r"changes behaviors|commits of yours") as caught:
        await rebased(repository, made)
    assert "git pull --rebase" in caught.value.next_step
    assert mine.git("rev-parse", "main") == made.sha


async def test_a_remote_that_is_named_is_taken(mine: Any, remote: Any, tmp_path: Path) -> None:
    other = type(mine)(tmp_path / "other.git")
    mine.git("clone", "-q", "--bare", str(remote.path), str(other.path))
    mine.git("remote", "add", "second", str(other.path))
    repository, made = await committed(mine)
    pushed = await repository.push(made.sha, remote="second")
    assert (pushed.remote, other.git("rev-parse", "main")) == ("second", made.sha)
    assert await repository.push_url(remote="second") == str(other.path)
    with pytest.raises(WorkspaceInvalid, match="no remote 'third'"):
        await repository.push(made.sha, remote="third")
