import json
from pathlib import Path

import pytest

from main import summarize

CASES = sorted((Path(__file__).parent / "cases").glob("*.json"))


def test_there_are_cases():
    assert len(CASES) == 2


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path):
    data = json.loads(path.read_text())
    assert summarize(data["given"]) == data["expected"]
