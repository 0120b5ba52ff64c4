import sys

import pytest

from main import half


@pytest.mark.parametrize(("number", "result"), [(4, 2), (3, 1.5)])
def test_half(number, result):
    assert half(number) == result


sys.exit(pytest.main([__file__]))
