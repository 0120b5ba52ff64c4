from __future__ import annotations
from dataclasses import dataclass
from main import greet
@dataclass
class Case:
    given: str
    want: str
CASES = [Case("bob", "Hello, Bob!"), Case("", "Hello, stranger!")]
def test_cases():
    for case in CASES:
        assert greet(case.given) == case.want, case
