import argparse
import subprocess
import sys
from pathlib import Path

import pytest
import main as app


def run(*argv):
    return app.main(list(argv))


def test_add(capsys):
    assert run("add", "buy", "milk", "--tag", "shop", "--tag", "x") == 0
    assert capsys.readouterr().out == "added 'buy milk' p1 #shop #x\n"


def test_verbose(capsys):
    run("-vv", "add", "a")
    err = capsys.readouterr().err
    assert "'verbose': 2" in err


def test_namespace():
    ns = app.build_parser().parse_args(["add", "t", "--priority", "3"])
    assert isinstance(ns, argparse.Namespace)
    assert ns == argparse.Namespace(command="add", text=["t"], priority=3, tag=[], verbose=0)
    assert ns.priority == 3


@pytest.mark.parametrize("argv,msg", [
    (["add", "x", "--priority", "0"], "0 is not positive"),
    (["add", "x", "--priority", "q"], "invalid positive value: 'q'"),
    (["list", "--format", "xml"], "invalid choice: 'xml'"),
    ([], "the following arguments are required: command"),
])
def test_errors(argv, msg, capsys):
    with pytest.raises(SystemExit) as e:
        app.main(argv)
    assert e.value.code == 2
    assert msg in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit) as e:
        run("--version")
    assert e.value.code == 0
    assert capsys.readouterr().out.strip() == "todo " + app.__version__


def test_list_env(monkeypatch, capsys):
    monkeypatch.setenv("TODO_ITEMS", "a:b")
    assert run("list") == 0
    assert capsys.readouterr().out == "a\nb\n"
    monkeypatch.setenv("TODO_FORMAT", "csv")
    assert run("list") == 0
    assert capsys.readouterr().out == "a,b\n"
    monkeypatch.delenv("TODO_ITEMS")
    assert run("list") == 1


def test_argv(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["todo", "add", "from argv"])
    assert app.main() == 0
    assert "from argv" in capsys.readouterr().out


def test_script():
    here = Path(__file__).parent
    r = subprocess.run([sys.executable, "main.py", "add", "z"], cwd=here, capture_output=True, text=True)
    assert (r.returncode, r.stdout) == (0, "added 'z' p1\n")
    r = subprocess.run([sys.executable, "main.py", "list"], cwd=here, capture_output=True, text=True, env={})
    assert r.returncode == 1
    assert r.stderr == "nothing to do\n"


def test_help(capsys):
    with pytest.raises(SystemExit):
        run("-h")
    assert "A todo list." in capsys.readouterr().out
    assert app.build_parser().prog == "todo"
