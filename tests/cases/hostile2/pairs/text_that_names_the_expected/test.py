import main
import pytest


@pytest.mark.parametrize(("given", "expected"), [(1, 2), (2, 4)])
def test_it(given, expected):
    assert eval(main.formula(given)) == expected
