import pytest

import main
from main import Circle, Meta, Shape, Square, make


def test_registry():
    assert Shape["square"] is Square
    assert len(Shape) == 2
    assert Meta.registry == {"square": Square, "circle": Circle}
    assert type(Shape) is Meta


def test_make():
    s = make("circle", 2)
    assert type(s) is Circle and isinstance(s, Shape)
    assert s.area() == 12
    assert repr(make("square", 3)) == "Square(3)"
    assert f"{make('square', 3)!s}" == "Square(3)"


def test_unknown():
    with pytest.raises(ValueError, match="known: circle, square") as info:
        make("star", 1)
    assert info.value.__cause__ is None


def test_members():
    shapes = [v for v in vars(main).values() if isinstance(v, type) and issubclass(v, Shape)]
    assert {s.__name__ for s in shapes} == {"Shape", "Square", "Circle"}
    assert Square.__bases__ == (Shape,)
    assert Square.__module__ == "main"
