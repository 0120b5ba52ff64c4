"""Test functions without fixtures: called one by one, no framework needed."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

from . import modules, results


def run(test_run: Any) -> None:
    """Each function `test…` of the module is one test."""
    try:
        module = modules.load(test_run, "test")
    except BaseException as error:  # of the tests or of the code
        test_run.report.say("stopped", results.describe(error, test_run))
        return
    tests = {
        name: value
        for name, value in vars(module).items()
        if name.startswith("test") and inspect.isfunction(value) and value.__module__ == "test"
    }
    test_run.report.say("collected", list(tests))
    names = [name for name in tests if test_run.wanted(name)]
    for name in names:
        results.begin(test_run, name)
        try:
            with warnings.catch_warnings(record=True):
                for kind in (DeprecationWarning, PendingDeprecationWarning):
                    warnings.filterwarnings("always", category=kind)  # as pytest has it
                result = tests[name]()
                if inspect.iscoroutine(result):
                    import asyncio

                    asyncio.run(result)
        except BaseException as error:  # it is reported
            results.end(test_run, name, "skipped" if results.is_skip(error) else "failed", error)
        else:
            results.end(test_run, name, "passed")
