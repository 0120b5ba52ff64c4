import itertools, random, string
from main import rle, unrle, caesar


def test_round_trip():
    rng = random.Random(0)
    for _ in range(100):
        s = "".join(rng.choice("ab ") for _ in range(rng.randrange(12)))
        assert unrle(rle(s)) == s
        assert rle(s) == [(k, len(list(g))) for k, g in itertools.groupby(s)]


def test_caesar():
    for k in range(26):
        assert caesar(caesar("hello, world", k), -k) == "hello, world"
    assert caesar("xyz", 3) == "abc"
    assert all(caesar(c, 13) == caesar(c, -13) for c in string.ascii_lowercase)
    assert not any(caesar(c, 1) == c for c in string.ascii_lowercase)
    assert rle("aab") == [("a", 2), ("b", 1)]
