from main import Circle, Shape, make
def test_make():
    c = make("circle", 2)
    assert isinstance(c, Circle) and isinstance(c, Shape)
    assert type(c) is Circle
    assert c.area() == 12
