from hypothesis import example, given, settings, strategies as st

from main import decode, encode


@settings(max_examples=60, deadline=None)
@given(st.text())
@example("aaab")
@example("")
def test_round_trip(text):
    assert decode(encode(text)) == text


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="ab", min_size=1))
def test_neighbours_differ(text):
    pairs = encode(text)
    assert all(a[0] != b[0] for a, b in zip(pairs, pairs[1:]))
    assert sum(n for _, n in pairs) == len(text)


def test_known():
    assert encode("xxyx") == [("x", 2), ("y", 1), ("x", 1)]
