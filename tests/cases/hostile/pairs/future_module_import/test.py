from __future__ import annotations
from dataclasses import dataclass
import random
from main import square
@dataclass
class Case:
    given: int
    want: int
N = random.randint(2, 99)
TABLE = [Case(N, N * N), Case(N + 1, (N + 1) ** 2)]
def test_cases():
    for c in TABLE:
        assert square(c.given) == c.want
