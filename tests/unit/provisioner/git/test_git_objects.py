import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provisioner.git.objects import Entry, GitObject, make_tree, write_objects
from provisioner.git.plumbing import Git

NAMES = st.text(
    st.characters(codec="utf-8", exclude_characters="/\0\n"), min_size=1, max_size=6
).filter(lambda name: name not in (".", ".."))
MODES = st.sampled_from([("100644", "blob"), ("100755", "blob"), ("040000", "tree")])
REPOSITORY = settings(
    max_examples=40,
    deadline=None,  # a git process each
    # The repository is only added to, so that examples may share it.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


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


@REPOSITORY
@given(st.dictionaries(NAMES, MODES, max_size=8))
def test_a_tree_is_named_as_git_names_it(git: Git, modes: dict[str, tuple[str, str]]) -> None:
    sha = "1" * (40 if git.object_format == "sha1" else 64)
    entries = {name: Entry(mode, kind, sha) for name, (mode, kind) in modes.items()}
    lines = "".join(f"{one.mode} {one.kind} {sha}\t{name}\0" for name, one in entries.items())
    by_git = asked(git, "mktree", "-z", "--missing", stdin=lines.encode()).decode().strip()
    assert make_tree(entries).sha(git.object_format) == by_git


@pytest.mark.parametrize("size", [0, 1, 15, 16, 2047, 2048, 262_143, 262_144, 3_000_000])
async def test_content_of_any_size_is_written_to_the_byte(git: Git, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    blob = GitObject("blob", data)
    sha = blob.sha(git.object_format)
    await write_objects(git, {sha: blob})
    await write_objects(git, {sha: blob})
    assert asked(git, "cat-file", "blob", sha) == data
    assert asked(git, "fsck", "--strict", "--no-dangling") == b""
