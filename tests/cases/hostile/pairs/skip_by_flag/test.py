import unittest
import main


class T(unittest.TestCase):
    @unittest.skipUnless(main.READY, "not ready")
    def test_a(self):
        self.assertEqual(main.square(2), 4)

    def test_b(self):
        self.assertEqual(main.name(), "square")
