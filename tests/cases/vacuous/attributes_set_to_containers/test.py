from main import Cart
def test_items():
    c = Cart()
    c.items = [1, 2]
    assert c.items == [1, 2]
def test_flag():
    c = Cart()
    c.note = "n"
    assert c.note == "n"
