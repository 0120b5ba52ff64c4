"""unittest's suites, through unittest itself; the verdict is not its to give."""

from __future__ import annotations

import sys
import unittest
import warnings
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .candidate import Sitting

_Error = tuple[Any, Any, Any]


def run(sitting: Sitting) -> None:
    """Every method of every TestCase is one test; order is by chance within and among classes."""
    sitting.load()
    loaded = list(_flat(unittest.TestLoader().loadTestsFromModule(sitting.module)))
    place = {id(value): index for index, value in enumerate(vars(sitting.module).values())}
    loaded.sort(key=lambda test: (place.get(id(type(test)), 0), _line(test)))
    names = {test: ".".join(test.id().split(".")[-2:]) for test in loaded}
    sitting.collected(list(names.values()))
    classes: dict[type, list[unittest.TestCase]] = {}
    for test in loaded:
        if sitting.wanted(names[test]):
            classes.setdefault(type(test), []).append(test)
    order = list(classes)
    sitting.chance.shuffle(order)
    waiting: list[unittest.TestCase] = []
    for kind in order:
        sitting.chance.shuffle(classes[kind])
        waiting += classes[kind]
    told = _Told(sitting, names)
    with warnings.catch_warnings():
        warnings.simplefilter("default")  # as unittest's own runner has it
        if not _set_up(sitting.module, told, waiting):
            return
        while waiting:
            try:
                unittest.TestSuite(waiting).run(told)
                break
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # out of a setUpClass, where unittest lets it pass
                waiting = told.lose_class(waiting, error)
        vars(sitting.module).get("tearDownModule", _nothing)()
        unittest.case.doModuleCleanups()


def _nothing() -> None:
    pass


def _set_up(module: ModuleType, told: _Told, tests: list[unittest.TestCase]) -> bool:
    """The module's own setup, which unittest looks for where the module cannot be found."""
    try:
        vars(module).get("setUpModule", _nothing)()
    except Exception as error:  # judged tests may raise anything; it is their failure
        told.lose(tests, error)
        unittest.case.doModuleCleanups()
        return False
    return True


def _flat(suite: Any) -> Iterator[unittest.TestCase]:
    for part in suite:
        if isinstance(part, unittest.TestCase):
            yield part
        else:
            yield from _flat(part)


def _line(test: unittest.TestCase) -> int:
    method = getattr(type(test), test._testMethodName, None)
    method = getattr(method, "__wrapped__", method)
    return getattr(getattr(method, "__code__", None), "co_firstlineno", 1 << 30)


class _Told(unittest.TestResult):
    """Passes every step on."""

    def __init__(self, sitting: Sitting, names: dict[unittest.TestCase, str]) -> None:
        super().__init__()
        self._sitting, self._names = sitting, names
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
            self._sitting.start(self._names[test])
            self._sitting.end(self._names[test], outcome, error)

    def startTest(self, test: unittest.TestCase) -> None:  # unittest's name
        super().startTest(test)
        self._error, self._outcome = None, "passed"
        self._sitting.start(self._names[test])

    def stopTest(self, test: unittest.TestCase) -> None:  # unittest's name
        super().stopTest(test)
        passing = sys.exc_info()[1]
        if passing is not None:  # a KeyboardInterrupt on its way out
            self._fail(passing)
        self._ended.add(test)
        self._sitting.end(self._names[test], self._outcome, self._error)

    def _fail(self, error: BaseException) -> None:
        if self._error is None:
            self._error, self._outcome = error, "failed"

    def addError(self, test: Any, err: _Error) -> None:  # the library's name
        if test in self._names:
            self._fail(err[1])
            return
        # setUpClass or setUpModule: all of its tests are lost, each by this error
        for name in self._affected(test):
            self._sitting.start(name)
            self._sitting.end(name, "failed", err[1])

    addFailure = addError  # noqa: N815  # the library's name

    def _affected(self, holder: Any) -> list[str]:
        described = str(holder)
        return [
            name
            for test, name in self._names.items()
            if type(test).__qualname__ in described or "setUpModule" in described
        ]

    def addSubTest(self, test: Any, subtest: Any, err: _Error | None) -> None:  # the library's name
        if err is not None:
            self._fail(err[1])

    def addSkip(self, test: Any, reason: str) -> None:  # unittest's name
        if test in self._names:
            self._outcome, self._error = "skipped", unittest.SkipTest(reason)
            return
        for name in self._affected(test):
            self._sitting.start(name)
            self._sitting.end(name, "skipped", unittest.SkipTest(reason))

    def addExpectedFailure(self, test: Any, err: _Error) -> None:  # the library's name
        self._outcome = "skipped"
        self._error = unittest.SkipTest("it was expected to fail, which proves nothing")

    def addUnexpectedSuccess(self, test: Any) -> None:  # unittest's name
        self._fail(AssertionError("it was expected to fail and did not"))
