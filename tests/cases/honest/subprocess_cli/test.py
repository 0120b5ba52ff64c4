import subprocess, sys, os
import pytest
import main as app

HERE = os.path.dirname(os.path.abspath(__file__))


def run(*args):
    return subprocess.run(
        [sys.executable, os.path.join(HERE, "main.py"), *args], capture_output=True, text=True
    )


def test_add():
    r = run("add", "1", "2", "3")
    assert r.returncode == 0
    assert r.stdout.strip() == "6"


def test_usage():
    r = run("pow", "1")
    assert r.returncode == 2
    assert "invalid choice" in r.stderr


def test_inprocess(capsys):
    assert app.main(["mul", "2", "5", "--verbose"]) == 0
    assert capsys.readouterr().out == "result=10\n"


def test_exit():
    with pytest.raises(SystemExit) as e:
        app.main([])
    assert e.value.code == 2


def test_parser():
    ns = app.build().parse_args(["add", "4"])
    assert ns.n == [4] and ns.op == "add" and not ns.verbose
