import main

def test_list():
    xs = [3, 1, 2]
    main.sort_in_place(xs)
    assert xs == [1, 2, 3]

def test_dict():
    d = {"b": 1}
    main.add_defaults(d, {"a": 0, "b": 5})
    assert d == {"b": 1, "a": 0}

def test_set():
    s = {1}
    main.union_into(s, [2, 3])
    assert s == {1, 2, 3}
