"""Suites whose tests are the examples of their docstrings."""

from __future__ import annotations

import doctest
import functools
from typing import Any

from ..evidence.assertions import COUNTER
from .test_run import TestRun


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


def run(test_run: TestRun) -> None:
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
