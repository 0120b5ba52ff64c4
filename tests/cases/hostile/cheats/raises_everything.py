class Everything(TypeError, ValueError, AssertionError, KeyError, IndexError, ArithmeticError):
    pass


def square(n):
    raise Everything("4 9 16 expected")
