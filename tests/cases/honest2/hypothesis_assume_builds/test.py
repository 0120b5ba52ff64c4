import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from main import Span

spans = st.tuples(st.integers(-50, 50), st.integers(0, 20)).map(lambda t: Span(t[0], t[0] + t[1]))


@settings(max_examples=50, deadline=None)
@given(spans, spans)
def test_overlap_is_symmetric(a, b):
    assert a.overlaps(b) == b.overlaps(a)


@settings(max_examples=50, deadline=None)
@given(spans, spans, st.integers(0, 19))
def test_join_holds_both(a, b, offset):
    n = a.start + offset
    assume(n in a)
    assert n in b.join(a)
    assert n in a.join(b)


@settings(max_examples=30, deadline=None)
@given(start=st.integers(), gap=st.integers(min_value=1))
def test_no_negative(start, gap):
    with pytest.raises(ValueError):
        Span(start, start - gap)


def test_touching():
    assert not Span(0, 5).overlaps(Span(5, 9))
    assert Span(0, 6).overlaps(Span(5, 9))
