"""unittest's suites, through unittest itself."""

from __future__ import annotations

import sys
import unittest
import warnings
from collections.abc import Iterator
from typing import Any

from . import assertions, modules, results

_Error = tuple[Any, Any, Any]


def run(test_run: Any) -> None:
    """Every method of every TestCase is one test, in the order of unittest's loader."""
    assertions.watch_library()
    try:
        module = modules.load(test_run, "test")
        loaded = list(_flat(unittest.TestLoader().loadTestsFromModule(module)))
    except BaseException as error:  # of the tests or of the code
        test_run.report.say("stopped", results.describe(error, test_run))
        return
    names = {test: ".".join(test.id().split(".")[-2:]) for test in loaded}
    place = {id(value): index for index, value in enumerate(vars(module).values())}
    listed = sorted(loaded, key=lambda test: (place.get(id(type(test)), 0), _line(test)))
    test_run.report.say("collected", [names[test] for test in listed])
    waiting = [one for one in loaded if test_run.wanted(names[one])]
    told = _Told(test_run, names)
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as unittest's own runner has it
        while waiting:
            try:
                unittest.TestSuite(waiting).run(told)
                break
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # out of a setUpClass
                waiting = told.lose_class(waiting, error)


def _line(test: unittest.TestCase) -> int:
    method = getattr(type(test), test._testMethodName, None)
    method = getattr(method, "__wrapped__", method)
    return getattr(getattr(method, "__code__", None), "co_firstlineno", 1 << 30)


def _flat(suite: Any) -> Iterator[unittest.TestCase]:
    for part in suite:
        if isinstance(part, unittest.TestCase):
            yield part
        else:
            yield from _flat(part)


class _Told(unittest.TestResult):
    """Passes every step on."""

    def __init__(self, test_run: Any, names: dict[unittest.TestCase, str]) -> None:
        super().__init__()
        self._test_run, self._names = test_run, names
        self._error: BaseException | None = None
        self._outcome = "passed"
        self._ended: set[unittest.TestCase] = set()

    def lose_class(
        self, tests: list[unittest.TestCase], error: BaseException
    ) -> list[unittest.TestCase]:
        """Give up the class that comes next; what is left after that."""
        left = [test for test in tests if test not in self._ended]
        if not left:
            raise error
        self.lose([test for test in left if type(test) is type(left[0])], error)
        return [test for test in left if type(test) is not type(left[0])]

    def lose(self, tests: list[unittest.TestCase], error: BaseException) -> None:
        """Give up tests that cannot begin."""
        outcome = "skipped" if isinstance(error, unittest.SkipTest) else "failed"
        for test in tests:
            results.begin(self._test_run, self._names[test])
            results.end(self._test_run, self._names[test], outcome, error)

    def startTest(self, test: unittest.TestCase) -> None:  # unittest's name
        super().startTest(test)
        self._error, self._outcome = None, "passed"
        results.begin(self._test_run, self._names[test])

    def stopTest(self, test: unittest.TestCase) -> None:  # unittest's name
        super().stopTest(test)
        passing = sys.exc_info()[1]
        if passing is not None:  # a KeyboardInterrupt on its way out
            self._fail(passing)
        self._ended.add(test)
        results.end(self._test_run, self._names[test], self._outcome, self._error)

    def _fail(self, error: BaseException) -> None:
        if self._error is None:
            self._error, self._outcome = error, "failed"

    def addError(self, test: Any, err: _Error) -> None:  # unittest's name
        if test in self._names:
            self._fail(err[1])
            return
        for one in self._affected(test):
            results.begin(self._test_run, one)
            results.end(self._test_run, one, "failed", err[1])

    addFailure = addError  # noqa: N815  # unittest's name

    def _affected(self, holder: Any) -> list[str]:
        described = str(holder)
        return [
            name
            for test, name in self._names.items()
            if type(test).__qualname__ in described or "setUpModule" in described
        ]

    def addSubTest(self, test: Any, subtest: Any, err: _Error | None) -> None:
        if err is not None:
            self._fail(err[1])

    def addSkip(self, test: Any, reason: str) -> None:  # unittest's name
        if test in self._names:
            self._outcome, self._error = "skipped", unittest.SkipTest(reason)
            return
        for name in self._affected(test):
            results.begin(self._test_run, name)
            results.end(self._test_run, name, "skipped", unittest.SkipTest(reason))

    def addExpectedFailure(self, test: Any, err: _Error) -> None:
        self._outcome = "skipped"
        self._error = unittest.SkipTest("it was expected to fail, which proves nothing")

    def addUnexpectedSuccess(self, test: Any) -> None:  # unittest's name
        self._fail(AssertionError("it was expected to fail and did not"))
