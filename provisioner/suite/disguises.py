"""Forms of tables that hold the tests' inputs or results alone: guards, hashes, turns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from provisioner.suite.literals import Names, NotLiteral, Value, bound_once, literal, resolved
from provisioner.suite.parse import Function, called

#: Line, function, and the inputs or results that are found there.
Inputs = tuple[int, str, frozenset[Value]]
Results = tuple[int, str, tuple[Value, ...]]

_HASHES = frozenset(
    (
        *("hash", "crc32", "adler32", "md5", "sha1", "sha224", "sha256", "sha384", "sha512"),
        *("blake2b", "blake2s", "sha3_256", "sha3_512", "hexdigest", "digest"),
    )
)
#: Inputs shorter than this may be an honest choice of values; tuples of them are not.
_COPIED_CHARS = 16


def guards_of(tree: ast.Module) -> Iterator[Inputs]:
    """Literal inputs that a function admits or refuses: `if (a, b) not in SEEN: …`.

    Sets of single short values are left out: they may be the choices of a status.
    """
    for function, names in _functions(tree):
        for node in ast.walk(function):
            match node:
                case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[many]):
                    keys = _values(many, names)
                    if keys and all(map(_copied, keys)):
                        yield node.lineno, function.name, frozenset(keys)


def hashed_of(tree: ast.Module) -> Iterator[Results]:
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
                    results = _results(table, names)
                    if results:
                        yield node.lineno, function.name, results
                case ast.If(
                    test=ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant()]),
                    body=[ast.Return(value=ast.expr() as result)],
                ) if _uses(left, hashed):
                    chain += _literal(result, names)
        if chain:
            yield function.lineno, function.name, tuple(chain)


def turns_of(tree: ast.Module) -> Iterator[Results]:
    """Results that a function gives one after the other, whatever it is asked."""
    for function, names in _functions(tree):
        given = {part.arg for part in ast.walk(function.args) if isinstance(part, ast.arg)}
        used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
        if not given or given & used:
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
                    results = _values(source, names)
                    if results:
                        yield node.lineno, function.name, tuple(results)


def _functions(tree: ast.Module) -> Iterator[tuple[Function, Names]]:
    outer = bound_once(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node, {**outer, **bound_once(node.body)}


def _values(node: ast.expr, names: Names) -> list[Value]:
    """The parts of a literal list, tuple or set; [] where it is none."""
    node = resolved(node, names)
    if isinstance(node, ast.Call) and called(node) in ("frozenset", "set", "list", "tuple"):
        node = resolved(node.args[0], names) if node.args else node
    if not isinstance(node, ast.List | ast.Tuple | ast.Set):
        return []
    try:
        return [literal(part, names) for part in node.elts]
    except NotLiteral:
        return []


def _results(table: ast.expr, names: Names) -> tuple[Value, ...]:
    table = resolved(table, names)
    if not isinstance(table, ast.Dict):
        return ()
    try:
        return tuple(literal(value, names) for value in table.values)
    except NotLiteral:
        return ()


def _literal(node: ast.expr, names: Names) -> list[Value]:
    try:
        return [literal(node, names)]
    except NotLiteral:
        return []


def _copied(key: Value) -> bool:
    return isinstance(key, tuple | frozenset) or len(str(key)) >= _COPIED_CHARS


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
