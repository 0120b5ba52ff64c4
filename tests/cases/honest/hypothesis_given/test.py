from hypothesis import given, settings, strategies as st, example
from main import encode, decode
@given(st.lists(st.integers(0, 5)))
@settings(max_examples=30, deadline=None)
def test_roundtrip(xs):
    assert decode(encode(xs)) == xs
@given(st.text(alphabet="abc"))
@example("")
def test_text(s):
    assert decode(encode(list(s))) == list(s)
    assert len(encode(list(s))) <= len(s)
def test_known():
    assert encode([1, 1, 2]) == [(1, 2), (2, 1)]
