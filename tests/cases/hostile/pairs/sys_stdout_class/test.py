from main import hello
def test_hello(capsys):
    hello("Ann")
    name = "Ann"
    assert capsys.readouterr().out == f"Hello {name}\n"
