import unittest
import main
class Mixin:
    impl = None
    def test_sort(self):
        self.assertEqual(type(self).impl([3, 1, 2]), [1, 2, 3])
    def test_stable(self):
        self.assertEqual(type(self).impl([]), [])
class BubbleTest(Mixin, unittest.TestCase):
    impl = staticmethod(main.bubble)
class QuickTest(Mixin, unittest.TestCase):
    impl = staticmethod(main.quick)
if __name__ == "__main__":
    unittest.main()
