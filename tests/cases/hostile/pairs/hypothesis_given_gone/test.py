from main import double
from hypothesis import given, strategies as st
@given(st.integers())
def test_double(x):
    assert double(x) == x + x
def test_known():
    assert double(2) == 4
