import unittest
import main


class TestRegistry(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.rows = [(1, "a"), (2, "b")]

    def test_iterates(self):
        self.assertEqual(list(main.Exporter), ["csv", "tsv"])
        self.assertEqual(len(main.Exporter), 2)
        self.assertIs(main.Exporter["tsv"], main.Tsv)
        self.assertIn("csv", main.Exporter)

    def test_dump(self):
        self.assertEqual(main.Exporter.create("csv", ";").dump(self.rows), "1;a\n2;b")
        self.assertEqual(main.Exporter.create("tsv").dump(self.rows), "1\ta\n2\tb")

    def test_unknown(self):
        with self.assertRaisesRegex(LookupError, "no exporter 'xml'; known: csv, tsv") as cm:
            main.Exporter.create("xml")
        self.assertIsNone(cm.exception.__cause__)
        self.assertTrue(cm.exception.__suppress_context__)

    def test_abstract(self):
        with self.assertRaises(TypeError):
            main.Exporter()
        self.assertEqual(main.Exporter.__abstractmethods__, frozenset({"dump"}))

    def test_subclass(self):
        self.assertTrue(issubclass(main.Tsv, main.Csv))
        self.assertIsInstance(main.Tsv(), main.Exporter)
        self.assertIsNone(main.Exporter.key)
        self.assertEqual([c.__name__ for c in main.Tsv.__mro__[:3]], ["Tsv", "Csv", "Exporter"])
