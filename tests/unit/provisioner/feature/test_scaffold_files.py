"""Writing files whole: what a reader, a full disk and a link find."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from provisioner.errors import WorkspaceInvalid
from provisioner.files.atomic import atomic_write, atomic_write_all, within


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_new_file_and_its_folders_are_made_and_nothing_else_is_left(tmp_path: Path) -> None:
    atomic_write(tmp_path / "a" / "b" / "file", b"content")
    assert (tmp_path / "a/b/file").read_bytes() == b"content"
    assert tree(tmp_path) == ["a", "a/b", "a/b/file"]


def test_an_existing_file_is_replaced_and_keeps_its_mode(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_bytes(b"old")
    script.chmod(0o750)
    atomic_write(script, b"new")
    assert script.read_bytes() == b"new"
    assert script.stat().st_mode & 0o777 == 0o750


def test_a_link_is_replaced_and_what_it_led_to_is_untouched(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"theirs")
    link = tmp_path / "link"
    link.symlink_to(outside)
    atomic_write(link, b"ours")
    assert outside.read_bytes() == b"theirs"
    assert not link.is_symlink()
    assert link.read_bytes() == b"ours"


def test_a_reader_that_opened_the_old_file_still_reads_it_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old" * 1000)
    with file.open("rb") as reader:
        atomic_write(file, b"new")
        assert reader.read() == b"old" * 1000


def test_when_one_of_several_cannot_be_staged_none_is_changed(tmp_path: Path) -> None:
    first, blocked = tmp_path / "first", tmp_path / "blocker" / "second"
    first.write_bytes(b"old")
    (tmp_path / "blocker").write_bytes(b"a file in the place of a folder")
    with pytest.raises(WorkspaceInvalid, match="second cannot be written") as caught:
        atomic_write_all({first: b"new", tmp_path / "made" / "x": b"", blocked: b"new"})
    assert first.read_bytes() == b"old"
    assert tree(tmp_path) == ["blocker", "first"]
    assert "move it away" in caught.value.next_step


def test_a_folder_in_the_place_of_a_file_is_refused_before_anything_is_replaced(
    tmp_path: Path,
) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(WorkspaceInvalid, match="is a folder"):
        atomic_write_all({tmp_path / "a": b"", tmp_path / "folder": b""})
    assert tree(tmp_path) == ["folder"]


def test_a_full_disk_gives_one_clear_error_and_leaves_nothing(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full, which Linux has")
    # A write beyond the file size limit fails as a full disk does, in this process alone.
    import resource
    import signal

    old_limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    old_action = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, old_limit[1]))
    try:
        with pytest.raises(WorkspaceInvalid, match="cannot be written") as caught:
            atomic_write_all({tmp_path / "small": b"x", tmp_path / "new" / "big": b"x" * 100_000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old_limit)
        signal.signal(signal.SIGXFSZ, old_action)
    assert tree(tmp_path) == []
    assert isinstance(caught.value.__cause__, OSError)
    assert caught.value.__cause__.errno == errno.EFBIG


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="/proc is Linux's")
def test_a_file_system_that_refuses_every_write_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceInvalid, match="cannot be written") as caught:
        atomic_write(Path("/proc/no-such-entry"), b"")
    assert caught.value.evidence


def test_a_path_inside_resolves_and_one_that_leads_out_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "real").mkdir(parents=True)
    (root / "inner").symlink_to(root / "real")
    (root / "outer").symlink_to(tmp_path)
    assert within(root, root / "inner") == (root / "real").resolve()
    with pytest.raises(WorkspaceInvalid, match="leads out of the workspace"):
        within(root, root / "outer" / "elsewhere")


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(WorkspaceInvalid, match="cannot be resolved"):
        within(tmp_path, tmp_path / "a" / "file")


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208 - a count, no paths wanted
    for _ in range(20):
        atomic_write(tmp_path / "file", b"x")
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208 - a count, no paths wanted
