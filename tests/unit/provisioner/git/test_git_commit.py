import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from provisioner.errors import ProvisionerError, WorkspaceInvalid
from provisioner.git.records import Commit, CommitIntent, make_change
from provisioner.git.repository import Repository, open_repository

ORDERS = "behaviors/orders"
FILES = {"main.py": b"print('orders')\n", "test.py": b"assert True\n"}
MINE = " M edited.txt\nM  staged.txt\n?? new.txt"  # what `mine` has under way


def request(**changes: Any) -> dict[str, Any]:
    asked = {
        "folder": ORDERS,
        "files": FILES,
        "message": "feat(orders): add orders",
        "effect_key": "run-1/commit/1",
    }
    return asked | changes


def lay(checkout: Any, files: dict[str, bytes] = FILES) -> None:
    for name, data in files.items():
        checkout.write(f"{ORDERS}/{name}", data)


async def commit(
    repository: Repository, recorded: CommitIntent | None = None, **changes: Any
) -> Commit:
    return await repository.commit_folder(make_change(**request(**changes)), recorded)


async def test_a_commit_holds_the_files_and_nothing_else(mine: Any) -> None:
    lay(mine)
    parent = mine.git("rev-parse", "HEAD")
    made = await commit(await open_repository(mine.path))
    assert made == Commit(mine.git("rev-parse", "HEAD"), parent, "refs/heads/main", created=True)
    assert mine.git("diff", "--name-only", parent, "HEAD").split() == [
        f"{ORDERS}/main.py",
        f"{ORDERS}/test.py",
    ]
    assert mine.show(f"{ORDERS}/main.py") == "print('orders')"
    assert mine.git("fsck", "--strict") == ""


async def test_what_the_user_has_under_way_stays_as_it_was(mine: Any) -> None:
    lay(mine)
    await commit(await open_repository(mine.path))
    assert mine.git("status", "--porcelain").splitlines() == MINE.strip().splitlines()
    assert mine.git("diff", "--cached", "--name-only") == "staged.txt"
    assert mine.git("diff", "--name-only") == "edited.txt"


async def test_the_same_request_twice_is_one_commit(mine: Any) -> None:
    lay(mine)
    repository = await open_repository(mine.path)
    first = await commit(repository)
    second = await commit(repository)
    assert (second.sha, second.created) == (first.sha, False)
    assert mine.commits() == ["feat(orders): add orders", "first"]


async def test_a_planned_commit_is_the_same_to_the_byte_whenever_it_is_made(mine: Any) -> None:
    repository = await open_repository(mine.path, now=lambda: 1_700_000_000.9)
    intent = await repository.prepare_commit(make_change(**request()))
    assert mine.commits() == ["first"]
    assert intent.date == "@1700000000 +0000"
    later = await open_repository(mine.path, now=lambda: 1_800_000_000.0)
    first = await commit(later, recorded=CommitIntent(**asdict(intent)))
    mine.git("update-ref", "refs/heads/main", first.parent)
    again = await commit(later, recorded=intent)
    assert again.sha == first.sha
    assert mine.git("show", "-s", "--format=%ct %T") == f"1700000000 {intent.tree}"


async def test_the_first_commit_of_an_empty_repository(empty: Any) -> None:
    lay(empty)
    made = await commit(await open_repository(empty.path))
    assert made.parent is None
    assert empty.git("ls-tree", "-r", "--name-only", "HEAD").split() == [
        f"{ORDERS}/main.py",
        f"{ORDERS}/test.py",
    ]
    assert empty.git("status", "--porcelain") == ""
    assert (await commit(await open_repository(empty.path))).created is False


async def test_a_workspace_in_a_subfolder_commits_below_it(mine: Any) -> None:
    mine.write("services/shop/README.md", "shop")
    for name, data in FILES.items():
        mine.write(f"services/shop/{ORDERS}/{name}", data)
    repository = await open_repository(mine.path / "services" / "shop")
    assert repository.prefix == "services/shop/"
    await commit(repository)
    assert mine.show(f"services/shop/{ORDERS}/main.py") == "print('orders')"
    assert mine.git("diff", "--name-only", "HEAD~1", "HEAD").split() == [
        f"services/shop/{ORDERS}/main.py",
        f"services/shop/{ORDERS}/test.py",
    ]


async def test_a_linked_worktree_commits_on_its_own_branch(mine: Any, tmp_path: Path) -> None:
    mine.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = type(mine)(tmp_path / "side")
    lay(side)
    made = await commit(await open_repository(side.path))
    assert made.branch == "refs/heads/side"
    assert side.git("status", "--porcelain") == ""
    assert mine.commits() == ["first"]
    assert mine.git("status", "--porcelain").splitlines() == MINE.strip().splitlines()


async def test_other_files_of_the_folder_stay(mine: Any) -> None:
    mine.commit(f"{ORDERS}/notes.md", "mine")
    mine.commit(f"{ORDERS}/deep/er/file.py", "deep")
    lay(mine)
    await commit(await open_repository(mine.path))
    names = mine.git("ls-tree", "-r", "--name-only", "HEAD", f"{ORDERS}/").split()
    assert names == [
        f"{ORDERS}/{one}" for one in ("deep/er/file.py", "main.py", "notes.md", "test.py")
    ]
    assert mine.git("status", "--porcelain").splitlines() == MINE.strip().splitlines()


async def test_files_in_subfolders_are_committed(mine: Any) -> None:
    files = {"a/b/one.py": b"1\n", "a/two.py": b"2\n", "a-b.py": b"3\n"}
    lay(mine, files)
    await commit(await open_repository(mine.path), files=files)
    for name, data in files.items():
        assert mine.show(f"{ORDERS}/{name}").encode() + b"\n" == data
    assert mine.git("fsck", "--strict") == ""


async def test_an_executable_file_stays_executable(mine: Any) -> None:
    mine.write(f"{ORDERS}/main.py", "old").chmod(0o755)
    mine.git("add", ORDERS)
    mine.git("commit", "-q", "-m", "executable", "--", ORDERS)
    await commit(await open_repository(mine.path))
    assert mine.git("ls-tree", "HEAD", f"{ORDERS}/main.py").startswith("100755")
    assert mine.git("ls-tree", "HEAD", f"{ORDERS}/test.py").startswith("100644")


async def test_content_is_committed_to_the_byte_whatever_is_configured(mine: Any) -> None:
    mine.git("config", "core.autocrlf", "true")
    data = b"one\r\ntwo\n\xff\x00"
    await commit(await open_repository(mine.path), files={"raw.bin": data})
    assert mine.blob(f"HEAD:{ORDERS}/raw.bin") == data


async def test_what_head_has_already_is_not_committed_again(mine: Any) -> None:
    lay(mine)
    repository = await open_repository(mine.path)
    first = await commit(repository)
    again = await commit(repository, effect_key="run-2/commit/1")
    assert (again.sha, again.parent, again.created) == (first.sha, first.parent, False)


async def test_a_plan_whose_objects_were_collected_is_made_again(mine: Any) -> None:
    repository = await open_repository(mine.path)
    intent = await repository.prepare_commit(make_change(**request()))
    mine.git("gc", "-q", "--prune=now")
    made = await commit(repository, recorded=intent)
    assert mine.git("show", "-s", "--format=%T", made.sha) == intent.tree
    assert mine.git("fsck", "--strict") == ""


async def test_a_commit_of_the_user_in_between_becomes_the_parent(mine: Any) -> None:
    repository = await open_repository(mine.path)
    intent = await repository.prepare_commit(make_change(**request()))
    theirs = mine.commit("README.md", "theirs")
    lay(mine)
    made = await commit(repository, recorded=intent)
    assert made.parent == theirs
    assert mine.show("README.md") == "theirs"
    assert mine.git("show", "-s", "--format=%ct") == intent.date[1:].split()[0]


async def test_the_users_own_commit_of_the_same_files_is_never_undone(mine: Any) -> None:
    repository = await open_repository(mine.path)
    intent = await repository.prepare_commit(make_change(**request()))
    theirs = mine.commit(f"{ORDERS}/main.py", "theirs")
    with pytest.raises(WorkspaceInvalid, match=r"main\.py changed in"):
        await commit(repository, recorded=intent)
    assert mine.git("rev-parse", "HEAD") == theirs


async def test_a_plan_of_something_else_is_refused(mine: Any) -> None:
    repository = await open_repository(mine.path)
    intent = await repository.prepare_commit(make_change(**request()))
    with pytest.raises(ProvisionerError, match="planned with other files"):
        await commit(repository, recorded=intent, files={"main.py": b"other"})
    assert mine.commits() == ["first"]


async def test_a_plan_for_another_branch_is_refused(mine: Any) -> None:
    repository = await open_repository(mine.path)
    intent = await repository.prepare_commit(make_change(**request()))
    mine.git("switch", "-q", "-c", "side")
    with pytest.raises(WorkspaceInvalid, match="planned on refs/heads/main") as caught:
        await commit(repository, recorded=intent)
    assert "git switch main" in caught.value.next_step


async def test_a_commit_is_found_below_later_ones_and_after_a_rebase(mine: Any) -> None:
    lay(mine)
    repository = await open_repository(mine.path)
    intent = await repository.prepare_commit(make_change(**request()))
    made = await commit(repository, recorded=intent)
    mine.commit("README.md", "later")
    mine.git("stash", "-q")
    mine.git("commit", "--amend", "-q", "-m", "reworded")
    found = await commit(repository, recorded=intent)
    assert (found.sha, found.created) == (made.sha, False)
    mine.git("rebase", "-q", "--force-rebase", "--root")
    rewritten = await commit(repository, recorded=intent)
    assert rewritten.created is False
    assert rewritten.sha == mine.git("rev-parse", "HEAD~1")


async def test_a_commit_that_the_user_reverted_is_not_staged_again(mine: Any) -> None:
    lay(mine)
    repository = await open_repository(mine.path)
    made = await commit(repository)
    mine.git("stash", "-q")
    mine.git("revert", "--no-edit", "HEAD")
    assert (await commit(repository)).sha == made.sha
    assert mine.git("diff", "--cached", "--name-only") == ""


async def test_an_index_that_was_left_behind_is_brought_after(mine: Any) -> None:
    lay(mine)
    repository = await open_repository(mine.path)
    before = (mine.path / ".git" / "index").read_bytes()
    await commit(repository)
    mine.commit("behaviors/other/main.py", "beside")
    (mine.path / ".git" / "index").write_bytes(before)
    mine.git("reset", "-q", "--", "behaviors/other")
    assert ORDERS in mine.git("diff", "--cached", "--name-only")
    assert (await commit(repository)).created is False
    assert mine.git("diff", "--cached", "--name-only") == "staged.txt"


async def test_a_locked_index_is_left_alone_and_named(mine: Any) -> None:
    lay(mine)
    lock = mine.write(".git/index.lock", "somebody")
    made = await commit(await open_repository(mine.path, lock_seconds=0.2))
    assert made.created
    assert "another git process holds it" in made.warning
    assert lock.read_text() == "somebody"
    lock.unlink()
    again = await commit(await open_repository(mine.path))
    assert (again.sha, again.warning) == (made.sha, "")
    assert mine.git("status", "--porcelain").splitlines() == MINE.strip().splitlines()


async def test_a_change_as_young_as_the_index_is_not_hidden(mine: Any) -> None:
    mine.git("config", "core.trustctime", "false")
    mine.git("config", "core.checkStat", "minimal")
    place = mine.write("edited.txt", "first\n")
    mine.git("add", "edited.txt")
    age = (mine.path / ".git" / "index").stat().st_mtime_ns - 10 * 10**9
    os.utime(place, ns=(age, age))
    mine.git("add", "edited.txt")
    os.utime(mine.path / ".git" / "index", ns=(age, age))
    place.write_text("other\n")
    os.utime(place, ns=(age, age))
    await commit(await open_repository(mine.path))
    assert mine.git("diff", "--name-only", "--", "edited.txt") == "edited.txt"


async def test_what_a_killed_process_left_of_its_index_is_taken_away(mine: Any) -> None:
    lay(mine)
    gone = mine.write(".git/ai-deploy.999999999.1.index.x1/index", "a copy")
    os.link(gone, mine.path / ".git" / "index.lock")
    made = await commit(await open_repository(mine.path))
    assert made.warning == ""
    assert not list((mine.path / ".git").glob("ai-deploy.*"))
    assert not (mine.path / ".git" / "index.lock").exists()
    assert mine.git("status", "--porcelain").splitlines() == MINE.strip().splitlines()


async def test_an_index_with_extensions_and_odd_formats_is_followed(mine: Any) -> None:
    lay(mine)
    mine.git("config", "core.splitIndex", "true")
    mine.git("config", "core.untrackedCache", "true")
    mine.git("update-index", "--split-index", "--untracked-cache", "--index-version", "4")
    mine.git("status")
    await commit(await open_repository(mine.path))
    assert mine.git("status", "--porcelain").splitlines() == MINE.strip().splitlines()


async def test_a_sparse_checkout_is_followed(mine: Any) -> None:
    mine.git("stash", "-q", "-u")
    mine.git("sparse-checkout", "set", "--cone", "--sparse-index", "behaviors/orders")
    lay(mine)
    await commit(await open_repository(mine.path))
    assert mine.git("status", "--porcelain") == ""
    assert mine.show("behaviors/other/main.py") == "first behaviors/other/main.py"


async def test_a_repository_of_longer_hashes_works_the_same(empty: Any, tmp_path: Path) -> None:
    checkout = type(empty)(tmp_path / "sha256")
    checkout.path.mkdir()
    checkout.git("init", "-q", "--object-format=sha256")
    lay(checkout)
    repository = await open_repository(checkout.path)
    made = await commit(repository)
    assert len(made.sha) == 64
    assert (await commit(repository)).sha == made.sha
    assert await repository.uncommitted(ORDERS) == []
    await commit(repository, files={"more.py": b"2\n"}, effect_key="k2")
    assert checkout.git("ls-files").split() == [
        f"{ORDERS}/{name}.py" for name in ("main", "more", "test")
    ]


async def test_a_locked_branch_is_an_error_that_names_the_lock(mine: Any) -> None:
    mine.write(".git/refs/heads/main.lock", "")
    with pytest.raises(ProvisionerError, match="cannot be moved") as caught:
        await commit(await open_repository(mine.path, lock_seconds=0.2))
    assert any("main.lock" in line for line in caught.value.evidence)
    assert ".lock" in caught.value.next_step
    (mine.path / ".git/refs/heads/main.lock").unlink()
    assert mine.commits() == ["first"]


async def test_a_feature_that_was_staged_meanwhile_ends_up_clean(mine: Any) -> None:
    lay(mine, {"main.py": b"an older version\n"})
    mine.git("add", ORDERS)
    lay(mine)
    await commit(await open_repository(mine.path))
    assert mine.git("status", "--porcelain").splitlines() == MINE.strip().splitlines()


async def test_the_key_is_a_trailer_beside_the_messages_own(mine: Any) -> None:
    message = "feat(orders): add orders\n\nWhy.\n\nRun: run-1\nTests: green"
    await commit(await open_repository(mine.path), message=message)
    trailers = mine.git("show", "-s", "--format=%(trailers:only)").splitlines()
    assert trailers == ["Run: run-1", "Tests: green", "Effect: run-1/commit/1"]


async def test_no_wording_passes_for_another_effects_commit(mine: Any) -> None:
    repository = await open_repository(mine.path)
    forged = "feat: x\n\nEffect: run-2/commit/1\u2028effect: run-2/commit/1"
    await commit(repository, message=forged)
    other = await commit(repository, files={"main.py": b"2"}, effect_key="run-2/commit/1")
    assert other.created


@pytest.mark.parametrize(
    "changes",
    [
        {"message": " \n"},
        {"files": {}},
        {"effect_key": "two\nlines"},
        {"effect_key": ""},
    ],
)
async def test_what_cannot_be_a_commit_is_refused(mine: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        await commit(await open_repository(mine.path), **changes)
    assert mine.commits() == ["first"]


@pytest.mark.parametrize(
    "path",
    [
        "../main.py",
        "/etc/passwd",
        "a//b",
        "./main.py",
        "",
        "a/../../b",
        ".git/config",
        ".GIT/config",
        "sub/.git",
        "GIT~1/config",
        ".g\u200cit/config",
        ".ai-deploy/x",
        "a\\b",
        "a\nb",
        "a\0b",
    ],
)
async def test_a_path_that_leads_elsewhere_is_never_committed(mine: Any, path: str) -> None:
    repository = await open_repository(mine.path)
    with pytest.raises(WorkspaceInvalid, match="cannot be committed"):
        await commit(repository, files={path: b"x"})
    with pytest.raises(WorkspaceInvalid, match="cannot be committed"):
        await commit(repository, folder=path)
    assert mine.commits() == ["first"]


@pytest.mark.parametrize("place", ["behaviors", "behaviors/orders", "behaviors/orders/main.py/x"])
async def test_a_file_in_a_folders_place_is_refused(empty: Any, place: str) -> None:
    empty.commit(place, "a file")
    with pytest.raises(WorkspaceInvalid, match=r"is no folder|is a file"):
        await commit(await open_repository(empty.path))
    assert empty.commits() == ["work"]
