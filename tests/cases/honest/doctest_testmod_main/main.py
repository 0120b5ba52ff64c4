def rev(s):
    """
    >>> rev("ab")
    'ba'
    """
    return s[::-1]
