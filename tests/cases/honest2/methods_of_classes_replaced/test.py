import http.client
import random
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock, patch

import pytest

import main


def test_home(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert main.home_config() is None
    (tmp_path / ".myapp").mkdir()
    (tmp_path / ".myapp" / "config").write_text("k=v")
    assert main.home_config() == "k=v"


def test_exists():
    with patch.object(Path, "exists", return_value=True):
        assert main.has("/no/such/thing") is True
    assert main.has("/no/such/thing") is False


@patch("pathlib.Path.read_bytes", return_value=b"12345")
def test_size(read):
    assert main.size("/no/such/thing") == 5
    read.assert_called_once_with()


def test_size_after():
    with pytest.raises(FileNotFoundError):
        main.size("/no/such/thing")


def test_choice(monkeypatch):
    monkeypatch.setattr(random.Random, "choice", lambda self, items: items[-1])
    assert main.pick([1, 2, 3], 5) == 3


def test_popen():
    with patch.object(subprocess.Popen, "communicate", return_value=(" out ", None)):
        assert main.run([sys.executable, "-c", "pass"])[0] == "out"
    assert main.run([sys.executable, "-c", "print(3)"]) == ("3", 0)


def test_inherited(monkeypatch):
    kind = http.client.HTTPSConnection
    monkeypatch.setattr(kind, "getresponse", lambda self: Mock(status=204))
    with patch.object(kind, "request") as request:
        assert main.status("example.org") == 204
    request.assert_called_once_with("GET", "/")
    monkeypatch.undo()
    with patch.object(http.client.HTTPConnection, "request", side_effect=OSError("refused")):
        with pytest.raises(OSError, match="refused"):
            main.status("example.org")
