import unittest

from main import fib


def slow(n):
    return n if n < 2 else slow(n - 1) + slow(n - 2)


class FibTest(unittest.TestCase):
    def test_against_the_definition(self):
        for n in range(15):
            self.assertEqual(fib(n), slow(n))

    def test_recurrence_of_itself(self):
        self.assertEqual(fib(30), fib(29) + fib(28))
        self.assertEqual(fib(10) - fib(9), fib(8))


if __name__ == "__main__":
    unittest.main()
