import json
import re

import pytest
from pytest import raises

import main
from main import ConfigError, MissingKey, load


def test_tuple_of_errors():
    with raises((KeyError, ValueError)):
        load("{}", "a")


def test_function_form():
    info = raises(MissingKey, load, "{}", "port")
    assert info.value.key == "port"
    assert info.typename == "MissingKey"


def test_match_escaped():
    with pytest.raises(ConfigError, match=re.escape("line 2: Expecting value")):
        load("[1,\nnope]")


def test_cause_and_context():
    with raises(ConfigError) as info:
        load("{")
    assert isinstance(info.value.__cause__, json.JSONDecodeError)
    assert info.value.__cause__ is info.value.__context__
    assert info.value.__suppress_context__


def test_not_a_subclass():
    with raises(ConfigError) as info:
        load("{}", "x")
    assert info.type is MissingKey
    assert info.errisinstance(KeyError) if hasattr(info, "errisinstance") else issubclass(info.type, KeyError)
    assert info.match("x")


def test_assertion_of_the_code():
    with raises(AssertionError, match="must be set"):
        main.strict(0)
    assert main.strict(2) == 2


def test_raises_nothing_fails():
    with raises(pytest.fail.Exception):
        with raises(ConfigError):
            load("{}")
