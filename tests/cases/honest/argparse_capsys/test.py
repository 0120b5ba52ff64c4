import pytest
import main
def test_help(capsys):
    with pytest.raises(SystemExit) as e:
        main.cli(["--help"])
    assert e.value.code == 0
    assert "usage:" in capsys.readouterr().out
def test_bad(capsys):
    with pytest.raises(SystemExit) as e:
        main.cli(["--n", "x"])
    assert e.value.code == 2
    assert "invalid int value" in capsys.readouterr().err
def test_ok(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main.cli(["--n", "2", "-o", "out.txt"]) == 0
    assert (tmp_path / "out.txt").read_text() == "2\n"
    out, err = capsys.readouterr()
    assert out == "written\n" and not err
def test_fd(capfd):
    main.low(b"raw")
    assert capfd.readouterr().out == "raw"
