"""Makes mutants of main.py, one change each, without duplicates and equivalents."""

from __future__ import annotations

import ast
import difflib
import warnings
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, islice
from types import CodeType
from typing import Any

from provisioner.quality.mutation.operators import changes
from provisioner.suite.parse import decoded, first_line

_DIFF_LINES = 20
#: Decorators that change nothing a test should see: speed, documentation, a type checker's view.
_SILENT = frozenset(("cache", "lru_cache", "wraps", "override", "overload", "final"))
_TYPE_MAKERS = frozenset(("TypeVar", "ParamSpec", "TypeVarTuple", "NewType", "TypedDict"))
_TYPES = frozenset(("int", "str", "float", "bool", "bytes", "list", "dict", "tuple", "set"))


@dataclass(frozen=True, slots=True)
class Mutant:
    """main.py with one change."""

    id: str  # the same for the same change to the same source, as "12:7 NumberReplacer 0"
    operator: str  # cosmic-ray's name for the kind of change
    line: int  # the line that is changed, from 1
    diff: str  # the lines before and after, at most 20
    source: bytes  # the whole module


def mutants(main: bytes) -> list[Mutant]:
    """All mutants, in the order of the source.

    Left out are changes that leave the bytecode as it is or make it equal to another mutant's,
    changes that don't compile, and changes to documentation, annotations and code that only
    a type checker or `python main.py` runs. Raises SyntaxError for what is no Python.
    """
    text, encoding = decoded(main)
    tree = ast.parse(text)
    starts, lines = _line_starts(text), text.split("\n")
    parts = _parts(tree, starts)
    excluded = [
        ((node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0))
        for part in ast.walk(tree)
        for node in _unnoticed(part)
    ]
    found = []
    for change in changes(text, starts):
        part = parts[bisect_right(parts, change.line, key=lambda part: part.line) - 1]
        before, head, tail = text[part.start : part.end], text[: part.start], text[part.end :]
        after = text[part.start : change.start] + change.instead + text[change.end : part.end]
        place = change.line, len(lines[change.line - 1][: change.column].encode())
        if any(start <= place < end for start, end in excluded) or not part.takes(before, after):
            continue
        id_ = f"{change.line}:{change.column} {change.operator} {change.number}"
        source = f"{head}{after}{tail}".encode(encoding)
        found.append(Mutant(id_, change.operator, change.line, _diff(before, after), source))
    return sorted(found, key=lambda mutant: mutant.line)


@dataclass(slots=True)
class _Part:
    """A top-level statement or a member of a class: compiled by itself, to be quick."""

    line: int  # its first, from 1
    start: int  # in characters
    end: int
    head: str  # what it needs before it to compile
    known: set[tuple[Any, ...]] = field(default_factory=set)

    def takes(self, before: str, after: str) -> bool:
        """Whether a change compiles, to something that was not there before."""
        if not self.known:
            self.known.add(_fingerprint(self.head + before))
        try:
            fingerprint = _fingerprint(self.head + after)
        except (SyntaxError, ValueError, OverflowError, MemoryError, RecursionError):
            return False
        new = fingerprint not in self.known
        self.known.add(fingerprint)
        return new


def _diff(before: str, after: str) -> str:
    """The lines that differ, marked - and +."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return "\n".join([line for line in islice(lines, 2, None) if line[0] in "-+"][:_DIFF_LINES])


def _parts(tree: ast.Module, starts: Sequence[int]) -> list[_Part]:
    """All parts, in the order of the source; members of a class follow the class."""
    found: list[_Part] = []

    def add(node: ast.stmt, head: str) -> None:
        first, last = first_line(node), node.end_lineno or node.lineno
        found.append(_Part(first, starts[first - 1], starts[last], head))

    for node in tree.body:
        add(node, "")
        for member in node.body if isinstance(node, ast.ClassDef) else []:
            if first_line(member) > node.lineno:
                add(member, "class _:\n")
    return found


def _line_starts(text: str) -> list[int]:
    """Offsets of all lines, as parso and Python count them, and of the end."""
    from parso.utils import split_lines

    lengths = map(len, split_lines(text, keepends=True))
    return [0, *accumulate(lengths), len(text)]


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


def _unnoticed(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Stretches at a node that no test could or should notice a change in."""
    for decorator in getattr(node, "decorator_list", []):
        if _name(decorator) in _SILENT:
            decorator.col_offset = 0  # with its @
            yield decorator
    match node:
        case ast.arg(annotation=ast.expr() as annotation):
            yield from _annotation(annotation)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            if node.returns:
                yield from _annotation(node.returns)
            if any(_name(one) == "overload" for one in node.decorator_list):
                yield node
        case ast.AnnAssign(annotation=annotation, value=value):
            yield from _annotation(annotation)
            if value and _name(annotation) == "TypeAlias":
                yield value
        case ast.If(test=test) if never_tested(test):
            yield node
        case ast.ClassDef() if any(_name(base) == "Protocol" for base in node.bases):
            yield node
        case ast.Call(args=[first, *_]) if _name(node.func) == "cast":
            yield first
        case ast.Assign(targets=[target, *_], value=value):
            name = target.id if isinstance(target, ast.Name) else ""
            if _is_type(value) or (name.startswith("__") and name.endswith("__")):
                yield value


def _annotation(node: ast.expr) -> Iterator[ast.expr]:
    """An annotation, but for what it says to a validator: `Annotated[int, Field(ge=1)]`."""
    if isinstance(node, ast.Subscript) and _name(node.value) == "Annotated":
        if isinstance(node.slice, ast.Tuple):
            yield from _annotation(node.slice.elts[0])
    else:
        yield node


def never_tested(test: ast.expr) -> bool:
    """Whether a condition holds only for a type checker or for `python main.py`."""
    if isinstance(test, ast.Compare):
        return isinstance(test.left, ast.Name) and test.left.id == "__name__"
    return _name(test) == "TYPE_CHECKING"


def _is_type(value: ast.expr) -> bool:
    """Whether a value is a type made up of others, such as `int | None`."""
    match value:
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            none = any(isinstance(one, ast.Constant) and one.value is None for one in (left, right))
            return none or not _TYPES.isdisjoint((_name(left), _name(right)))
        case ast.Call(func=func):
            return _name(func) in _TYPE_MAKERS
    return False


def _name(node: ast.expr) -> str:
    """The last part of the name of what a node is, calls or subscribes."""
    match node:
        case ast.Call(func=inner) | ast.Subscript(value=inner):
            return _name(inner)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
