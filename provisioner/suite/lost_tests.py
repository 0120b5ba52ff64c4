"""What a test file would lose if another one took its place, by their syntax trees."""

from __future__ import annotations

import ast

from provisioner.suite.parse import assertions_of, find_tests


def lost_tests(old: bytes, new: bytes) -> tuple[str, ...]:
    """Tests that only the old file has, and tests that assert less in the new one.

    One line each, ``test_adds`` or ``test_adds: 1 of 3 assertions left``, in the order of the old
    file. Assertions outside of test functions are counted together. A file that is no Python
    never tested anything.
    """
    had, has = _assertions_by_test(old), _assertions_by_test(new)
    lost = []
    for name, count in had.items():
        left = has.get(name, 0)
        if name and name not in has:
            lost.append(name)
        elif left < count:
            where = name or "outside of test functions"
            lost.append(f"{where}: {left} of {count} assertions left")
    return tuple(lost)


def _assertions_by_test(source: bytes) -> dict[str, int]:
    """How many assertion statements each test has; "" is for those outside of tests."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {}
    tests = find_tests(tree)
    counts = {name: len(assertions_of(test.node)) for test in tests for name in test.names}
    inside = sum(len(assertions_of(test.node)) for test in tests)
    return {**counts, "": len(assertions_of(tree)) - inside}
