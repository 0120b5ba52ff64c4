"""Test functions without fixtures: called one by one, no framework needed."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .candidate import Sitting


def run(sitting: Sitting) -> None:
    """Each function `test…` of the module is one test."""
    sitting.load()
    tests = {
        name: value
        for name, value in vars(sitting.module).items()
        if name.startswith("test") and inspect.isfunction(value)
    }
    sitting.collected(list(tests))
    names = [name for name in tests if sitting.wanted(name)]
    sitting.chance.shuffle(names)
    for name in names:
        sitting.start(name)
        try:
            with warnings.catch_warnings(record=True):
                for kind in (DeprecationWarning, PendingDeprecationWarning):
                    warnings.filterwarnings("always", category=kind)  # as pytest has it
                result = tests[name]()
                if inspect.iscoroutine(result):
                    import asyncio

                    asyncio.run(result)
        except BaseException as error:  # judged code may raise anything; it is told
            skipped = type(error).__name__ in ("SkipTest", "Skipped")
            sitting.end(name, "skipped" if skipped else "failed", error)
        else:
            sitting.end(name, "passed")
