import unittest

from main import Reset, broadcast, running_mean, start


def collect(into):
    try:
        while True:
            into.append((yield))
    finally:
        into.append("closed")


class MeanTests(unittest.TestCase):
    def test_means(self):
        stream = running_mean()
        self.assertEqual([stream.send(x) for x in (2, 4, 9)], [2, 3, 5])
        with self.assertRaises(StopIteration) as caught:
            stream.send(None)
        self.assertEqual(caught.exception.value, 3)

    def test_reset(self):
        stream = running_mean()
        stream.send(100)
        self.assertIsNone(stream.throw(Reset))
        self.assertEqual(stream.send(4), 4)

    def test_closed(self):
        stream = running_mean()
        stream.close()
        self.assertRaises(StopIteration, next, stream)


class BroadcastTests(unittest.TestCase):
    def test_generators_of_the_tests(self):
        first, second = [], []
        targets = collect(first), collect(second)
        next(targets[0])
        start(targets[1])
        out = broadcast(*targets)
        out.send("a")
        self.assertEqual(first, ["a"])
        out.close()
        self.assertEqual(second, ["a", "closed"])

    def test_not_started(self):
        with self.assertRaisesRegex(TypeError, "just-started"):
            broadcast(collect([])).send(1)


if __name__ == "__main__":
    unittest.main()
