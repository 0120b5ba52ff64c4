import contextlib, io
from main import greet, warn, table


def test_greet(capsys):
    greet("Ann")
    captured = capsys.readouterr()
    assert captured.out == "Hello, Ann!\n"
    assert captured.err == ""


def test_warn(capsys):
    warn("hot")
    out, err = capsys.readouterr()
    assert out == "" and err.strip() == "warning: hot"


def test_table():
    buf = io.StringIO()
    with contextlib.redirect_stdout(buf):
        table([("a", 1), ("bb", 22)])
    assert buf.getvalue().splitlines() == ["a    |    1", "bb   |   22"]
