import logging
import unittest

from main import Stock


class StockLogs(unittest.TestCase):
    def test_warning(self):
        with self.assertLogs("shop.stock", level="WARNING") as logs:
            self.assertFalse(Stock(tea=1).take("tea", 2))
        self.assertEqual(logs.output, ["WARNING:shop.stock:only 1 of tea left"])

    def test_order(self):
        with self.assertLogs(level=logging.INFO) as logs:
            self.assertTrue(Stock(tea=1).take("tea"))
        self.assertEqual([r.levelname for r in logs.records], ["INFO", "ERROR"])
        self.assertEqual(logs.records[1].args, ("tea",))

    def test_silent(self):
        with self.assertNoLogs("shop", level="WARNING"):
            Stock(tea=5).take("tea")

    def test_exception(self):
        stock = Stock()
        with self.assertLogs("shop", "ERROR") as logs:
            stock.load("a=1,b=x")
        self.assertIs(logs.records[0].exc_info[0], ValueError)
        self.assertEqual(stock.items, {})


if __name__ == "__main__":
    unittest.main()
