"""
>>> from main import square
>>> square(3) + 0
9
>>> square(-4) == 16
True
"""

if __name__ == "__main__":
    import doctest
    import sys

    sys.exit(1 if doctest.testmod().failed else 0)
