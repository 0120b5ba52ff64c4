import io

import pytest

from main import Shell


def play(*lines):
    out = io.StringIO()
    shell = Shell(io.StringIO("\n".join(lines) + "\n"), out)
    shell.cmdloop()
    return shell, out.getvalue().replace("> ", "").splitlines()


def test_take():
    shell, said = play("take lamp 'old key'", "bag", "quit")
    assert shell.bag == ["lamp", "old key"]
    assert said == ["Welcome", "lamp, old key", "Bye"]


def test_unknown_and_empty():
    _, said = play("dance wildly", "", "take", "quit")
    assert said[1:] == ["I don't know how to dance.", "Take what?", "Bye"]


def test_end_of_file():
    _, said = play("bag")
    assert said == ["Welcome", "empty", "Bye"]


def test_onecmd():
    shell = Shell(stdout=io.StringIO())
    assert shell.onecmd("take x") is None
    assert shell.onecmd("quit") is True
    assert "bag" in shell.completenames("b")
    assert shell.do_take.__doc__.startswith("take THING")
