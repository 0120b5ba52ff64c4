"""
>>> from main import square
>>> result = square(3)
>>> _ = square(0)
>>> square(5)  # doctest: +SKIP
26
>>> print("ok")
ok
"""

if __name__ == "__main__":
    import doctest

    doctest.testmod()
