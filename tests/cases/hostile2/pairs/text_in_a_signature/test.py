import inspect

import main


def test_it():
    assert inspect.signature(main.double, eval_str=True).return_annotation is int
