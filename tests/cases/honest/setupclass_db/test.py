import sqlite3
import unittest
from main import Store
def setUpModule():
    global LOG
    LOG = []
def tearDownModule():
    LOG.clear()
class T(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.conn = sqlite3.connect(":memory:")
        cls.store = Store(cls.conn)
        LOG.append("class")
    @classmethod
    def tearDownClass(cls):
        cls.conn.close()
    def setUp(self):
        self.store.clear()
    def test_put_get(self):
        self.store.put("a", 1)
        self.assertEqual(self.store.get("a"), 1)
        self.assertIsNone(self.store.get("zz"))
    def test_all(self):
        for i in range(3):
            self.store.put(f"k{i}", i * i)
        self.assertCountEqual(self.store.all(), [("k2", 4), ("k0", 0), ("k1", 1)])
        self.assertEqual(LOG, ["class"])
    def test_rows(self):
        self.store.put("q", 5)
        rows = self.conn.execute("select k, v from kv").fetchall()
        self.assertListEqual(rows, [("q", 5)])
if __name__ == "__main__":
    unittest.main(verbosity=2)
