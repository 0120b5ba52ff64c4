import pytest
from main import parse
def test_bad():
    with pytest.raises(expected_exception=ValueError):
        parse("x")
