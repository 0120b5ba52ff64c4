import unittest
from textwrap import dedent

from main import help_text, invoice


class TextTest(unittest.TestCase):
    def test_invoice(self):
        self.assertMultiLineEqual(
            invoice("ACME", [("Tea", 350), ("A very long name indeed", 12000)]),
            dedent(
                """\
                          ACME
                ------------------------
                Tea                 3.50
                A very long nam   120.00
                ------------------------
                Total             123.50
                """
            ),
        )

    def test_empty(self):
        self.assertRegex(invoice("X", []), r"Total +0\.00\n$")

    def test_help(self):
        text = help_text({"fast": "be quick", "out": "a file"})
        self.assertEqual(text.splitlines()[0], "Usage: tool [options]")
        self.assertIn("\n  --fast     be quick\n  --out      a file", text)
        self.assertNotRegex(text, r"[ \t]+\n")


if __name__ == "__main__":
    unittest.main()
