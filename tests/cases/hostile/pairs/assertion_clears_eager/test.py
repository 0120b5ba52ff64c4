import pytest
from main import square


def test_all():
    for n in range(0, 200):
        assert square(n) == n**2
    with pytest.raises(ValueError):
        square(-1)
