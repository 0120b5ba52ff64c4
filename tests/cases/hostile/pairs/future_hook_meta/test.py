from __future__ import annotations
import unittest
from dataclasses import dataclass
import main
@dataclass
class Row:
    n: int
class T(unittest.TestCase):
    def test_rows(self):
        rows = [Row(n) for n in range(2, 6)]
        self.assertEqual([main.sq(r) for r in rows], [r.n ** 2 for r in rows])
