import io
import unittest
import warnings

import main


def good():
    pass


def bad():
    raise KeyError("oops")


class JobsTest(unittest.TestCase):
    def test_levels(self):
        with self.assertLogs("main.jobs", "DEBUG") as cm:
            self.assertEqual(main.process([good, None, bad, good]), 2)
        self.assertEqual([r.levelname for r in cm.records], ["DEBUG", "WARNING", "DEBUG", "ERROR", "DEBUG", "INFO"])
        self.assertEqual(cm.records[1].getMessage(), "empty job at 1")
        self.assertTrue(cm.records[3].exc_info[0] is KeyError)
        self.assertEqual(cm.records[-1].done, 2)

    def test_strict(self):
        with self.assertLogs(main.logger, "ERROR") as cm, self.assertRaises(KeyError):
            main.process([bad], strict=True)
        self.assertIn("ERROR:main.jobs:job bad failed", cm.output[0])

    def test_no_logs(self):
        with self.assertNoLogs("main.jobs", "WARNING"):
            main.process([good])

    def test_deprecated(self):
        with self.assertWarns(DeprecationWarning) as cm:
            self.assertEqual(main.old_api(3), 3)
        self.assertIn("use new_api", str(cm.warning))

    def test_warning_as_error(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with self.assertRaisesRegex(RuntimeWarning, "negative: -4"):
                main.new_api(-4)
            self.assertEqual(main.new_api(4), 4)

    def test_recorded(self):
        with warnings.catch_warnings(record=True) as got:
            warnings.simplefilter("always")
            main.new_api(-1)
            main.new_api(1)
        self.assertEqual([(w.category, str(w.message)) for w in got], [(RuntimeWarning, "negative: -1")])

    def test_redact(self):
        out = io.StringIO()
        lg = main.setup(out)
        lg.info("the secret is %s", 42)
        lg.debug("no")
        self.assertEqual(out.getvalue(), "INFO|the ****** is 42\n")


if __name__ == "__main__":
    unittest.main(verbosity=2)
