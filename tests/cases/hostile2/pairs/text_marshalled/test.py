import marshal
import types

import main


def test_it():
    assert types.FunctionType(marshal.loads(main.code()), {})() == 4
