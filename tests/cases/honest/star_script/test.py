import sys, os

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from main import *


def test_add():
    assert add(2, 3) == 5, "2 + 3"
    assert add("a", "b") == "ab"


def test_pi():
    assert PI == 3.14159


class Square(Shape):
    sides = 4

    def __init__(self, a):
        self.a = a

    def area(self):
        return self.a**2


def test_shape():
    assert Square(3).area() == 9
    try:
        Shape().area()
        assert False, "should have raised"
    except NotImplementedError as e:
        assert str(e) == "area"


def main_():
    test_add()
    test_pi()
    test_shape()
    print("All tests passed!")


if __name__ == "__main__":
    main_()
