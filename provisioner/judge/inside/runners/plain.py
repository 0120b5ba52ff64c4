"""Suites that need no framework: functions without fixtures, scripts, examples of docstrings."""

from __future__ import annotations

import doctest
import functools
import inspect
import warnings
from typing import Any

from .assertions import COUNTER
from .test_run import TestRun


def run_functions(test_run: TestRun) -> None:
    """Each function `test…` of the module is one test."""
    module = test_run.load_or_stop()
    if module is not None:
        test_run.run_each(
            {
                name: functools.partial(_call, value)
                for name, value in vars(module).items()
                if name.startswith("test")
                and inspect.isfunction(value)
                and value.__module__ == "test"
            }
        )


def _call(test: Any) -> None:
    with warnings.catch_warnings(record=True):
        for kind in (DeprecationWarning, PendingDeprecationWarning):
            warnings.filterwarnings("always", category=kind)  # as pytest has it
        result = test()
        if inspect.iscoroutine(result):
            import asyncio

            asyncio.run(result)


def run_script(test_run: TestRun) -> None:
    """The whole file is one test."""

    def script() -> None:
        try:
            test_run.load("__main__")
        except SystemExit as error:
            if error.code not in (0, None) or hasattr(error, "_judge_frames"):
                raise

    test_run.run_each({"script": script})


class _Runner(doctest.DocTestRunner):
    """Raises for the first example that does not hold, once all have run."""

    def __init__(self) -> None:
        super().__init__(verbose=False)
        self._failed = ""

    def report_success(self, out: Any, test: Any, example: Any, got: str) -> None:
        COUNTER.evaluated += 1

    def report_failure(self, out: Any, test: Any, example: Any, got: str) -> None:
        said = f"{example.source.strip()}\nexpected {example.want!r}, got {got[:600]!r}"
        self._failed = self._failed or said

    def report_unexpected_exception(self, out: Any, test: Any, example: Any, info: Any) -> None:
        said = f"{example.source.strip()}\nraised {info[0].__name__}: {info[1]}"
        self._failed = self._failed or said[:900]

    def check(self, test: doctest.DocTest) -> None:
        """Raise AssertionError unless all examples hold."""
        self.run(test, out=lambda text: None)
        if self._failed:
            raise AssertionError(self._failed)


def run_examples(test_run: TestRun) -> None:
    """Each docstring of the tests is one test."""
    module = test_run.load_or_stop()
    if module is not None:
        found = [one for one in doctest.DocTestFinder().find(module, "test") if one.examples]
        found.sort(key=lambda one: one.lineno or 0)
        test_run.run_each(
            {
                one.name.replace("test", "doctest", 1): functools.partial(_Runner().check, one)
                for one in found
            }
        )
