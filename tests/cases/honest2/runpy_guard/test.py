import runpy
import sys

import pytest


def run(monkeypatch, *args):
    monkeypatch.setattr(sys, "argv", ["main.py", *args])
    with pytest.raises(SystemExit) as info:
        runpy.run_module("main", run_name="__main__")
    return info.value.code


def test_as_script(monkeypatch, capsys):
    assert run(monkeypatch, "a", "b") == 2
    assert capsys.readouterr().out == "hello a b\n"


def test_without_arguments(monkeypatch):
    assert run(monkeypatch) == 0


def test_import_does_nothing(capsys):
    space = runpy.run_module("main", run_name="imported")
    assert capsys.readouterr().out == ""
    assert space["GREETING"] == "hello"
