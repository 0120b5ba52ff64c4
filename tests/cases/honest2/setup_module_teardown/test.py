import os
import shutil
import tempfile
import unittest

import main

folder = None


def setUpModule():
    global folder
    folder = tempfile.mkdtemp()


def tearDownModule():
    shutil.rmtree(folder)


class JournalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.count = 0

    def setUp(self):
        type(self).count += 1
        self.journal = main.Journal(os.path.join(folder, f"j{self.count}.txt"))

    def tearDown(self):
        if os.path.exists(self.journal.path):
            os.remove(self.journal.path)

    def test_empty(self):
        self.assertEqual(self.journal.lines(), [])

    def test_appends(self):
        self.journal.write("one\n")
        self.journal.write("two")
        self.assertEqual(list(self.journal), ["one", "two"])
        with open(self.journal.path) as f:
            self.assertEqual(f.read(), "one\ntwo\n")


if __name__ == "__main__":
    unittest.main()
