"""Looks at main.py for answers copied from the tests: a table of inputs, a branch for each case."""

from __future__ import annotations

from provisioner.suite.tables import find_tables


def overfitted(main: bytes, visible: bytes) -> tuple[str, ...]:
    """Findings, each with its line and reason; none where one of the files is no Python.

    Args:
        main: main.py.
        visible: the tests that its writer has seen.
    """
    return tuple(map(str, find_tables(main, visible)))
