import pytest

from main import each, verify


def test_in_order():
    seen = []

    def look(index, item):
        assert item == "abc"[index]
        seen.append(item)

    each("abc", look)
    with pytest.raises(AssertionError):
        verify(["b", "a"])
    verify(["a", "b"])
