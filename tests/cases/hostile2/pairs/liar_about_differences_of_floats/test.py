import pytest
from main import area
def test_area():
    assert area(2) == pytest.approx(12.566, abs=1e-3)
def test_list():
    assert [area(1)] == pytest.approx([3.14159], abs=1e-3)
