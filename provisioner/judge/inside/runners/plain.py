"""Suites that need no framework: functions, and one program."""

from __future__ import annotations

import functools
import inspect
import warnings
from typing import Any

from .test_run import TestRun


def run(test_run: TestRun) -> None:
    """Each function `test…` of the module is one test; a script as a whole is one."""
    if test_run.job["style"] == "script":
        test_run.run_each({"script": functools.partial(_run_script, test_run)})
    elif (module := test_run.load_or_stop()) is not None:
        test_run.run_each(
            {
                name: functools.partial(_call, value)
                for name, value in vars(module).items()
                if name.startswith("test")
                and inspect.isfunction(value)
                and value.__module__ == "test"
            }
        )


def _run_script(test_run: TestRun) -> None:
    try:
        test_run.load()
    except SystemExit as error:
        if error.code not in (0, None) or hasattr(error, "_judge_frames"):
            raise


def _call(test: Any) -> None:
    with warnings.catch_warnings(record=True):
        for kind in (DeprecationWarning, PendingDeprecationWarning):
            warnings.filterwarnings("always", category=kind)  # as pytest has it
        result = test()
        if inspect.iscoroutine(result):
            import asyncio

            asyncio.run(result)
