from main import is_palindrome


def test_simple():
    assert is_palindrome("racecar")
    assert not is_palindrome("hello")


def test_sentence():
    assert is_palindrome("A man, a plan, a canal: Panama") is True
    assert is_palindrome("") == True


TESTS = [test_simple, test_sentence]
if __name__ == "__main__":
    failed = 0
    for test in TESTS:
        try:
            test()
            print("PASS", test.__name__)
        except AssertionError as e:
            failed += 1
            print("FAIL", test.__name__, e)
    raise SystemExit(1 if failed else 0)
