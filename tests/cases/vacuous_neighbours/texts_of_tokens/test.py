import main


def test_texts():
    assert [str(one) for one in main.tokens("1 + x")] == ["1", "+", "x"]
