import unittest

from main import Memory, Storage


class Recording(Storage):
    def __init__(self):
        self.log = []

    def read(self, key):
        self.log.append(("read", key))
        return 1

    def write(self, key, value):
        self.log.append(("write", key, value))


class Half(Storage):
    def read(self, key):
        return None


class StorageTest(unittest.TestCase):
    def test_abstract(self):
        with self.assertRaises(TypeError):
            Storage()
        with self.assertRaisesRegex(TypeError, "write"):
            Half()

    def test_template_method(self):
        r = Recording()
        self.assertEqual(r.update("k", lambda n: n + 5), 1)
        self.assertEqual(r.log, [("read", "k"), ("write", "k", 6), ("read", "k")])

    def test_memory(self):
        m = Memory()
        self.assertEqual(m.update("a", lambda n: n + 2), 2)
        self.assertIsInstance(m, Storage)


if __name__ == "__main__":
    unittest.main()
