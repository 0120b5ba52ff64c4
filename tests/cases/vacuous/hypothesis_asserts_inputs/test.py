from hypothesis import given, settings, strategies as st

from main import clamp


@settings(max_examples=20, deadline=None)
@given(st.integers(), st.integers(0, 10))
def test_clamp(n, width):
    clamp(n, 0, width)
    assert 0 <= width <= 10
    assert n == n


@settings(max_examples=20, deadline=None)
@given(st.integers())
def test_type(n):
    assert isinstance(clamp(n, 0, 5), int)
