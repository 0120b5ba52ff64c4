"""The parts of a test that can be hidden alone: assertions, literal cases, doctest examples."""

from __future__ import annotations

import ast
import builtins
import doctest
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from provisioner.quality.hidden.cutting import Edit, Source
from provisioner.quality.hidden.telling import TELLING, answer_of, looks_at_code
from provisioner.quality.hidden.words import assertion_in_words, test_in_words
from provisioner.suite.parse import (
    Assertion,
    Function,
    Test,
    aliases_of,
    assertions_of,
    called,
    is_docstring,
    stored,
)

#: What the judge calls a plain script as a whole.
SCRIPT = "script"
_PURE = frozenset(dir(builtins)) - {"next", "iter", "setattr", "delattr", "exec", "open", "input"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that can be cut out without touching what else is tested.

    Attributes:
        key: the same in every run over the same text, for the draw.
        owners: names of the tests it is a part of, as in TestResult.name.
        described: what it checks, in words.
        cut: the statement, or the stretch of text.
        answer: the plain answer it asks for, see telling.answer_of.
    """

    key: str
    owners: tuple[str, ...]
    described: str
    cut: ast.stmt | Edit
    answer: str = TELLING


def pieces_of(source: Source, tests: Sequence[Test]) -> tuple[int, list[Piece]]:
    """How many assertions, cases and examples there are, and those of them that can be hidden."""
    scopes: list[tuple[tuple[str, ...], str, ast.Module | Function]]
    scopes = [(test.names, test_in_words(test), test.node) for test in tests]
    scopes = scopes or [((SCRIPT,), "", source.tree)]
    aliases = aliases_of(source.tree)
    count, free = 0, []
    for owners, about, scope in scopes:
        tables = list(_tables(source, scope))
        in_tables = {part for loop, _ in tables for part in ast.walk(loop)}
        assertions = [
            part for part in _outermost(scope) if part not in in_tables and looks_at_code(part)
        ]
        changing = _changing(scope)
        free += [
            Piece(ast.dump(part), owners, assertion_in_words(part, aliases), part, answer_of(part))
            for part in assertions
            if _alone(part, changing)
        ]
        count += len(assertions)
        for _, elements in tables:
            described = f"a further case of: {about}" if about else "a further case"
            free += [
                Piece(ast.dump(element), owners, described, edit)
                for element, edit in source.cut_elements(elements)
            ]
            count += len(elements)
    if not count and not tests:
        free = list(_examples(source))
        count = len(free)
    return count, free


def _outermost(scope: ast.AST) -> list[Assertion]:
    """Assertions that stand in no other one, such as in a `with raises(…)`."""
    found = assertions_of(scope)
    inner = {part for one in found for part in ast.walk(one) if part is not one}
    return [one for one in found if one not in inner]


def _changing(scope: ast.Module | Function) -> set[str]:
    """Names that may stand for something with a state: variables, parameters, self."""
    parameters = {part.arg for part in ast.walk(scope) if isinstance(part, ast.arg)}
    return stored(scope) - (_called_only(scope) & parameters)


def _called_only(scope: ast.AST) -> set[str]:
    """Names that are loaded as functions to call and for nothing else, such as `candidate`."""
    calls = {id(part.func) for part in ast.walk(scope) if isinstance(part, ast.Call)}
    loads = [
        part
        for part in ast.walk(scope)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)
    ]
    return {part.id for part in loads} - {part.id for part in loads if id(part) not in calls}


def _alone(node: Assertion, changing: set[str]) -> bool:
    """Whether no other statement can tell that an assertion is gone.

    It binds nothing, and hands nothing that has a state to a function that might change it.
    """
    own = node.value if isinstance(node, ast.Expr) else None
    own = own.value if isinstance(own, ast.Await) else own
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load):
            return False
        if isinstance(part, ast.Call):
            name = called(part)
            asserts = part is own or name.startswith("assert")
            if (
                isinstance(part.func, ast.Attribute)
                and not asserts
                and _roots(part.func) & changing
            ):
                return False
            if not asserts and name not in _PURE:
                given = [*part.args, *(keyword.value for keyword in part.keywords)]
                if any(_roots(argument) & changing for argument in given):
                    return False
    return True


def _roots(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _tables(
    source: Source, scope: ast.Module | Function
) -> Iterator[tuple[ast.AST, list[ast.expr]]]:
    """Literal cases that a loop of assertions goes through, or that pytest does."""
    holder: ast.AST
    for part in ast.walk(scope):
        if isinstance(part, ast.For | ast.AsyncFor) and assertions_of(part):
            iterated, holder = part.iter, part
        elif isinstance(part, ast.Call) and called(part) == "parametrize" and len(part.args) > 1:
            if any(keyword.arg == "ids" for keyword in part.keywords):
                continue
            iterated, holder = part.args[1], scope
        else:
            continue
        table = _literal(iterated, source.tree)
        if table is not None and len(table.elts) > 1 and source.separable(table.elts):
            yield holder, table.elts


def _literal(node: ast.expr, tree: ast.Module) -> ast.List | ast.Tuple | None:
    """A list that stands there, or under a name that is bound and used once."""
    if isinstance(node, ast.Name):
        bound = [
            part.value
            for part in ast.walk(tree)
            if isinstance(part, ast.Assign)
            and any(
                isinstance(target, ast.Name) and target.id == node.id for target in part.targets
            )
        ]
        used = sum(isinstance(part, ast.Name) and part.id == node.id for part in ast.walk(tree))
        node = bound[0] if len(bound) == 1 and used == 2 else node
    return node if isinstance(node, ast.List | ast.Tuple) else None


def _examples(source: Source) -> Iterator[Piece]:
    """Examples of docstrings that print something and bind nothing, on lines of their own."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Module | ast.ClassDef | Function) or not node.body:
            continue
        holder = node.body[0]
        text = ast.get_docstring(node, clean=False)
        if not is_docstring(holder) or text is None:
            continue
        owner = "doctest" if isinstance(node, ast.Module) else f"doctest.{node.name}"
        for example in doctest.DocTestParser().get_examples(text):
            first = holder.lineno + example.lineno
            last = first + len((example.source + example.want).splitlines()) - 1
            lines = "\n".join(source.line(number) for number in range(first, last + 1))
            shown = re.sub(r"^\s*(>>>|\.\.\.) ?", "", source.line(first)).strip()
            try:
                parsed = ast.parse(example.source, mode="eval")
            except SyntaxError:
                continue
            if example.want and shown == example.source.partition("\n")[0] and '"""' not in lines:
                yield Piece(
                    example.source,
                    (owner,),
                    assertion_in_words(parsed, {}),
                    source.cut_lines(first, last),
                )
