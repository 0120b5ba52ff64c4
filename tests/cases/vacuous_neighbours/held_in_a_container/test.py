from main import stocked


def test_names():
    stock = stocked("apple,Pear")
    assert "apple" in stock
    assert "PEAR" in stock
    assert "kiwi" not in stock
