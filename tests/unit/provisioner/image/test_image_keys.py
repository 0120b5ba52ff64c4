"""Keys of images: the same content gives the same key, and whatever decides it another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from provisioner.image.content.keys import SourceFile, changed, env_key, folded, src_key
from provisioner.image.content.sources import read_sources, write_context

BASE = {
    "base_id": "sha256:1",
    "lock": b"fastapi==1\n",
    "packages": ("libpq5", "curl"),
    "template": b"FROM x",
    "platform": "linux/amd64",
}
FILES = {"main.py": SourceFile(b"x = 1\n"), "run.sh": SourceFile(b"#!/bin/sh\n", executable=True)}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_id", "sha256:2"),
        ("lock", b"fastapi==2\n"),
        ("packages", ("libpq5",)),
        ("template", b"FROM y"),
        ("platform", "linux/arm64"),
    ],
)
def test_each_part_decides_the_key_of_a_dependency_image(name: str, value: object) -> None:
    assert env_key(**{**BASE, name: value}) != env_key(**BASE)


def test_the_order_of_packages_does_not_decide_it() -> None:
    assert env_key(**{**BASE, "packages": ("curl", "libpq5")}) == env_key(**BASE)


@pytest.mark.parametrize(
    "files",
    [
        {**FILES, "main.py": SourceFile(b"x = 2\n")},
        {**FILES, "main.py": SourceFile(b"x = 1\n", executable=True)},
        {**FILES, "main.py": SourceFile(b"x = 1\n", link=True)},
        {"app.py": FILES["main.py"], "run.sh": FILES["run.sh"]},
        {"main.py": FILES["main.py"]},
        {},
    ],
)
def test_path_mode_and_content_of_each_file_decide_the_key_of_an_image(
    files: dict[str, SourceFile],
) -> None:
    assert src_key("e", b"stage", files) != src_key("e", b"stage", FILES)


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=4))
def test_what_moves_from_one_part_to_the_next_is_another_key(parts: list[bytes]) -> None:
    moved = [parts[0] + b"x", *parts[1:]]
    other = [parts[0], b"x" + parts[1], *parts[2:]]
    files = [
        {f"{index}": SourceFile(one) for index, one in enumerate(each)} for each in (moved, other)
    ]
    assert src_key("e", b"", files[0]) != src_key("e", b"", files[1])


def test_changed_names_what_differs_came_and_went() -> None:
    before = {"a": "1", "b": "1", "gone": "1"}
    assert changed(before, {"a": "1", "b": "2", "new": "1"}) == ("b", "gone", "new")


def test_very_many_files_are_told_by_their_folders() -> None:
    digests = {f"static/{index}": "1" for index in range(400)} | {"main.py": "1"}
    few = folded(digests)
    assert sorted(few) == ["main.py", "static"]
    assert folded({**digests, "static/7": "2"})["static"] != few["static"]
    assert folded({"main.py": "1"}) == {"main.py": "1"}


def test_the_sources_are_what_dockerignore_lets_through(tmp_path: Path) -> None:
    for name in ("main.py", "test.py", "sub/deep/x.py", "sub/__pycache__/x.pyc", ".env", "a.key"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert sorted(read_sources(tmp_path)) == ["main.py", "sub/deep/x.py"]


def test_a_dockerignore_of_ones_own_counts_but_lets_no_secret_through(tmp_path: Path) -> None:
    for name in ("main.py", "test.py", "data/a", "data/b", ".env", "sub/.env", ".git/config"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / ".dockerignore").write_text("# mine\n/data/\n!data/b\n\n!.env\n")
    assert sorted(read_sources(tmp_path)) == ["data/b", "main.py", "test.py"]


def test_times_and_the_umask_do_not_decide_a_key_and_a_bit_for_execution_does(
    tmp_path: Path,
) -> None:
    file = tmp_path / "main.py"
    file.write_text("x = 1\n")
    before = read_sources(tmp_path)
    file.chmod(0o600)
    file.touch()
    assert read_sources(tmp_path) == before
    file.chmod(0o755)
    assert read_sources(tmp_path)["main.py"] == replace(before["main.py"], executable=True)


def test_a_link_is_sent_as_a_link(tmp_path: Path) -> None:
    (tmp_path / "main.py").symlink_to("/etc/shadow")
    assert read_sources(tmp_path) == {"main.py": SourceFile(b"/etc/shadow", link=True)}


def test_a_context_is_what_was_hashed_and_everybody_may_read_it(tmp_path: Path) -> None:
    files = {**FILES, "sub/deep/x.py": SourceFile(b"x"), "link": SourceFile(b"main.py", link=True)}
    folder = tmp_path / "context"
    write_context(folder, files)
    assert read_sources(folder) == files
    assert (folder / "sub/deep/x.py").stat().st_mode & 0o777 == 0o644
    assert (folder / "sub/deep").stat().st_mode & 0o777 == 0o755
