import pytest
from main import slug
CASES = [(t, slug(t)) for t in ("A b", "C  d", "")]
@pytest.mark.parametrize("t, want", CASES)
def test_slug(t, want):
    assert slug(t) == want
