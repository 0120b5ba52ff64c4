import os
from typing import Any

import pytest

from provisioner.errors import WorkspaceInvalid
from provisioner.git.repository import open_repository

ORDERS = "behaviors/orders"


async def uncommitted(path: Any) -> list[str]:
    return await (await open_repository(path)).uncommitted(ORDERS)


async def test_a_folder_that_is_nowhere_is_clean(mine: Any) -> None:
    assert await uncommitted(mine.path) == []


async def test_a_committed_folder_is_clean(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    mine.write(f"{ORDERS}/run.sh", "2\n").chmod(0o755)
    (mine.path / ORDERS / "link").symlink_to("main.py")
    mine.git("add", ORDERS)
    mine.git("commit", "-q", "-m", "more", "--", ORDERS)
    assert await uncommitted(mine.path) == []


async def test_edited_deleted_and_new_files_are_named(mine: Any) -> None:
    for name in ("edited.py", "deleted.py", "linked.py", "same.py"):
        mine.commit(f"{ORDERS}/{name}", "1\n")
    mine.write(f"{ORDERS}/edited.py", "2\n")
    (mine.path / ORDERS / "deleted.py").unlink()
    (mine.path / ORDERS / "linked.py").unlink()
    (mine.path / ORDERS / "linked.py").symlink_to("same.py")
    mine.write(f"{ORDERS}/sub/new.py", "new")
    (mine.path / ORDERS / "loop").symlink_to("..")
    changed = ["deleted.py", "edited.py", "linked.py"]
    assert await uncommitted(mine.path) == [*changed, "loop", "sub/new.py"]


async def test_a_file_that_git_ignores_is_told_nevertheless(mine: Any) -> None:
    mine.write(".gitignore", "behaviors/\n")
    mine.write(f"{ORDERS}/main.py", "never overwritten silently")
    assert await uncommitted(mine.path) == ["main.py"]


async def test_what_running_code_leaves_behind_is_no_change(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    mine.write(f"{ORDERS}/__pycache__/main.cpython-311.pyc", "x")
    mine.write(f"{ORDERS}/.pytest_cache/CACHEDIR.TAG", "x")
    assert await uncommitted(mine.path) == []


async def test_content_that_is_staged_alone_is_a_change(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    mine.write(f"{ORDERS}/main.py", "only in the index\n")
    mine.git("add", ORDERS)
    mine.write(f"{ORDERS}/main.py", "1\n")
    assert await uncommitted(mine.path) == ["main.py"]


async def test_line_ends_alone_are_no_change(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n2\n")
    mine.write(f"{ORDERS}/main.py", "1\r\n2\r\n")
    assert await uncommitted(mine.path) == []


async def test_a_workspace_below_the_top_has_a_folder_of_its_own(mine: Any) -> None:
    mine.write(f"shop/{ORDERS}/main.py", "1\n")
    assert await uncommitted(mine.path / "shop") == ["main.py"]
    assert await uncommitted(mine.path) == []


async def test_a_pipe_in_a_files_place_holds_nobody(mine: Any) -> None:
    mine.commit(f"{ORDERS}/main.py", "1\n")
    (mine.path / ORDERS / "main.py").unlink()
    os.mkfifo(mine.path / ORDERS / "main.py")
    assert await uncommitted(mine.path) == ["main.py"]


async def test_names_that_are_no_text_are_told_as_text(mine: Any) -> None:
    (mine.path / ORDERS).mkdir()
    (mine.path / ORDERS / os.fsdecode(b"\xff.py")).write_text("x")
    assert await uncommitted(mine.path) == ["\ufffd.py"]


async def test_a_folder_outside_of_the_workspace_is_refused(mine: Any) -> None:
    with pytest.raises(WorkspaceInvalid, match="no plain path"):
        await (await open_repository(mine.path)).uncommitted("../elsewhere")
