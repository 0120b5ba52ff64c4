from unittest.mock import Mock

import httpx
import jinja2
import pytest
import requests

import main


def test_raised_by_tests():
    assert main.fetch(Mock(side_effect=requests.Timeout("t"))) == "failed: t"
    assert main.fetch(Mock(side_effect=requests.ConnectionError)) == "failed: "


def test_own_subclass():
    class Odd(requests.HTTPError):
        pass

    assert main.fetch(Mock(side_effect=Odd("o"))) == "failed: o"


def test_raised_by_main():
    with pytest.raises(requests.RequestException, match="no"):
        main.fail()
    with pytest.raises(httpx.TimeoutException):
        main.fail_httpx()
    try:
        main.fail()
    except requests.ConnectionError as error:
        assert error.args == ("no",)


def test_httpx():
    request = httpx.Request("GET", "https://x.example.org")
    response = httpx.Response(503, request=request)
    error = httpx.HTTPStatusError("bad", request=request, response=response)
    assert main.safe(Mock(side_effect=error)) == 503
    slow = httpx.ReadTimeout("slow", request=request)
    with pytest.raises(KeyError) as info:
        main.safe(Mock(side_effect=slow))
    assert info.value.__cause__ is slow


def test_jinja():
    with pytest.raises(jinja2.TemplateSyntaxError):
        main.template("{% if %}")
