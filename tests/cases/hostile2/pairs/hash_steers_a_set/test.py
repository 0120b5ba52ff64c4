from main import count, unique


def test_unique():
    assert unique(["a", "a"]) == {"a"}
    assert "a" in unique(["a"])


def test_count():
    assert count(["a", "a"])["a"] == 2
    assert count(["a", "a"]) == {"a": 2}
