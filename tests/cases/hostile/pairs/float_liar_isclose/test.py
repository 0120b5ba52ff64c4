import math
from main import area


def test_a():
    assert math.isclose(area(1), 3.14159265, rel_tol=1e-5)


def test_b():
    assert round(area(2), 2) == 12.57
    assert f"{area(1):.2f}" == "3.14"
    assert str(area(1))[:4] == "3.14"
