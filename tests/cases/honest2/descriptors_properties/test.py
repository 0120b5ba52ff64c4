import pytest

from main import Box


@pytest.fixture
def box():
    Box.made = 0
    return Box(2, 3)


def test_area(box):
    assert box.area == 6
    box.area = 10
    assert box.height == 5
    del box.area
    assert box.area == 2


@pytest.mark.parametrize("name", ["width", "height"])
def test_positive(box, name):
    with pytest.raises(ValueError, match=f"^{name} must"):
        setattr(box, name, 0)
    assert getattr(box, name) in (2, 3)


def test_made(box):
    Box.square(4)
    assert Box.made == 2
    assert box.made == 2


def test_class_side():
    assert Box.unit() == "cm"
    assert type(Box.width).__name__ == "Positive"
    assert isinstance(Box.area, property) and Box.area.__doc__ == "Width by height."


def test_free_attributes(box):
    box.label = "mine"
    assert box.label == "mine"
    assert not hasattr(Box(1, 1), "label")
    assert vars(box)["_width"] == 2
    with pytest.raises(AttributeError):
        box.colour
