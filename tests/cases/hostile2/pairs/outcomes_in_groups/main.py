import unittest


def square(n):
    raise BaseExceptionGroup("several", [unittest.SkipTest("x"), KeyboardInterrupt(), SystemExit(0)])
