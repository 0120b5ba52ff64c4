"""A module whose style is tested, too."""


def area(w, h):
    """Area of a rectangle.

    >>> area(2, 3)
    6
    """
    return w * h


def volume(w, h, d):
    """Volume of a box, by way of area."""
    return area(w, h) * d
