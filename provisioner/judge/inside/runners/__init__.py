"""The runners: pytest, unittest, plain functions, scripts, docstrings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import by_pytest, by_unittest, functions, scripts

RUNNERS: dict[str, Callable[[Any], None]] = {
    "pytest": by_pytest.run,
    "unittest": by_unittest.run,
    "functions": functions.run,
    "script": scripts.run,
    "doctest": scripts.run_examples,
}
