import array, collections, enum, ipaddress, types, zoneinfo
import datetime as dt
import unittest
import main
class T(unittest.TestCase):
    maxDiff = None
    def test_types(self):
        self.assertEqual(main.count("abca"), collections.Counter("aabc"))
        self.assertEqual(main.count("abca"), {"a": 2, "b": 1, "c": 1})
        self.assertEqual(main.count("aab").most_common(1), [("a", 2)])
        self.assertEqual(main.last([1, 2, 3], 2), collections.deque([2, 3], maxlen=2))
        self.assertEqual(main.ordered(), collections.OrderedDict([("x", 1), ("y", 2)]))
        self.assertNotEqual(main.ordered(), collections.OrderedDict([("y", 2), ("x", 1)]))
        self.assertEqual(main.arr([1, 2]), array.array("i", [1, 2]))
        self.assertEqual(main.net("10.0.0.0/30"), ipaddress.ip_network("10.0.0.0/30"))
        self.assertEqual(main.span(3), range(0, 3))
        self.assertIn(2, main.span(3))
        self.assertEqual(bytes(main.view(b"abc")), b"ab")
        self.assertEqual(main.view(b"abc"), b"ab")
    def test_flags(self):
        self.assertEqual(main.Perm.R | main.Perm.W, main.Perm(3))
        self.assertTrue(main.Perm.R in main.Perm(3))
        self.assertEqual(main.Level.HIGH, 3)
        self.assertEqual(main.Colour("red").name, "RED")
        self.assertEqual([c.value for c in main.Colour], ["red", "blue"])
    def test_time(self):
        utc = dt.timezone.utc
        self.assertEqual(main.when(0), dt.datetime(1970, 1, 1, tzinfo=utc))
        self.assertEqual(main.when(60) - main.when(0), dt.timedelta(minutes=1))
        self.assertEqual(main.when(0).isoformat(), "1970-01-01T00:00:00+00:00")
        self.assertLess(main.when(0), main.when(1))
    def test_point(self):
        p = main.Point(1, 2)
        self.assertEqual(p, (1, 2))
        self.assertEqual(p._replace(x=5), main.Point(5, 2))
        self.assertEqual(p._asdict(), {"x": 1, "y": 2})
        self.assertEqual(types.SimpleNamespace(a=1), main.ns(a=1))
if __name__ == "__main__":
    unittest.main()
