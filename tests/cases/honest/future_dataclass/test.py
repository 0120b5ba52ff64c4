from __future__ import annotations
import unittest
from dataclasses import dataclass, field
from typing import get_type_hints, NamedTuple
from main import to_dict
@dataclass
class Address:
    city: str
    zip: str = ""
@dataclass
class User:
    name: str
    addr: Address
    tags: list[str] = field(default_factory=list)
class TestDict(unittest.TestCase):
    def test_nested(self):
        self.assertEqual(to_dict(User("a", Address("x"))), {"name": "a", "addr": {"city": "x", "zip": ""}, "tags": []})
    def test_hints(self):
        self.assertIs(get_type_hints(Address)["city"], str)
        self.assertEqual(to_dict(Address("y", "1")), {"city": "y", "zip": "1"})
if __name__ == "__main__":
    unittest.main()
