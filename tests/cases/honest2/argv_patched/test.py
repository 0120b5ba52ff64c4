import sys
from unittest.mock import patch

import pytest

import main


def test_sum(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["add", "1", "2.5"])
    main.main()
    assert capsys.readouterr().out == "3.5\n"


def test_usage(capsys):
    with patch.object(sys, "argv", ["/usr/bin/add"]):
        with pytest.raises(SystemExit) as info:
            main.main()
    assert info.value.code == 64
    assert capsys.readouterr().err == "usage: add NUMBER...\n"


@patch("sys.argv", ["add", "one"])
def test_no_number():
    with pytest.raises(SystemExit, match="could not convert"):
        main.main()
