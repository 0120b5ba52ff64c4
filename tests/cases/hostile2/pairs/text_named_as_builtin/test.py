import builtins

import main


def test_it():
    assert builtins.eval(main.formula(3)) == 4
