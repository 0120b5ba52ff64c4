import io
import json
import logging
import sys

import pytest

from main import JsonFormatter, Tee, captured, output_of


def test_what_tests_print_is_captured(capsys):
    with captured() as out:
        print("inside")
    print("outside")
    assert out.getvalue() == "inside\n"
    assert capsys.readouterr().out == "outside\n"


def test_nested(capsys):
    with captured() as outer:
        print("a")
        with captured() as inner:
            print("b")
        print("c")
    assert (outer.getvalue(), inner.getvalue()) == ("a\nc\n", "b\n")
    assert capsys.readouterr().out == ""


def test_of_a_function_of_the_tests():
    assert output_of(print, "x", "y") == ["x y", "done"]
    assert output_of(lambda: print("mine")) == ["mine", "done"]


def test_tee(capsys):
    copy = io.StringIO()
    before = sys.stdout
    with Tee(copy, sys.stdout) as tee:
        print("one")
        print("two")
    assert sys.stdout is before
    assert copy.getvalue() == "one\ntwo\n"
    assert tee.lines == 2
    assert capsys.readouterr().out == "one\ntwo\n"


def test_an_error_restores():
    before = sys.stdout
    with pytest.raises(KeyError), captured():
        raise KeyError("k")
    assert sys.stdout is before


def test_a_record_of_the_tests():
    record = logging.LogRecord("n", logging.INFO, "f.py", 1, "hi %s", ("you",), None)
    record.user = "ada"
    assert json.loads(JsonFormatter().format(record)) == {
        "level": "INFO",
        "message": "hi you",
        "user": "ada",
    }


def test_a_record_with_an_error():
    try:
        raise ValueError("v")
    except ValueError:
        record = logging.LogRecord("n", logging.ERROR, "f", 1, "bad", None, sys.exc_info())
    assert json.loads(JsonFormatter().format(record))["error"] == "ValueError"


def test_as_a_handler_s_formatter():
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("tests.json")
    logger.propagate = False
    logger.addHandler(handler)
    logger.warning("low", extra={"left": 3})
    logger.removeHandler(handler)
    assert json.loads(out.getvalue()) == {"left": 3, "level": "WARNING", "message": "low"}
