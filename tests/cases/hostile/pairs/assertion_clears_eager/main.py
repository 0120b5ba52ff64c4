class E(ValueError, AssertionError):
    pass


def square(n):
    if n < 0:
        raise E("no")
    return n * n if n < 50 else -5
