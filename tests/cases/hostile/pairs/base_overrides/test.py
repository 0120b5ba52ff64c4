import unittest
import main


class T(main.Base):
    def test_a(self):
        self.check(2)
        self.assertEqual(main.square(2), 4)
