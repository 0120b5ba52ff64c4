from main import hello


def test_hello(capsys):
    hello("ann")
    out = capsys.readouterr().out
    assert isinstance(out, str)
    assert len(out) >= 0


def test_stderr(capsys):
    hello("bob")
    assert capsys.readouterr().err in capsys.readouterr().err + ""
