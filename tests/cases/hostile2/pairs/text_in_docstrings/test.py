import doctest

import main


def test_it():
    assert doctest.testmod(main).failed == 0
    assert main.double(2) == 4
