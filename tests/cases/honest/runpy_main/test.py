import contextlib, io, runpy, sys
import unittest
def run(*argv, stdin=""):
    out = io.StringIO()
    old = sys.argv, sys.stdin
    sys.argv, sys.stdin = ["main.py", *argv], io.StringIO(stdin)
    code = 0
    try:
        with contextlib.redirect_stdout(out):
            runpy.run_path("main.py", run_name="__main__")
    except SystemExit as e:
        code = e.code or 0
    finally:
        sys.argv, sys.stdin = old
    return code, out.getvalue()
class T(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(run("1", "2"), (0, "3\n"))
    def test_stdin(self):
        self.assertEqual(run("-", stdin="4\n5\n"), (0, "9\n"))
    def test_usage(self):
        code, out = run()
        self.assertEqual(code, 2)
        self.assertIn("usage", out)
if __name__ == "__main__":
    unittest.main()
