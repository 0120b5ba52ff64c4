__all__ = ["celsius", "kelvin", "ABSOLUTE_ZERO"]

ABSOLUTE_ZERO = -273.15


def _check(c):
    if c < ABSOLUTE_ZERO:
        raise ValueError("below absolute zero")
    return c


def celsius(f):
    return round(_check((f - 32) * 5 / 9), 2)


def kelvin(c):
    return _check(c) - ABSOLUTE_ZERO
