import contextlib
import io

from main import progress, shell_like, warn


def test_capsys(capsys):
    progress(1, 2)
    progress(2, 2)
    out, err = capsys.readouterr()
    assert out == "\r[#####     ]  50%\r[##########] 100%\n"
    assert err == ""


def test_given():
    out = io.StringIO()
    progress(0, 4, out)
    assert out.getvalue().strip() == "[          ]   0%"


def test_redirect():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        warn("hot")
        progress(1, 1)
    assert err.getvalue() == "warning: hot\n"
    assert out.getvalue().endswith("100%\n")


def test_capfd(capfd):
    shell_like("raw\n")
    assert capfd.readouterr().out == "raw\n"


def test_capsys_disabled(capsys):
    with capsys.disabled():
        pass
    warn("x")
    assert capsys.readouterr().err == "warning: x\n"
