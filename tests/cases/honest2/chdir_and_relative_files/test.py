import os

import pytest

import main


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_notes(here):
    for name in ("b.txt", "a.txt", "c.md"):
        (here / name).touch()
    assert main.notes() == ["a", "b"]
    assert main.notes(here / "none") == []


def test_rotate(here):
    for text in ("one", "two", "three", "four"):
        with open("log", "w") as f:
            f.write(text)
        main.rotate("log")
    assert not os.path.exists("log")
    assert (here / "log.1").read_text() == "four"
    assert (here / "log.2").read_text() == "three"
    assert sorted(os.listdir()) == ["log.1", "log.2"]


def test_tree(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "f").write_bytes(b"12345")
    assert main.tree(tmp_path) == {os.path.join("d", "f"): 5}
