"""Tables in place of a program: main.py that holds the tests' inputs with their results.

It is a look, not a proof; hidden tests decide. So it is made never to accuse honest code, such as
tables of month names, base cases of a recursion, or the choices of a status.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from provisioner.suite.answers import answers_of
from provisioner.suite.asked import (
    UNREADABLE,
    Case,
    Names,
    Value,
    bound_once,
    cases_of,
    literals,
    resolved,
    spelt,
)
from provisioner.suite.parse import Function, below, called

#: A line, and the inputs or results that are found there.
_Found = tuple[int, tuple[Value, ...]]

_HASHES = frozenset(
    (
        *("hash", "crc32", "adler32", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"),
        *("blake2b", "blake2s", "sha3_256", "sha3_512", "hexdigest", "digest", "ord"),
    )
)
#: Fewer equal answers than this are base cases.
_FEWEST = 3
#: And they are so large a share of the cases that the tests have for one function.
_SHARE = 2 / 3
#: An input that is so long was copied: fewer will do where they are all that is asked.
_COPIED_CHARS = 16


@dataclass(frozen=True, slots=True)
class Table:
    """A place in main.py that answers the tests' own inputs."""

    line: int  # from 1
    what: str  # its form: "a table", "a branch for each case in f", "a guard by seen inputs", …
    function: str  # the function that the tests call
    answered: int  # how many of their inputs it answers
    asked: int  # how many inputs the tests have for that function

    def __str__(self) -> str:
        return (
            f"line {self.line}: {self.what} gives {self.answered} of the {self.asked}"
            f" inputs that the tests have for {self.function} their expected results"
        )


def find_tables(main: bytes, tests: bytes) -> tuple[Table, ...]:
    """Tables in main.py for the tests that its writer has seen; none in what is no Python."""
    try:
        code, suite = ast.parse(main), ast.parse(tests)
    except UNREADABLE:
        return ()
    asked = cases_of(suite)
    copied = [
        Table(line, what, name, len(answered), len(cases))
        for line, what, answered in answers_of(code)
        for name, cases in asked.items()
        if _spelt(answered) <= _spelt(cases)
        and _many(answered, cases)
        and not _vocabulary(answered)
    ]
    found: dict[tuple[int, str], Table] = {}
    for table in [*copied, *_disguised(code, asked)]:
        found.setdefault((table.line, table.function), table)
    return tuple(found.values())


def _disguised(code: ast.Module, asked: Mapping[str, frozenset[Case]]) -> Iterator[Table]:
    """Guards, hashes and results in turn, which hold the inputs or the results alone."""
    outer = bound_once(code.body)
    for function in [node for node in ast.walk(code) if isinstance(node, Function)]:
        names = {**outer, **bound_once(function.body)}
        cases = asked.get(function.name, frozenset())
        for what, found, side, share in (
            ("a guard by seen inputs", _guards, 0, _SHARE),
            ("a table by hashes of inputs", _hashed, 1, 0),
            ("a list of results in turn", _turns, 1, _SHARE),
        ):
            for line, values in found(function, names):
                known = {*map(spelt, values)} <= {spelt(case[side]) for case in cases}
                many = len(values) >= max(_FEWEST, share * len(cases))
                if known and many and (share or len(values) <= len(cases)):
                    yield Table(line, what, function.name, len(values), len(cases))


def _spelt(cases: Collection[Case]) -> set[tuple[tuple[str, ...], tuple[str, ...]]]:
    return {(spelt(given), spelt(result)) for given, result in cases}


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


def _guards(function: Function, names: Names) -> Iterator[_Found]:
    """Literal inputs that a function admits or refuses: `if (a, b) not in SEEN: …`."""
    for node in below(function, ast.Compare):
        if isinstance(node.ops[0], ast.In | ast.NotIn) and len(node.ops) == 1:
            keys = _elements(node.comparators[0], names)
            single = [str(key) for key in keys if not isinstance(key, tuple | frozenset)]
            if all(len(key) >= _COPIED_CHARS for key in single):  # else choices of a status
                yield node.lineno, tuple({*keys})


def _hashed(function: Function, names: Names) -> Iterator[_Found]:
    """Results that a function chooses by a hash of its inputs."""
    hashed: set[str] = set()
    for node in below(function, ast.Assign):
        if _uses(node.value, hashed) and isinstance(node.targets[0], ast.Name):
            hashed.add(node.targets[0].id)
    chain: list[Value] = []
    for part in ast.walk(function):
        match part:
            case (
                ast.Subscript(value=table, slice=key)
                | ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_])
            ) if _uses(key, hashed):
                table = resolved(table, names)
                values = table.values if isinstance(table, ast.Dict) else []
                yield part.lineno, tuple(literals(values, names))
            case ast.If(
                test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant()]),
                body=[ast.Return(value=ast.expr() as result)],
            ) if _uses(left, hashed):
                chain += literals([result], names)
    yield function.lineno, tuple(chain)


def _uses(node: ast.expr, hashed: set[str]) -> bool:
    calls = any(called(call) in _HASHES for call in below(node, ast.Call))
    return calls or any(name.id in hashed | _HASHES for name in below(node, ast.Name))


def _turns(function: Function, names: Names) -> Iterator[_Found]:
    """Results that a function gives one after the other, whatever it is asked."""
    given = {part.arg for part in below(function.args, ast.arg)}
    if not given or given & {part.id for part in below(function, ast.Name)}:
        return
    for node in below(function, ast.Call):
        match node:
            case (
                ast.Call(func=ast.Name(id="next"), args=[source, *_])
                | ast.Call(func=ast.Attribute(value=source, attr="pop" | "popleft"))
            ):
                source = resolved(source, names)
                if isinstance(source, ast.Call) and source.args:
                    source = source.args[0]  # iter([…]), cycle([…]), deque([…])
                yield node.lineno, _elements(source, names)


def _elements(node: ast.expr, names: Names) -> tuple[Value, ...]:
    """The parts of a literal list, tuple or set; () where it is none."""
    node = resolved(node, names)
    if isinstance(node, ast.Call) and called(node) in ("frozenset", "set", "list", "tuple"):
        node = resolved(node.args[0], names) if node.args else node
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else []
    return tuple(literals(parts, names))
