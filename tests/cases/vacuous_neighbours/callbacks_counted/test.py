from main import Cart
def test_cb():
    seen = []
    c = Cart(seen.append)
    c.add("a", 1)
    c.add("b", 2)
    assert len(seen) == 2
