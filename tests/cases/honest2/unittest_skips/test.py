import os
import unittest

from main import Stack


class StackTest(unittest.TestCase):
    @unittest.skip("later")
    def test_later(self):
        self.fail("not yet")

    @unittest.skipUnless(hasattr(os, "surely_not"), "needs surely_not")
    def test_never(self):
        self.fail()

    @unittest.skipIf(os.sep == "", "impossible")
    def test_push(self):
        stack = Stack().push(1).push(2)
        self.assertEqual(len(stack), 2)
        self.assertEqual(stack.pop(), 2)

    @unittest.expectedFailure
    def test_negative_length(self):
        self.assertEqual(len(Stack()), -1)

    def test_empty(self):
        if os.environ.get("SURELY_NOT_SET"):
            self.skipTest("set")
        with self.assertRaises(IndexError) as caught:
            Stack().pop()
        self.assertEqual(str(caught.exception), "pop from empty stack")


if __name__ == "__main__":
    unittest.main()
