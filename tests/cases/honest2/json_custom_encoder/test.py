import json
import unittest
from datetime import date, datetime
from decimal import Decimal

from main import Encoder, Level, dumps


class DumpsTest(unittest.TestCase):
    def test_kinds(self):
        value = {"when": date(2024, 2, 29), "cost": Decimal("1.10"), "level": Level.HIGH}
        self.assertEqual(dumps(value), '{"cost": "1.10", "level": "high", "when": "2024-02-29"}')

    def test_set_and_time(self):
        self.assertEqual(dumps([{3, 1, 2}]), "[[1, 2, 3]]")
        self.assertEqual(dumps(datetime(2024, 1, 1, 12)), '"2024-01-01T12:00:00"')

    def test_with_json(self):
        self.assertEqual(json.loads(json.dumps({"l": Level.LOW}, cls=Encoder)), {"l": "low"})

    def test_unknown(self):
        with self.assertRaises(TypeError) as caught:
            dumps(object())
        self.assertIn("not JSON serializable", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
