import random
import unittest
import main


def reference_search(xs, t):
    return xs.index(t) if t in xs else -1


def slow_fib(n):
    return n if n < 2 else slow_fib(n - 1) + slow_fib(n - 2)


class PropertyTests(unittest.TestCase):
    def test_sort_random(self):
        rng = random.Random(1234)
        for _ in range(60):
            xs = [rng.randint(-50, 50) for _ in range(rng.randint(0, 30))]
            expected = sorted(xs)
            self.assertEqual(main.sort(xs), expected, msg=f"for {xs}")

    def test_search(self):
        rng = random.Random(5)
        for _ in range(50):
            xs = sorted(set(rng.randint(0, 100) for _ in range(20)))
            t = rng.randint(0, 100)
            self.assertEqual(main.search(xs, t), reference_search(xs, t))

    def test_fib(self):
        for n in range(15):
            self.assertEqual(main.fib(n), slow_fib(n))

    def test_input_untouched(self):
        xs = [3, 1, 2]
        main.sort(xs)
        self.assertEqual(xs, [3, 1, 2])
