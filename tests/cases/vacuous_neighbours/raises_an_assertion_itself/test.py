from main import Cart, CartError
def test_limits():
    Cart().add("a", 1, 1)
    try:
        Cart().add("a", 1, 0)
    except CartError as e:
        return
    raise AssertionError("accepted")
