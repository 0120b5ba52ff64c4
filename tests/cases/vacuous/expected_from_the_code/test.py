import pytest

import main

EXPECTED = {n: main.vat(n) for n in (0, 10, 99.99)}


@pytest.mark.parametrize("net", EXPECTED)
def test_vat(net):
    assert main.vat(net) == EXPECTED[net]
