from dataclasses import dataclass
from main import square
@dataclass
class Case:
    given: int
    want: int
CASES = [Case(2, 4), Case(3, 9)]
def test_cases():
    for c in CASES:
        assert square(c.given) == c.want
