import main

def test_rotate():
    assert main.rotate([1, 2, 3, 4, 5], 2) == [4, 5, 1, 2, 3]

def test_rotate_none():
    assert main.rotate([], 3) == []

def test_rotate_more_than_length():
    assert main.rotate(["a", "b", "c"], 4) == ["c", "a", "b"]
