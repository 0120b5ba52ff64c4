from main import area
def test_area():
    assert abs(area(2) - 12.566) < 1e-3
def test_unit():
    assert abs(area(1) - 3.14159) < 1e-3
