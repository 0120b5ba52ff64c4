"""Reading a feature's folder, and refusing what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.errors import WorkspaceInvalid
from provisioner.judge import folder as module
from provisioner.judge.folder import read_folder


@pytest.fixture
def feature(tmp_path: Path) -> Path:
    (tmp_path / "test.py").write_bytes(b"assert True\r\n")
    (tmp_path / "main.py").write_bytes(b"# \xe9\n")
    return tmp_path


def test_sources_are_read_as_bytes(feature: Path) -> None:
    (feature / "package").mkdir()
    (feature / "package" / "part.py").write_text("x = 1\n")
    (feature / ".hidden").mkdir()
    (feature / ".hidden" / "not.py").write_text("x = 1\n")
    (feature / "__pycache__").mkdir()
    (feature / "__pycache__" / "main.cpython-311.pyc").write_bytes(b"old")
    (feature / "linked.py").symlink_to("/etc/passwd")
    tests, code = read_folder(feature)
    assert tests == b"assert True\r\n"
    assert code == {"main.py": b"# \xe9\n", "package/part.py": b"x = 1\n"}


def no_tests(feature: Path) -> None:
    (feature / "test.py").unlink()


def no_main(feature: Path) -> None:
    (feature / "main.py").unlink()


def tests_are_a_folder(feature: Path) -> None:
    (feature / "test.py").unlink()
    (feature / "test.py").mkdir()


def tests_are_a_link(feature: Path) -> None:
    (feature / "test.py").rename(feature / "real.py")
    (feature / "test.py").symlink_to("real.py")


def tests_are_a_dangling_link(feature: Path) -> None:
    (feature / "test.py").unlink()
    (feature / "test.py").symlink_to("nowhere")


def tests_are_a_pipe(feature: Path) -> None:
    import os

    (feature / "test.py").unlink()
    os.mkfifo(feature / "test.py")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (no_tests, "has no test.py"),
        (no_main, "has no main.py"),
        (tests_are_a_folder, "no plain file"),
        (tests_are_a_link, "is a link"),
        (tests_are_a_dangling_link, "is a link"),
        (tests_are_a_pipe, "no plain file"),
    ],
)
def test_a_folder_that_is_no_feature_is_refused(feature: Path, spoil: object, told: str) -> None:
    spoil(feature)  # type: ignore[operator]  # one of the functions above
    with pytest.raises(WorkspaceInvalid, match=told) as caught:
        read_folder(feature)
    assert caught.value.next_step


def test_a_name_that_is_no_folder_is_refused(feature: Path) -> None:
    for path in (feature / "nowhere", feature / "main.py"):
        with pytest.raises(WorkspaceInvalid, match="no folder"):
            read_folder(path)


def test_a_source_too_large_to_be_one_is_refused(
    feature: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SOURCE_BYTES", 5)
    with pytest.raises(WorkspaceInvalid, match="more than 5"):
        read_folder(feature)


def test_too_many_sources_are_refused(feature: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOURCE_FILES", 3)
    for number in range(5):
        (feature / f"part{number}.py").write_text("")
    with pytest.raises(WorkspaceInvalid, match="more than 3"):
        read_folder(feature)
