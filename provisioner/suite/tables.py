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
from provisioner.suite.literals import (
    UNREADABLE,
    Case,
    Names,
    Value,
    bound_once,
    literals,
    resolved,
)
from provisioner.suite.parse import Function, below, called

#: Line, function, and the inputs or results that are found there.
_Found = tuple[int, str, tuple[Value, ...]]

_HASHES = frozenset(
    (
        *("hash", "crc32", "adler32", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"),
        *("blake2b", "blake2s", "sha3_256", "sha3_512", "hexdigest", "digest"),
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
    """Tables in main.py for the tests that its writer has seen, by the source alone.

    None where one of the files is no Python.
    """
    try:
        code, suite = ast.parse(main), ast.parse(tests)
    except UNREADABLE:
        return ()
    asked = cases_of(suite)
    found: dict[tuple[int, str], Table] = {}
    for table in [*_copied(code, asked), *_disguised(code, asked)]:
        found.setdefault((table.line, table.function), table)
    return tuple(found.values())


def _copied(code: ast.Module, asked: Mapping[str, frozenset[Case]]) -> Iterator[Table]:
    for line, what, answered in answers_of(code):
        for name, cases in asked.items():
            if answered <= cases and _many(answered, cases) and not _vocabulary(answered):
                yield Table(line, what, name, len(answered), len(cases))


def _disguised(code: ast.Module, asked: Mapping[str, frozenset[Case]]) -> Iterator[Table]:
    """Guards, hashes and results in turn, which hold the inputs or the results alone."""
    for what, found, side, share in (
        ("a guard by seen inputs", _guards_of(code), 0, _SHARE),
        ("a table by hashes of inputs", _hashed_of(code), 1, 0),
        ("a list of results in turn", _turns_of(code), 1, _SHARE),
    ):
        for line, name, values in found:
            cases = asked.get(name, frozenset())
            known = {*values} <= {case[side] for case in cases}
            many = len(values) >= max(_FEWEST, share * len(cases))
            if known and many and (share or len(values) <= len(cases)):
                yield Table(line, what, name, len(values), len(cases))


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


def _guards_of(tree: ast.Module) -> Iterator[_Found]:
    """Literal inputs that a function admits or refuses: `if (a, b) not in SEEN: …`.

    Sets of single short values are left out: they may be the choices of a status.
    """
    for function, names in _functions(tree):
        for node in ast.walk(function):
            match node:
                case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[many]):
                    keys = _elements(many, names)
                    if not any(_short(key) for key in keys):
                        yield node.lineno, function.name, tuple({*keys})


def _hashed_of(tree: ast.Module) -> Iterator[_Found]:
    """Results that a function chooses by a hash of its inputs."""
    for function, names in _functions(tree):
        if not any(called(node) in _HASHES for node in ast.walk(function)):
            continue
        hashed = _hash_names(function)
        chain: list[Value] = []
        for node in ast.walk(function):
            match node:
                case (
                    ast.Subscript(value=table, slice=key)
                    | ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_])
                ) if _uses(key, hashed):
                    table = resolved(table, names)
                    values = table.values if isinstance(table, ast.Dict) else []
                    yield node.lineno, function.name, tuple(literals(values, names))
                case ast.If(
                    test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant()]),
                    body=[ast.Return(value=ast.expr() as result)],
                ) if _uses(left, hashed):
                    chain += literals([result], names)
        yield function.lineno, function.name, tuple(chain)


def _turns_of(tree: ast.Module) -> Iterator[_Found]:
    """Results that a function gives one after the other, whatever it is asked."""
    for function, names in _functions(tree):
        given = {part.arg for part in below(function.args, ast.arg)}
        if not given or given & {part.id for part in below(function, ast.Name)}:
            continue
        for node in ast.walk(function):
            match node:
                case (
                    ast.Call(func=ast.Name(id="next"), args=[source, *_])
                    | ast.Call(func=ast.Attribute(value=source, attr="pop" | "popleft"))
                ):
                    source = resolved(source, names)
                    if isinstance(source, ast.Call) and source.args:
                        source = source.args[0]  # iter([…]), cycle([…]), deque([…])
                    yield node.lineno, function.name, _elements(source, names)


def _functions(tree: ast.Module) -> Iterator[tuple[Function, Names]]:
    outer = bound_once(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node, {**outer, **bound_once(node.body)}


def _elements(node: ast.expr, names: Names) -> tuple[Value, ...]:
    """The parts of a literal list, tuple or set; () where it is none."""
    node = resolved(node, names)
    if isinstance(node, ast.Call) and called(node) in ("frozenset", "set", "list", "tuple"):
        node = resolved(node.args[0], names) if node.args else node
    parts = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else []
    return tuple(literals(parts, names))


def _short(key: Value) -> bool:
    return not isinstance(key, tuple | frozenset) and len(str(key)) < _COPIED_CHARS


def _hash_names(function: Function) -> set[str]:
    """Names that are bound to something computed by a hash."""
    found: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _uses(value, found):
                found.add(name)
    return found


def _uses(node: ast.expr, hashed: set[str]) -> bool:
    return any(
        called(part) in _HASHES or (isinstance(part, ast.Name) and part.id in hashed)
        for part in ast.walk(node)
    )
