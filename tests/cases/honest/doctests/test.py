"""
>>> from main import square
>>> square(3)
9
>>> [square(n) for n in range(3)]
[0, 1, 4]
>>> square(-1)
Traceback (most recent call last):
    ...
ValueError: negative
"""
import doctest


def helper():
    """
    >>> from main import square
    >>> print(square(2)) # doctest: +ELLIPSIS
    4
    """


if __name__ == "__main__":
    doctest.testmod()
