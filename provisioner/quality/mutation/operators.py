"""cosmic-ray's operators, applied to a module that is parsed once, not for every mutant.

One operator is our own: a result becomes None, so that there is something to kill in code without
operators, and nobody passes who asserts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parso.tree import NodeOrLeaf

Operator = Any  # cosmic_ray.operators.operator.Operator: cosmic-ray has no types
Position = tuple[int, int]

#: Nodes that no operator is for.
_IDLE = frozenset(("name", "newline", "string", "endmarker", "fstring_string"))
_PUNCTUATION = frozenset("()[]{},.:;=@")
_SIGNATURES = ("parameters", "varargslist", "lambdef")
#: ExceptionReplacer puts its name in place of the dot of `json.JSONDecodeError`.
_DOTTED = re.compile(r"\w+(CosmicRayTestingException)\w+")


@dataclass(frozen=True, slots=True)
class Change:
    """What one operator does at one place: line from 1, the rest in characters."""

    operator: str
    number: int
    line: int
    column: int
    start: int
    end: int
    instead: str


def changes(text: str, starts: Sequence[int]) -> Iterator[Change]:
    """Everything the operators can do to a source, given the offsets of its lines."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.operators.provider import OperatorProvider

    provider = OperatorProvider()
    operators: list[tuple[str, Operator]] = [("ReturnNone", ReturnNone())]
    operators += [
        (name, provider[name]())
        for name in provider
        if not provider[name].arguments() and not _confuses_identity(name)
    ]
    for node in ast_nodes(get_ast(text)):
        if node.type in _IDLE or (node.type == "operator" and node.value in _PUNCTUATION):
            continue
        start, end = (starts[line - 1] + column for line, column in (node.start_pos, node.end_pos))
        for name, operator in operators:
            for number, ((line, column), _) in enumerate(_positions(operator, node)):
                changed = _mutated(operator, node, number)
                first = start if changed else starts[line - 1]  # a line that goes, goes whole
                yield Change(name, number, line, column, first, end, changed)


class ReturnNone:
    """Replaces a result by None; an operator as cosmic-ray wants it."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Position, Position]]:
        if node.type == "return_stmt":
            yield node.children[1].start_pos, node.children[1].end_pos

    def mutate(self, node: Any, index: int) -> Any:
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
    """Whether it turns `==` into `is` or the like: no test can rely on what is one object."""
    kind, *sides = name.split("_")
    if kind != "ReplaceComparisonOperator":
        return False
    return len({side in ("Is", "IsNot") for side in sides}) == 2
