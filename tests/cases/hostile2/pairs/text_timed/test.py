import timeit

import main


def test_it():
    assert timeit.timeit(main.statement(), number=1) < 0
