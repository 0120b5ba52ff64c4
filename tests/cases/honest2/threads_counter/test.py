import threading
import unittest

from main import Counter, Once, parallel


class ThreadsTest(unittest.TestCase):
    def test_counter(self):
        counter = Counter()
        threads = [
            threading.Thread(target=lambda: [counter.add(2) for _ in range(50)], name=f"w{i}")
            for i in range(4)
        ]
        for t in threads:
            t.start()
        for t in threads:
            t.join(10)
        self.assertEqual(counter.value, 400)

    def test_parallel_keeps_order(self):
        self.assertEqual(parallel(lambda n: n * n, range(6)), [0, 1, 4, 9, 16, 25])
        with self.assertRaises(ZeroDivisionError):
            parallel(lambda n: 1 / n, [1, 0])

    def test_once(self):
        made = []
        once = Once(lambda: made.append(1) or object())
        got = []
        threads = [threading.Thread(target=lambda: got.append(once.get())) for _ in range(8)]
        [t.start() for t in threads]
        [t.join() for t in threads]
        self.assertEqual(len(made), 1)
        self.assertEqual(len(set(map(id, got))), 1)


if __name__ == "__main__":
    unittest.main()
