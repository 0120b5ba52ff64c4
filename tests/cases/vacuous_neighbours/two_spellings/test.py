from main import Version, newest


def test_equal_spellings():
    assert Version("1.0") == "1.0.0"
    assert Version("1.0") == "1.0"


def test_newest():
    assert newest(["1.2", "1.10", "1.9"]) == "1.10"
