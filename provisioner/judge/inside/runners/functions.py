"""Suites of functions that need no framework."""

from __future__ import annotations

import functools
import inspect
import warnings
from typing import Any

from .test_run import TestRun


def run(test_run: TestRun) -> None:
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
