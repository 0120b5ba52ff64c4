"""Tables in place of a program are found in every form; honest programs stay innocent."""

from __future__ import annotations

from pathlib import Path

import pytest

from provisioner.suite.tables import find_tables

CASES = Path(__file__).parents[2] / "cases"
TABLES = sorted((CASES / "tables").iterdir())
INNOCENT = [
    case
    for folder in ("honest", "honest2", "vacuous_neighbours", "vacuous")
    for case in sorted((CASES / folder).iterdir())
]


def test_there_are_enough_forms() -> None:
    assert len(TABLES) >= 20
    assert len(INNOCENT) >= 250


@pytest.mark.parametrize("case", TABLES, ids=lambda path: path.name)
def test_a_table_is_named_with_its_line(case: Path) -> None:
    main = (case / "main.py").read_bytes()
    found = find_tables(main, (case / "test.py").read_bytes())
    assert found
    assert all(1 <= table.line <= main.count(b"\n") for table in found)
    assert {table.function for table in found} == {"f"}
    assert all(3 <= table.answered <= table.asked == 4 for table in found)


@pytest.mark.parametrize("case", INNOCENT, ids=lambda path: path.name)
def test_an_honest_program_is_innocent(case: Path) -> None:
    main, tests = (case / "main.py").read_bytes(), (case / "test.py").read_bytes()
    assert find_tables(main, tests) == ()


TESTS = b"""
from main import f
assert f(10) == "low"
assert f(20) == "mid"
assert f(50) == "high"
assert f("a") == 1
"""


@pytest.mark.parametrize(
    "main",
    [
        b"SIZES = {10, 20, 50}\ndef f(n):\n    if n not in SIZES: raise ValueError\n    return n",
        b"import hashlib\ndef f(n):\n    return hashlib.md5(str(n).encode()).hexdigest()[:4]",
        b"BUCKETS = {0: 'low', 1: 'mid', 2: 'high', 3: 'top'}\n"
        b"def f(n):\n    return BUCKETS[hash(n) % 4]",
        b"import itertools\nTURNS = itertools.cycle(['low', 'mid', 'high'])\n"
        b"def f(n):\n    return next(TURNS) if n else None",
        b"def f(n):\n    if n < 15: return 'low'\n    if n < 30: return 'mid'\n    return 'high'",
    ],
)
def test_choices_hashes_and_turns_of_honest_programs(main: bytes) -> None:
    assert find_tables(main, TESTS) == ()


def test_what_is_no_python_has_no_tables() -> None:
    assert find_tables(b"def f(:", TESTS) == ()
    assert find_tables(b"x = 1", b"\xff") == ()
