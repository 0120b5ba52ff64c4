import unittest, warnings
from main import work, old


class T(unittest.TestCase):
    def test_logs(self):
        with self.assertLogs("app.worker", level="WARNING") as cm:
            self.assertEqual(work(11), 10)
        self.assertEqual(cm.output, ["WARNING:app.worker:too big: 11"])

    def test_silent(self):
        with self.assertNoLogs("app.worker"):
            self.assertEqual(work(3), 3)

    def test_warns(self):
        with self.assertWarns(DeprecationWarning) as w:
            self.assertEqual(old(), 1)
        self.assertIn("deprecated", str(w.warning))

    def test_warns_again(self):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            old()
        self.assertEqual(len(caught), 1)
        self.assertTrue(issubclass(caught[0].category, DeprecationWarning))
