"""Tests for main.

>>> from main import add, div, P
>>> add(2, 3)
5
>>> add("a", "b")
'ab'
>>> div(1, 0)
Traceback (most recent call last):
    ...
ZeroDivisionError: division by zero
>>> P(3)
P(3)
>>> for i in range(3):
...     print(add(i, i))
0
2
4
>>> round(div(1, 3), 3)  # doctest: +ELLIPSIS
0.33...
"""

if __name__ == "__main__":
    import doctest

    doctest.testmod()
