from hypothesis import given, settings, strategies as st

from main import sort


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers()))
def test_sort(items):
    assert sort(items) == sorted(items)
