import logging
import sys
import threading
from unittest.mock import patch

import pytest

import main
from main import Step, Worker, logged, run, steps, table


def test_the_stream_that_is_given(capsys):
    assert table([("a", 1)], out=sys.stdout) is sys.stdout
    assert table([("b", 2)]) is sys.stdout
    assert capsys.readouterr().out == "a | 1\nb | 2\n"


def test_a_double_is_given_the_stream():
    with patch("main.table") as fake:
        run(("x",), render=main.table)
    (rows, out), _ = fake.call_args
    assert rows == [("x",)] and out is sys.stdout


def test_a_logger_that_is_given(caplog):
    @logged(logging.getLogger("given"))
    def fails():
        raise LookupError("gone")

    with caplog.at_level("ERROR"), pytest.raises(LookupError):
        fails()
    [record] = caplog.records
    assert record.getMessage() == "fails failed" and record.name == "given"
    assert record.exc_info[0] is LookupError
    assert "LookupError: gone" in caplog.text


def test_functions_of_the_library_come_back():
    first, second = steps(size=len, show=print)
    assert first == Step("size", len) and first.action is len
    assert second._replace(action=sorted).action is sorted


def test_a_thread_keeps_its_name():
    worker = Worker("io-1")
    try:
        assert worker.do(lambda: threading.current_thread().name) == "io-1"
        assert worker.do(lambda: 6 * 7) == 42
    finally:
        worker.stop()
