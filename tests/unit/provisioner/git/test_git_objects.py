"""Content and trees are what git itself would write."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from provisioner.git.plumbing import Git
from provisioner.git.tree import write_tree


@pytest.fixture(params=["sha1", "sha256"])
def git(request: pytest.FixtureRequest, tmp_path: Path, home: Path) -> Git:
    argv = ["git", "init", "-q", "--bare", f"--object-format={request.param}", str(tmp_path / "r")]
    subprocess.run(argv, check=True)
    return Git(tmp_path / "r", tmp_path, request.param)


def asked(git: Git, *arguments: str, stdin: bytes = b"") -> bytes:
    argv = ["git", *arguments]
    return subprocess.run(
        argv, cwd=git.git_dir, input=stdin, capture_output=True, check=True
    ).stdout


@pytest.mark.parametrize("size", [0, 1, 15, 16, 2047, 2048, 262_143, 262_144, 3_000_000])
async def test_content_of_any_size_is_written_to_the_byte(git: Git, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    tree = await write_tree(git, None, "folder", {"file": data})
    assert await write_tree(git, None, "folder", {"file": data}) == tree
    assert asked(git, "cat-file", "blob", f"{tree}:folder/file") == data
    assert asked(git, "rev-parse", f"{tree}:folder/file").decode().strip() == git.blob_sha(data)
    assert asked(git, "fsck", "--strict", "--no-dangling") == b""


async def test_everything_beside_the_folder_stays_what_it_was(empty: Any) -> None:
    names = ("folder.txt", "folder-1/x", "folder/sub/y", "folder0", "z/folder/a", "odd \t\u00fc")
    for name in names:
        empty.write(name, name)
    empty.write("run.sh", "x").chmod(0o755)
    (empty.path / "link").symlink_to("z")
    empty.git("add", ".")
    empty.git("commit", "-q", "-m", "first")
    git = Git(empty.path / ".git", empty.path, "sha1")
    tree = await write_tree(git, empty.git("rev-parse", "HEAD"), "folder", {"sub/new": b"1"})
    [change] = empty.git("diff", "--raw", "--no-abbrev", "HEAD", tree).splitlines()
    assert change.endswith("A\tfolder/sub/new")
