import random

import pytest

from main import estimate_pi


def test_estimate():
    assert estimate_pi(4000, random.Random(1)) == pytest.approx(3.14, abs=0.2)
    assert 2.5 < estimate_pi(2000, random.Random(2)) < 3.7
