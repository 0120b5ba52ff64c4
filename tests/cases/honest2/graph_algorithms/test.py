import unittest
from main import Cycle, bfs, dijkstra, topological


class GraphTest(unittest.TestCase):
    maxDiff = None

    def test_bfs(self):
        g = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["a"]}
        self.assertSequenceEqual(bfs(g, "a"), ["a", "b", "c", "d"])
        self.assertEqual(bfs({}, 1), [1])

    def test_dijkstra(self):
        g = {"a": {"b": 7, "c": 1}, "c": {"b": 2, "d": 9}, "b": {"d": 1}}
        self.assertEqual(dijkstra(g, "a"), {"a": 0, "b": 3, "c": 1, "d": 4})
        self.assertNotIn("z", dijkstra(g, "a"))

    def test_topological(self):
        order = topological({"app": {"db", "log"}, "db": {"log"}, "log": ()})
        self.assertEqual(order, ["log", "db", "app"])
        self.assertCountEqual(topological({"x": ["y"]}), ["y", "x"])

    def test_cycle(self):
        with self.assertRaises(Cycle) as caught:
            topological({1: [2], 2: [3], 3: [1]})
        self.assertEqual(caught.exception.args[0], [1, 2, 3, 1])
