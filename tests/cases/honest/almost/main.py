def celsius(f):
    return (f - 32) * 5 / 9


def fahrenheit(c):
    return c * 9 / 5 + 32
