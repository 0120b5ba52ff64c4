from unittest.mock import call, mock_open, patch

import pytest

from main import read_config, write_config

TEXT = "# comment\nname = demo\n\nport=80 # http\n"


def test_read():
    with patch("main.open", mock_open(read_data=TEXT), create=True) as opened:
        assert read_config("app.cfg") == {"name": "demo", "port": "80"}
    opened.assert_called_once_with("app.cfg", encoding="utf-8")


def test_write():
    opened = mock_open()
    with patch("main.open", opened, create=True):
        write_config("out.cfg", {"b": 2, "a": 1})
    opened.assert_called_once_with("out.cfg", "w", encoding="utf-8")
    handle = opened()
    handle.write.assert_has_calls([call("a = 1\n"), call("b = 2\n")])
    assert handle.write.call_count == 2


def test_missing():
    with patch("main.open", side_effect=FileNotFoundError(2, "no"), create=True):
        with pytest.raises(FileNotFoundError) as info:
            read_config("x")
    assert info.value.errno == 2
