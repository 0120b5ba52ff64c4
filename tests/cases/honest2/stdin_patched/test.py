import io
import sys

import pytest

from main import ask, total


def test_ask(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n42\nrest\n"))
    assert ask("How many?", int) == 42
    assert capsys.readouterr().out == "How many? again, please\nHow many? "
    assert sys.stdin.read() == "rest\n"


def test_eof(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with pytest.raises(EOFError):
        ask("?")


def test_gives_up(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("a\nb\n"))
    with pytest.raises(ValueError, match="after 2 tries"):
        ask("?", float, tries=2)


def test_total(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("1\n\n2\n39\n"))
    assert total() == 42
