import sqlite3
import threading
import unittest

import main
from main import Box, Counter, Money, Pair, Point, database, fib, halves, kind, parallel, signature, warn


class Everything(unittest.TestCase):
    def test_tuples(self):
        self.assertEqual(Point(1), (1, 0))
        self.assertEqual(Point(1, 2), Point(1, 2))
        self.assertEqual(Pair(1, 2)._asdict(), {"left": 1, "right": 2})

    def test_box(self):
        self.assertEqual(Box(1), Box(1))
        self.assertEqual([Box(1), Box(2)], [Box(1), Box(2)])
        self.assertNotEqual(Box(1), Box(2))
        self.assertIn(Box(1), {Box(1), Box(2)})
        self.assertEqual(sorted([Box(2), Box(1)]), [Box(1), Box(2)])
        self.assertEqual(repr(Box("x")), "Box('x')")
        self.assertLess(Box(1), Box(2))

    def test_money(self):
        self.assertEqual(Money(5), 5)
        self.assertEqual(Money(5), Money(5))
        self.assertGreater(Money(5), 4)

    def test_threads(self):
        counter = Counter()
        threads = [threading.Thread(target=counter.add, args=(i,)) for i in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(counter.value, 45)
        self.assertEqual(parallel([1, 2, 3]), [2, 4, 6])

    def test_database(self):
        with database() as connection:
            self.assertEqual(connection.execute("select name from t order by id").fetchall(), [("a",), ("b",)])
            with self.assertRaises(sqlite3.IntegrityError):
                connection.execute("insert into t (id) values (1)")

    def test_functions(self):
        self.assertEqual(fib(30), 832040)
        self.assertEqual([kind(1), kind("x")], ["int", "other"])
        self.assertEqual(signature(Counter.add), ["self", "n"])
        self.assertEqual(list(halves()), [0.5, 0.25])
        generator = halves()
        self.assertEqual(next(generator), 0.5)
        self.assertEqual(main.main(), 0)

    def test_logging(self):
        with self.assertLogs("main", level="WARNING") as logs:
            warn("x")
        self.assertEqual(logs.output, ["WARNING:main:careful: x"])


if __name__ == "__main__":
    unittest.main()
