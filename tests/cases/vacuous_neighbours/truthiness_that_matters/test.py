from main import find, is_palindrome


def test_palindrome():
    assert is_palindrome("Never odd or even")
    assert not is_palindrome("palindrome")
    assert is_palindrome("")


def test_find():
    assert find("abc", "z") is None
    assert find("abc", "a") is not None
    assert not find("abc", "a")
    assert find("abc", "c")
