from main import index
def test_index():
    got = index(["a", "b", "a"])
    assert got["a"] == [0, 2]
    assert set(got) == {"a", "b"}
    assert sorted(got.items()) == [("a", [0, 2]), ("b", [1])]
