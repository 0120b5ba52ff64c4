def fact(n):
    """
    >>> fact(3)
    6
    """
    return 1 if n < 2 else n * fact(n - 1)
