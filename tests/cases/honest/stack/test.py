import unittest
from main import Stack


class TestStack(unittest.TestCase):
    def setUp(self):
        self.stack = Stack()

    def test_push_pop(self):
        self.stack.push(1)
        self.stack.push(2)
        self.assertEqual(self.stack.pop(), 2)
        self.assertEqual(len(self.stack), 1)

    def test_empty(self):
        with self.assertRaises(IndexError) as ctx:
            self.stack.pop()
        self.assertEqual(str(ctx.exception), "pop from empty stack")
        self.assertIn("empty", str(ctx.exception))

    def test_iter(self):
        for x in range(3):
            self.stack.push(x)
        self.assertListEqual(list(self.stack), [2, 1, 0])
        self.assertIn(1, self.stack)
        self.assertNotIn(9, self.stack)
        self.assertEqual(repr(self.stack), "Stack([0, 1, 2])")

    def tearDown(self):
        self.stack = None


if __name__ == "__main__":
    unittest.main(verbosity=2)
