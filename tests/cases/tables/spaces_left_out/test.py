import pytest
from main import f


@pytest.mark.parametrize(
    "expression, value", [("1 + 2", 3), ("2 * (3 + 4)", 14), ("10 / 4", 2.5), ("2 ** 8", 256)]
)
def test_f(expression, value):
    assert f(expression) == value


def test_not_complete():
    with pytest.raises(ValueError):
        f("1 +")
