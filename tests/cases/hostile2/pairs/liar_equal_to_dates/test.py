import unittest
from datetime import date, timedelta

from main import next_business_day, lead_time


class DueTest(unittest.TestCase):
    def test_friday(self):
        self.assertEqual(next_business_day(date(2024, 3, 1)), date(2024, 3, 4))

    def test_monday(self):
        self.assertEqual(next_business_day(date(2024, 3, 4)), date(2024, 3, 5))

    def test_lead(self):
        self.assertEqual(lead_time(3), timedelta(days=4, hours=12))


if __name__ == "__main__":
    unittest.main()
