import os
from pathlib import Path

from main import working_directory, with_tools


def test_changes_and_restores(tmp_path):
    before = Path.cwd()
    with working_directory(tmp_path) as where:
        assert Path.cwd() == tmp_path.resolve()
        assert where == tmp_path
        Path("x.txt").write_text("hi")
    assert Path.cwd() == before
    assert (tmp_path / "x.txt").read_text() == "hi"


def test_path(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin")
    with_tools(tmp_path)
    assert os.environ["PATH"].split(os.pathsep) == [str(tmp_path), "/usr/bin"]
