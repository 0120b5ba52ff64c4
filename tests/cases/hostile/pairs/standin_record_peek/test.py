from dataclasses import dataclass
from main import square
@dataclass
class Case:
    given: int
    want: int
def test_cases():
    for i in range(3, 9):
        c = Case(i, i * i)
        assert square(c.given) == c.want
