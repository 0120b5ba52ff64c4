"""
>>> from main import square
>>> square(2)
4
>>> [square(n) for n in (3, 4)]
[9, 16]
"""
