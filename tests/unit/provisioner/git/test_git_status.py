import os
from typing import Any

import pytest

from provisioner.errors import WorkspaceInvalid
from provisioner.git.records import FolderStatus
from provisioner.git.repository import open_repository

ORDERS = "behaviors/orders"


async def status(path: Any) -> FolderStatus:
    return await (await open_repository(path)).folder_status(ORDERS)


async def test_a_folder_that_is_nowhere_is_clean_and_not_in_head(mine: Any) -> None:
    found = await status(mine.path)
    assert found == FolderStatus(exists_in_head=False, changed=(), untracked=())
    assert found.clean


async def test_a_committed_folder_is_clean(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    mine.write(f"{ORDERS}/run.sh", "2\n").chmod(0o755)
    (mine.path / ORDERS / "link").symlink_to("main.py")
    mine.git("add", ORDERS)
    mine.git("commit", "-q", "-m", "more", "--", ORDERS)
    found = await status(mine.path)
    assert found.clean
    assert found.exists_in_head


async def test_edited_deleted_and_new_files_are_told_apart(mine: Any) -> None:
    for name in ("edited.py", "deleted.py", "linked.py", "same.py"):
        mine.commit(f"{ORDERS}/{name}", "1\n")
    mine.write(f"{ORDERS}/edited.py", "2\n")
    (mine.path / ORDERS / "deleted.py").unlink()
    (mine.path / ORDERS / "linked.py").unlink()
    (mine.path / ORDERS / "linked.py").symlink_to("same.py")
    mine.write(f"{ORDERS}/sub/new.py", "new")
    (mine.path / ORDERS / "loop").symlink_to("..")
    assert await status(mine.path) == FolderStatus(
        exists_in_head=True,
        changed=tuple(f"{ORDERS}/{name}.py" for name in ("deleted", "edited", "linked")),
        untracked=(f"{ORDERS}/loop", f"{ORDERS}/sub/new.py"),
    )


async def test_a_file_that_git_ignores_is_told_nevertheless(mine: Any) -> None:
    mine.write(".gitignore", "behaviors/\n")
    mine.write(f"{ORDERS}/main.py", "never overwritten silently")
    assert (await status(mine.path)).untracked == (f"{ORDERS}/main.py",)


async def test_what_running_code_leaves_behind_is_no_change(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    mine.write(f"{ORDERS}/__pycache__/main.cpython-311.pyc", "x")
    mine.write(f"{ORDERS}/.pytest_cache/CACHEDIR.TAG", "x")
    assert (await status(mine.path)).clean


async def test_content_that_is_staged_alone_is_a_change(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    mine.write(f"{ORDERS}/main.py", "only in the index\n")
    mine.git("add", ORDERS)
    mine.write(f"{ORDERS}/main.py", "1\n")
    assert (await status(mine.path)).changed == (f"{ORDERS}/main.py",)


async def test_line_ends_alone_are_no_change(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n2\n")
    mine.write(f"{ORDERS}/main.py", "1\r\n2\r\n")
    assert (await status(mine.path)).clean


async def test_files_are_told_relative_to_the_workspace(mine: Any) -> None:
    mine.write(f"shop/{ORDERS}/main.py", "1\n")
    assert (await status(mine.path / "shop")).untracked == (f"{ORDERS}/main.py",)


async def test_a_pipe_in_a_files_place_holds_nobody(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    (mine.path / ORDERS / "main.py").unlink()
    os.mkfifo(mine.path / ORDERS / "main.py")
    assert (await status(mine.path)).changed == (f"{ORDERS}/main.py",)


async def test_names_that_are_no_text_are_told_as_text(mine: Any) -> None:
    (mine.path / ORDERS).mkdir()
    (mine.path / ORDERS / os.fsdecode(b"\xff.py")).write_text("x")
    assert (await status(mine.path)).untracked == (f"{ORDERS}/\ufffd.py",)


async def test_a_folder_outside_of_the_workspace_is_refused(mine: Any) -> None:
    with pytest.raises(WorkspaceInvalid, match="no plain path"):
        await (await open_repository(mine.path)).folder_status("../elsewhere")
