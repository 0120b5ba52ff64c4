import pytest

import main


def test_mean():
    assert main.mean([1, 2]) == pytest.approx(1.5)
