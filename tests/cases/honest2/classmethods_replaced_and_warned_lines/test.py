import logging
import os
import sys
import warnings
from pathlib import Path

import pytest

import main
from main import home_config, old_summary, print_report, read_scores, scale, summarize, write_report

SCORES = {"ann": 3.5, "bob": 4.25, "cy": 1.0}


@pytest.fixture(scope="session")
def csv_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "scores.csv"
    path.write_text("name,score\n" + "".join(f"{k},{v}\n" for k, v in SCORES.items()))
    return path


@pytest.fixture
def scores(request):
    return dict(list(SCORES.items())[: request.param])


@pytest.fixture(params=["str", "path"], ids=lambda p: f"as-{p}")
def location(request, csv_file):
    return str(csv_file) if request.param == "str" else csv_file


def test_read(location):
    assert read_scores(location) == pytest.approx(SCORES)


@pytest.mark.parametrize("scores, best", [(1, "ann"), (2, "bob"), pytest.param(3, "bob", id="all")], indirect=["scores"])
def test_summary(scores, best):
    assert summarize(scores) == {"mean": pytest.approx(sum(scores.values()) / len(scores)), "best": best}


def test_warning(recwarn):
    assert summarize({}) == {"mean": 0.0, "best": None}
    assert len(recwarn) == 1
    warning = recwarn.pop(UserWarning)
    assert str(warning.message) == "no scores given"
    assert Path(warning.filename).name == "test.py"


def test_deprecated():
    with pytest.deprecated_call(match="use summarize"):
        assert old_summary(SCORES)["best"] == "bob"
    with pytest.warns(DeprecationWarning) as record:
        old_summary(SCORES)
    assert record[0].category is DeprecationWarning


def test_logging(caplog):
    caplog.set_level(logging.INFO, logger="app")
    summarize(SCORES)
    assert caplog.messages == ["summarized 3 scores"]
    caplog.clear()
    with caplog.at_level(logging.DEBUG, logger="app.report"):
        summarize({"x": 2})
    assert [r.levelname for r in caplog.records] == ["INFO", "DEBUG"]
    assert caplog.records[-1].args == (2.0,)


def test_output(capsys, monkeypatch):
    monkeypatch.setenv("REPORT_PRECISION", "1")
    print_report(SCORES)
    out, err = capsys.readouterr()
    assert out.splitlines() == ["bob          4.2", "ann          3.5", "cy           1.0"]
    assert err == "3 rows\n"
    monkeypatch.delenv("REPORT_PRECISION")
    print_report({"z": 1})
    assert capsys.readouterr().out == "z           1.00\n"


def test_output_fd(capfd):
    print_report({"q": 2}, precision=0)
    captured = capfd.readouterr()
    assert captured.out == "q              2\n"
    assert "1 rows" in captured.err


def test_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    target = write_report(SCORES)
    assert target == Path("out/report.txt")
    assert (tmp_path / "out" / "report.txt").read_text().count("\n") == 3
    assert os.listdir(tmp_path) == ["out"]


def test_home(monkeypatch, tmp_path):
    monkeypatch.setattr(Path, "home", classmethod(lambda cls: tmp_path))
    assert home_config() == tmp_path / ".report.ini"


def test_home_env(monkeypatch):
    monkeypatch.setenv("HOME", "/home/someone")
    assert home_config() == Path("/home/someone/.report.ini")


def test_patched_name(monkeypatch, csv_file):
    seen = []
    monkeypatch.setattr(main, "print_report", lambda scores, stream, **k: seen.append(scores))
    write_report({"a": 1}, csv_file.parent)
    assert seen == [{"a": 1}]


@pytest.mark.parametrize("factor", [1, 2])
@pytest.mark.parametrize("value,offset", [(1, 0), (2.5, -1)])
def test_scale(value, offset, factor):
    assert scale(value, factor, offset=offset) == value * factor + offset
    assert [scale(v, 0.1) for v in (1, 2, 3)] == pytest.approx([0.1, 0.2, 0.3])


@pytest.mark.skipif(sys.platform == "win32", reason="posix only")
def test_posix():
    assert str(home_config()).startswith("/")


@pytest.mark.xfail(raises=KeyError, strict=True)
def test_missing_column(tmp_path):
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    read_scores(tmp_path / "x.csv")


@pytest.mark.filterwarnings("error")
def test_warning_as_error():
    with pytest.raises(UserWarning, match="no scores"):
        summarize({})
