"""Makes mutants of main.py with cosmic-ray's operators, one change each, without duplicates.

cosmic-ray parses the module anew for every mutant; here it is parsed once and the text of the
changed node is spliced into the source. One operator is our own: a result becomes None, so that
there is something to kill in code without operators, and nobody survives who asserts nothing.
"""

from __future__ import annotations

import io
import re
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from types import CodeType
from typing import TYPE_CHECKING, Any

from provisioner.mutation.excluded import Excluded

if TYPE_CHECKING:
    from parso.tree import NodeOrLeaf

Operator = Any  # cosmic_ray.operators.operator.Operator: cosmic-ray has no types
Position = tuple[int, int]

_DIFF_LINES = 20
_SIGNATURES = ("parameters", "varargslist", "lambdef")
#: ExceptionReplacer puts its name in place of the dot of `json.JSONDecodeError`.
_DOTTED = re.compile(r"\w+(CosmicRayTestingException)\w+")


@dataclass(frozen=True, slots=True)
class Mutant:
    """main.py with one change.

    Attributes:
        id: the same for the same change to the same source, e.g. "12:7 NumberReplacer 0".
        operator: cosmic-ray's name for the kind of change.
        line: the line that is changed, from 1.
        diff: the lines before and after, at most 20.
        source: the whole module.
    """

    id: str
    operator: str
    line: int
    diff: str
    source: bytes


def mutants(main: bytes) -> list[Mutant]:
    """All mutants, in the order of the source.

    Left out are changes that leave the bytecode as it is or make it equal to another mutant's,
    changes that don't compile, and changes to documentation, annotations and code that only
    a type checker or `python main.py` runs.

    Raises:
        SyntaxError: main.py is no Python.
    """
    encoding, _ = tokenize.detect_encoding(io.BytesIO(main).readline)
    try:
        text = main.decode(encoding)
    except UnicodeDecodeError as error:
        raise SyntaxError(str(error)) from None
    known = {_fingerprint(text)}
    excluded = Excluded(text)
    found = []
    for change in _changes(text):
        if (change.line, change.column) in excluded:
            continue
        source = text[: change.start] + change.text + text[change.end :]
        try:
            fingerprint = _fingerprint(source)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            continue
        if fingerprint not in known:
            known.add(fingerprint)
            found.append(
                Mutant(
                    id=f"{change.line}:{change.column} {change.operator} {change.number}",
                    operator=change.operator,
                    line=change.line,
                    diff=_diff(text, source),
                    source=source.encode(encoding),
                )
            )
    return sorted(found, key=lambda mutant: mutant.line)


@dataclass(frozen=True, slots=True)
class _Change:
    operator: str
    number: int
    line: int
    column: int
    start: int
    end: int
    text: str


def _changes(text: str) -> Iterator[_Change]:
    from cosmic_ray.ast import (  # type: ignore[import-untyped]  # it ships no types
        ast_nodes,
        get_ast,
    )
    from cosmic_ray.operators.provider import (  # type: ignore[import-untyped]  # as above
        OperatorProvider,
    )
    from parso.utils import split_lines

    provider = OperatorProvider()
    operators: list[tuple[str, Operator]] = [("ReturnNone", ReturnNone())]
    operators += [
        (name, provider[name]())
        for name in provider
        if not provider[name].arguments() and not _confuses_identity(name)
    ]
    starts = [0, *accumulate(map(len, split_lines(text, keepends=True)))]
    for node in ast_nodes(get_ast(text)):
        start, end = (starts[line - 1] + column for line, column in (node.start_pos, node.end_pos))
        for name, operator in operators:
            for number, ((line, column), _) in enumerate(_positions(operator, node)):
                changed = _mutated(operator, node, number)
                first = start if changed else starts[line - 1]  # a line that goes, goes whole
                yield _Change(name, number, line, column, first, end, changed)


class ReturnNone:
    """Replaces a result by None; an operator as cosmic-ray wants it."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        """Where the result of a `return` stands."""
        if node.type == "return_stmt":
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        """Change the node itself."""
        from parso.python.tree import Keyword

        node.children[1] = Keyword("None", node.children[1].start_pos, prefix=" ")
        return node


def _positions(operator: Operator, node: NodeOrLeaf) -> list[Any]:
    if node.parent is not None and node.parent.type in _SIGNATURES:
        return []  # the `*` and `/` of a signature are no operators
    try:
        return list(operator.mutation_positions(node))
    except (AttributeError, IndexError):
        return []  # syntax that the operator was not written for, such as a bare `except:`


def _mutated(operator: Operator, node: NodeOrLeaf, number: int) -> str:
    """The text of a node after a change, which is taken back at once."""
    from cosmic_ray.ast import ast_nodes

    before = [
        (part, part.children[:] if hasattr(part, "children") else part.value)
        for part in ast_nodes(node)
    ]
    try:
        changed = operator.mutate(node, number)
        code = "" if changed is None else str(changed.get_code(include_prefix=False)).lstrip()
        return _DOTTED.sub(r"\1", code)
    finally:
        for part, content in before:
            setattr(part, "children" if isinstance(content, list) else "value", content)


def _confuses_identity(name: str) -> bool:
    """Whether an operator turns `==` into `is` or the like.

    Whether two equal values are one object is the interpreter's affair: no test can rely on it.
    """
    kind, *sides = name.split("_")
    if kind != "ReplaceComparisonOperator":
        return False
    return len({side in ("Is", "IsNot") for side in sides}) == 2


def _fingerprint(source: str) -> tuple[Any, ...]:
    """What the interpreter makes of a module, apart from lines and names of functions' places."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `"a" is not b` and the like: that is the mutant's point
        return _shape(compile(source, "main.py", "exec", dont_inherit=True, optimize=0))


def _shape(code: CodeType) -> tuple[Any, ...]:
    constants = tuple(
        _shape(one) if isinstance(one, CodeType) else (type(one), repr(one))
        for one in code.co_consts
    )
    names = code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars
    counts = code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags
    return (code.co_code, constants, names, counts, code.co_exceptiontable)


def _diff(before: str, after: str) -> str:
    """The lines that differ, marked - and +; both texts differ in one stretch."""
    old, new = before.splitlines(), after.splitlines()
    head = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), len(old))
    shorter = min(len(old), len(new)) - head
    tail = next(
        (n for n in range(shorter) if old[len(old) - 1 - n] != new[len(new) - 1 - n]), shorter
    )
    lines = [f"-{line}" for line in old[head : len(old) - tail]]
    lines += [f"+{line}" for line in new[head : len(new) - tail]]
    return "\n".join(lines[:_DIFF_LINES])
