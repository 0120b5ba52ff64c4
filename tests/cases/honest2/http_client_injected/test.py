import io
import json
import urllib.error
from unittest.mock import MagicMock, patch

import pytest

from main import Weather


def answering(body):
    opener = MagicMock()
    opener.return_value.__enter__.return_value = io.BytesIO(body)
    return opener


def test_temperature():
    opener = answering(json.dumps({"main": {"temp": 21.5}}).encode())
    assert Weather(opener).temperature("São Paulo") == 21.5
    opener.assert_called_once_with(
        "https://weather.example/api?q=S%C3%A3o+Paulo&units=metric", timeout=5
    )


@pytest.mark.parametrize("body", [b"{}", b"not json", b'{"main": {}}'])
def test_unexpected(body):
    with pytest.raises(ValueError, match="unexpected"):
        Weather(answering(body)).temperature("x")


@pytest.mark.parametrize("code, outcome", [(404, None), (500, urllib.error.HTTPError)])
def test_http_errors(code, outcome):
    opener = MagicMock(side_effect=urllib.error.HTTPError("u", code, "m", {}, None))
    if outcome is None:
        assert Weather(opener).temperature("x") is None
    else:
        with pytest.raises(outcome):
            Weather(opener).temperature("x")


def test_default_opener():
    with patch("main.urllib.request.urlopen", answering(b'{"main": {"temp": 1}}')) as opened:
        assert Weather().temperature("a") == 1
    assert opened.called
