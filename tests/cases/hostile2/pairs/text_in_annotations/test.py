import typing

import main


def test_it():
    assert typing.get_type_hints(main.double) == {"n": int, "return": int}
