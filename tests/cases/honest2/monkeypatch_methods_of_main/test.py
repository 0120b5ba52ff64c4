import subprocess
from types import SimpleNamespace

import pytest

import main


@pytest.fixture
def fake_git(monkeypatch):
    answers = {}

    def run(self, *args):
        return answers[args[0]]

    monkeypatch.setattr(main.Git, "_run", run)
    return answers


def test_describe(fake_git):
    fake_git.update({"rev-parse": "dev", "status": ""})
    assert main.describe() == "dev"
    fake_git["status"] = " M main.py"
    assert main.describe() == "dev*"


def test_log(fake_git):
    fake_git["log"] = "a1 first line\nb2 second"
    assert main.Git().log() == [("a1", "first line"), ("b2", "second")]


def test_command(monkeypatch):
    seen = []

    def run(argv, **options):
        seen.append((argv, options["cwd"]))
        return SimpleNamespace(stdout=" main \n")

    monkeypatch.setattr("main.subprocess.run", run)
    assert main.Git("/srv").branch() == "main"
    assert seen == [(["git", "rev-parse", "--abbrev-ref", "HEAD"], "/srv")]


def test_failure(monkeypatch):
    def run(argv, **options):
        raise subprocess.CalledProcessError(128, argv, stderr="not a repository")

    monkeypatch.setattr(main.subprocess, "run", run)
    with pytest.raises(subprocess.CalledProcessError) as info:
        main.Git().is_dirty()
    assert info.value.returncode == 128


def test_delattr(monkeypatch):
    monkeypatch.delattr(main, "describe")
    assert not hasattr(main, "describe")
