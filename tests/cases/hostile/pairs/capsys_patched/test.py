from main import hello


def test_out(capsys):
    hello("Ann")
    assert capsys.readouterr().out == "Hello, Ann!\n"
