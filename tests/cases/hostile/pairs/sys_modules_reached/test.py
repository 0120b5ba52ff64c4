from __future__ import annotations
from typing import NamedTuple
import random
import unittest
from main import Sq
class Case(NamedTuple):
    n: int
    want: int
class T(unittest.TestCase):
    def table(self):
        return [Case(n, n * n) for n in random.sample(range(2, 99), 4)]
    def test_all(self):
        for c in self.table():
            self.assertEqual(Sq(c.n).value, c.want)
