import unittest
from unittest.mock import call, create_autospec, patch

import main


class ShopTest(unittest.TestCase):
    def setUp(self):
        self.gateway = create_autospec(main.Gateway, instance=True, spec_set=True)
        self.gateway.fee.return_value = 3
        self.shop = main.Shop(self.gateway)

    def test_charge(self):
        self.gateway.charge.return_value = "receipt"
        self.assertEqual(self.shop.buy("acc", 100), "receipt")
        self.gateway.charge.assert_called_once_with("acc", 103, currency="USD")

    def test_spec(self):
        with self.assertRaises(AttributeError):
            self.gateway.refund("acc")
        with self.assertRaises(TypeError):
            self.gateway.charge("acc")

    @patch("main.pause", autospec=True)
    def test_retries(self, pause):
        self.gateway.charge.side_effect = TimeoutError
        self.assertIsNone(self.shop.buy("acc", 1))
        self.assertEqual(pause.call_args_list, [call(1), call(2)])

    @patch.object(main.Gateway, "charge", autospec=True, return_value="r")
    def test_on_the_class(self, charge):
        gateway = main.Gateway()
        self.assertEqual(main.Shop(gateway).buy("a", 250), "r")
        charge.assert_called_once_with(gateway, "a", 252, currency="USD")

    @patch("main.time.sleep")
    def test_pause(self, sleep):
        main.pause(0.5)
        sleep.assert_called_once_with(0.5)


if __name__ == "__main__":
    unittest.main()
