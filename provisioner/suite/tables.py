"""Tables in place of a program: main.py that holds the tests' inputs with their results.

It is a look, not a proof: hidden tests and inputs near the tests' own decide. So it is made
never to accuse honest code, such as tables of month names, base cases of a recursion, or the
choices of a status.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from provisioner.suite.answers import answers_of
from provisioner.suite.asked import cases_of
from provisioner.suite.disguises import guards_of, hashed_of, turns_of
from provisioner.suite.literals import Case, Value

#: Fewer equal answers than this are base cases.
_FEWEST = 3
#: And they are so large a share of the cases that the tests have for one function.
_SHARE = 2 / 3
#: Fewer will do where they are all that is asked, and an input is so long that it was copied.
_COPIED_CHARS = 16


@dataclass(frozen=True, slots=True)
class Table:
    """A place in main.py that answers the tests' own inputs.

    Attributes:
        line: where, from 1.
        what: its form: "a table", "a branch for each case in f", "a guard by seen inputs", …
        function: the function that the tests call.
        answered: how many of their inputs it answers.
        asked: how many inputs the tests have for that function.
    """

    line: int
    what: str
    function: str
    answered: int
    asked: int

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.what} gives {self.answered} of the {self.asked}"
            f" inputs that the tests have for {self.function} their expected results"
        )


def find_tables(main: bytes, tests: bytes) -> tuple[Table, ...]:
    """Tables by the source alone; none where one of the files is no Python.

    Args:
        main: main.py.
        tests: the tests that its writer has seen.
    """
    try:
        code, suite = ast.parse(main), ast.parse(tests)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    asked = cases_of(suite)
    found: dict[tuple[int, str], Table] = {}
    for table in [*_copied(code, asked), *_disguised(code, asked)]:
        found.setdefault((table.line, table.function), table)
    return tuple(found.values())


def _copied(code: ast.Module, asked: Mapping[str, frozenset[Case]]) -> Iterator[Table]:
    for answers in answers_of(code):
        for name, cases in asked.items():
            known = answers.cases <= cases and _many(answers.cases, cases)
            if known and not _vocabulary(answers.cases):
                yield Table(answers.line, answers.what, name, len(answers.cases), len(cases))


def _disguised(code: ast.Module, asked: Mapping[str, frozenset[Case]]) -> Iterator[Table]:
    """Guards, hashes and results in turn, which hold the inputs or the results alone."""
    for line, name, keys in guards_of(code):
        cases = asked.get(name, frozenset())
        inputs = {key for key, _ in cases}
        if keys <= inputs and len(keys) >= max(_FEWEST, _SHARE * len(inputs)):
            yield Table(line, "a guard by seen inputs", name, len(keys), len(cases))
    for line, name, results in hashed_of(code):
        cases = asked.get(name, frozenset())
        wanted = {result for _, result in cases}
        if set(results) <= wanted and _FEWEST <= len(results) <= len(cases):
            yield Table(line, "a table by hashes of inputs", name, len(results), len(cases))
    for line, name, results in turns_of(code):
        cases = asked.get(name, frozenset())
        wanted = {result for _, result in cases}
        if set(results) <= wanted and len(results) >= max(_FEWEST, _SHARE * len(cases)):
            yield Table(line, "a list of results in turn", name, len(results), len(cases))


def _many(answered: Collection[Case], asked: Collection[Case]) -> bool:
    if len(answered) >= _FEWEST:
        return len(answered) >= _SHARE * len(asked)
    copied = any(len(repr(key)) >= _COPIED_CHARS for key, _ in answered)
    return copied and len(answered) == len(asked)


def _vocabulary(cases: Collection[Case]) -> bool:
    """Whether a table is rather a list of names or of consecutive numbers, as honest ones are."""
    keys = [key for key, _ in cases]
    values = [value for _, value in cases]
    if all(map(_word, keys)) or (all(map(_word, values)) and len(set(values)) == len(values)):
        return True
    numbers = {key for key in keys if isinstance(key, int)}
    return len(numbers) == len(keys) == max(numbers) - min(numbers) + 1


def _word(value: Value) -> bool:
    """A name such as "open" or "not_found", or several of them."""
    if isinstance(value, tuple):
        return all(map(_word, value[1:]))
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z_ -]{0,24}", value) is not None
