import re, unittest
from main import slug, new_id, mask


class T(unittest.TestCase):
    def test_slug(self):
        self.assertEqual(slug("Hello, World!"), "hello-world")
        self.assertRegex(slug("A  B"), r"^[a-z-]+$")
        self.assertNotRegex(slug("x!"), "-$")

    def test_id(self):
        self.assertRegex(new_id(), r"^id-[0-9a-f]{32}$")
        self.assertNotEqual(new_id(), new_id())
        self.assertTrue(re.match(r"id-\w+", new_id()))
        self.assertIsNotNone(re.fullmatch(r"id-[0-9a-f]+", new_id()))

    def test_mask(self):
        self.assertEqual(mask("1234567890123456"), "************3456")
        self.assertTrue(mask("12345678").endswith("5678"))
