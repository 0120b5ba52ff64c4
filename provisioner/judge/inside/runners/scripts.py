"""Plain scripts, and the examples of docstrings."""

from __future__ import annotations

import doctest
from typing import Any

from . import assertions, modules, results


def run(test_run: Any) -> None:
    """The whole file is one test."""
    test_run.report.say("collected", ["script"])
    results.begin(test_run, "script")
    assertions.watch_library()
    try:
        modules.load(test_run, "__main__")
    except SystemExit as error:
        left = error.code in (0, None) and not hasattr(error, "_judge_frames")
        results.end(test_run, "script", "passed" if left else "failed", None if left else error)
    except BaseException as error:  # it is reported
        results.end(test_run, "script", "failed", error)
    else:
        results.end(test_run, "script", "passed")


class _Runner(doctest.DocTestRunner):
    """Notes the first example that does not hold."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self.failed = ""

    def report_success(self, out: Any, test: Any, example: Any, got: str) -> None:
        assertions.COUNTER.evaluated += 1

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        said = f"{example.source.strip()}\nexpected {example.want!r}, got {got[:600]!r}"
        self.failed = self.failed or said

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, info: Any) -> None:
        said = f"{example.source.strip()}\nraised {info[0].__name__}: {info[1]}"
        self.failed = self.failed or said[:900]


def run_examples(test_run: Any) -> None:
    """Each docstring of the tests is one test."""
    try:
        module = modules.load(test_run, "test")
    except BaseException as error:
        test_run.report.say("stopped", results.describe(error, test_run))
        return
    found = [one for one in doctest.DocTestFinder().find(module, "test") if one.examples]
    found.sort(key=lambda one: one.lineno or 0)
    named = {one.name.replace("test", "doctest", 1): one for one in found}
    test_run.report.say("collected", list(named))
    names = [name for name in named if test_run.wanted(name)]
    for name in names:
        results.begin(test_run, name)
        runner = _Runner()
        runner.run(named[name], out=lambda text: None)
        failure = AssertionError(runner.failed) if runner.failed else None
        results.end(test_run, name, "failed" if failure else "passed", failure)
