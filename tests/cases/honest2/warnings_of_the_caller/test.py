import io
import logging
import warnings

import pytest
import main


def test_job_logs(caplog):
    with caplog.at_level(logging.DEBUG, logger="app.jobs"):
        assert main.Job("a", lambda: 42).run() == 42
    assert caplog.record_tuples == [
        ("app.jobs", logging.DEBUG, "starting a"),
        ("app.jobs", logging.INFO, "job a done"),
    ]
    assert caplog.records[1].result == 42
    assert caplog.records[0].funcName == "run"


def test_job_fails(caplog):
    def boom():
        raise ZeroDivisionError("zero")
    caplog.set_level("ERROR", logger="app.jobs")
    assert main.Job("b", boom).run() is None
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert record.exc_info[0] is ZeroDivisionError
    assert "zero" in caplog.text
    caplog.clear()
    assert caplog.messages == []


def test_own_handler():
    stream = io.StringIO()
    h = logging.StreamHandler(stream)
    h.setFormatter(logging.Formatter("%(levelname)s:%(message)s"))
    main.log.addHandler(h)
    main.log.setLevel(logging.INFO)
    try:
        main.Job("c", lambda: None).run()
    finally:
        main.log.removeHandler(h)
        main.log.setLevel(logging.NOTSET)
    assert stream.getvalue() == "INFO:job c done\n"


def test_deprecated():
    with pytest.deprecated_call(match="use new_api"):
        assert main.old_api(3) == 3
    with pytest.warns(DeprecationWarning) as rec:
        main.old_api(1)
    assert len(rec) == 1
    assert rec[0].filename == __file__


def test_ratio():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert main.check_ratio(0.5) == 0.5
        with pytest.raises(UserWarning, match="ratio 3 above 1"):
            main.check_ratio(3)
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter("always")
        assert main.check_ratio(2) == 1.0
    assert [str(x.message) for x in w] == ["ratio 2 above 1"]
    assert w[0].category is UserWarning


def test_table(capsys):
    main.table({"a": 1, "long": 22.555})
    out, err = capsys.readouterr()
    assert out.splitlines() == ["a    |   1.00", "long |  22.56"] or out.splitlines()[1] == "long |  22.55"
    assert err == "-" * 13 + "\n"
    buf = io.StringIO()
    main.table({"x": 1}, file=buf)
    assert buf.getvalue().endswith("-" * 10 + "\n")


def test_ask(monkeypatch, capsys):
    monkeypatch.setattr("builtins.input", lambda prompt: "  Bo ")
    main.ask()
    assert capsys.readouterr().out == "Hi Bo!"
    monkeypatch.setattr("sys.stdin", io.StringIO("Al\n\n"))
    monkeypatch.undo()
    monkeypatch.setattr("sys.stdin", io.StringIO("Al\n\n"))
    main.ask("? ")
    assert capsys.readouterr().out == "? Hi Al!"
    with pytest.raises(EOFError, match="empty"):
        main.ask()


def test_total(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("1\n2\n\n3\n"))
    assert main.total_stdin() == 6
