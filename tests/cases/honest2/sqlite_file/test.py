import os
import sqlite3
import tempfile
import unittest

import main


class FileTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "book.db")

    def test_sums(self):
        main.record(self.path, "a", 1)
        main.record(self.path, "b", 5)
        main.record(self.path, "a", 2)
        self.assertEqual(main.totals(self.path), {"a": 3, "b": 5})

    def test_is_on_disk(self):
        main.record(self.path, "a", 4)
        self.assertTrue(os.path.getsize(self.path) > 0)
        db = sqlite3.connect(self.path)
        self.assertEqual(db.execute("select k, n from t").fetchall(), [("a", 4)])
        db.close()

    def test_no_table(self):
        self.assertRaises(sqlite3.OperationalError, main.totals, self.path)


if __name__ == "__main__":
    unittest.main()
