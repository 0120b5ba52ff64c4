import io
import sys
from types import SimpleNamespace
from unittest import mock

import main


def test_bytes(capsysbinary):
    main.emit(b"\x89PNG\xff")
    assert capsysbinary.readouterr().out == b"\x89PNG\xff"


def test_text_as_bytes(capsys):
    main.emit("é".encode()[:1])
    main.emit("é".encode()[1:] + b"!")
    assert capsys.readouterr().out == "é!"


def test_a_stream_of_bytes_alone(monkeypatch):
    out = SimpleNamespace(buffer=io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    main.emit(b"abc\xff")
    assert out.buffer.getvalue() == b"abc\xff"


def test_terminal(monkeypatch):
    assert main.coloured("a") == "a"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert main.coloured("a") == "\033[1ma\033[0m"


def test_each_write():
    with mock.patch("sys.stdout") as out:
        main.progress(2)
    assert out.write.mock_calls == [mock.call("\r1"), mock.call("\r2"), mock.call("\n")]
