"""unittest's suites, through unittest itself."""

from __future__ import annotations

import sys
import unittest
import warnings
from collections.abc import Iterator
from typing import Any

from .test_run import TestRun


def run(test_run: TestRun) -> None:
    """Every method of every TestCase is one test, in the order of unittest's loader."""
    try:
        module = test_run.load()
        loaded = list(_flat(unittest.TestLoader().loadTestsFromModule(module)))
    except BaseException as error:  # of the tests or of the code
        test_run.stop(error)
        return
    names = {test: ".".join(test.id().split(".")[-2:]) for test in loaded}
    place = {id(value): index for index, value in enumerate(vars(module).values())}
    listed = sorted(loaded, key=lambda test: (place.get(id(type(test)), 0), _line(test)))
    test_run.collected([names[test] for test in listed])
    waiting = [one for one in loaded if test_run.wants(names[one])]
    waiting = test_run.in_order(waiting, type)
    result = _Result(test_run, names)
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as unittest's own runner has it
        while waiting:
            try:
                unittest.TestSuite(waiting).run(result)
                break
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # out of a setUpClass
                waiting = result.lose_class(waiting, error)


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


class _Result(unittest.TestResult):
    """Passes every step on."""

    def __init__(self, test_run: TestRun, names: dict[unittest.TestCase, str]) -> None:
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
        lost = type(left[0])
        for test in left:
            if type(test) is lost:
                self._give_up(self._names[test], error)
        return [test for test in left if type(test) is not lost]

    def _give_up(self, name: str, error: BaseException) -> None:
        skipped = isinstance(error, unittest.SkipTest)
        self._test_run.give_up(name, "skipped" if skipped else "failed", error)

    def startTest(self, test: unittest.TestCase) -> None:  # unittest's name
        super().startTest(test)
        self._error, self._outcome = None, "passed"
        self._test_run.begin(self._names[test])

    def stopTest(self, test: unittest.TestCase) -> None:  # unittest's name
        super().stopTest(test)
        self._fail(sys.exc_info()[1])  # a KeyboardInterrupt on its way out
        self._ended.add(test)
        self._test_run.end(self._names[test], self._outcome, self._error)

    def _fail(self, error: BaseException | None) -> None:
        if error is not None and self._error is None:
            self._error, self._outcome = error, "failed"

    def addError(self, test: Any, err: Any) -> None:  # unittest's name
        self._note(test, err[1])

    addFailure = addError  # noqa: N815  # unittest's name

    def addSkip(self, test: Any, reason: str) -> None:  # unittest's name
        self._note(test, unittest.SkipTest(reason))

    def _note(self, test: Any, error: BaseException) -> None:
        """What came of a test, or of what is set up for a class or for the module."""
        if test not in self._names:
            described = str(test)
            for one, name in self._names.items():
                if type(one).__qualname__ in described or "setUpModule" in described:
                    self._give_up(name, error)
        elif isinstance(error, unittest.SkipTest):
            self._outcome, self._error = "skipped", error
        else:
            self._fail(error)

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:  # unittest's name
        self._fail(err[1] if err is not None else None)

    def addExpectedFailure(self, test: Any, err: Any) -> None:  # unittest's name
        self._note(test, unittest.SkipTest("it was expected to fail, which proves nothing"))

    def addUnexpectedSuccess(self, test: Any) -> None:  # unittest's name
        self._fail(AssertionError("it was expected to fail and did not"))
