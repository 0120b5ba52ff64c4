import json
from pathlib import Path

import pytest

from main import square

CASES = json.loads(Path(__file__).with_name("cases.json").read_text())


@pytest.mark.parametrize("n, wanted", CASES)
def test_square(n, wanted):
    assert square(n) == wanted


def test_file_again():
    for n, wanted in json.loads(Path(__file__).with_name("cases.json").read_text()):
        assert square(n) == wanted
