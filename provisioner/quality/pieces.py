"""What of a suite can be hidden alone, and what it is about in words, never with its values."""

from __future__ import annotations

import ast
import builtins
import doctest
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from provisioner.quality.cutting import Edit, Source
from provisioner.suite.asked import UNREADABLE, claim_of
from provisioner.suite.parse import (
    Assertion,
    Definition,
    Function,
    Test,
    aliases_of,
    assertions_of,
    below,
    called,
    is_docstring,
    stored,
)

_LENGTH = 160
_PLAIN = frozenset(dir(builtins)) | {"deepcopy", "copy", "fabs", "isclose"}
_KINDS = {ast.List: "list", ast.Tuple: "tuple", ast.Dict: "dict", ast.Set: "set"}
#: The answer of a piece that tells something of main.py when it is hidden: no constant passes it.
TELLING = ""
_EMPTY: tuple[object, ...] = (None, True, False, 0, "", b"", [], (), {})
_PURE = frozenset(dir(builtins)) - {"next", "iter", "setattr", "delattr", "exec", "open", "input"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Something that can be cut out without touching what else is tested."""

    key: str  # the same in every run over the same text, for the draw
    owners: tuple[str, ...]  # names of the tests it is a part of, as in TestResult.name
    described: str  # what it checks, in words
    statements: tuple[ast.stmt, ...] = ()  # to cut out, or
    edit: Edit | None = None
    answer: str = TELLING  # the plain answer it asks for, see _answer


def whole_tests(source: Source, tests: Sequence[Test]) -> tuple[int, list[Piece]]:
    """How many tests there are, and those of them that nothing else in the file refers to."""
    often = Counter(name for test in tests for name in test.names)
    calls: dict[str, list[ast.stmt]] = {}
    plain, referred = set(), set()
    for node in ast.walk(source.tree):  # parents come before their children
        match node:
            case ast.Expr(value=ast.Call(func=ast.Name(id=name) as callee, args=[])):
                calls.setdefault(name, []).append(node)
                plain.add(callee)
            case ast.Name(id=name) if node not in plain:
                referred.add(name)
            case ast.Attribute(attr=name) | ast.Constant(value=str() as name):
                referred.add(name)
    return len(tests), [
        Piece(
            key=test.names[0],
            owners=test.names,
            described=test_in_words(test),
            statements=(test.node, *calls.get(test.node.name, [])),
            answer=_answer_of_test(test),
        )
        for test in tests
        if often[test.names[0]] == 1 and test.node.name not in referred
    ]


def parts_of_tests(source: Source, tests: Sequence[Test]) -> tuple[int, list[Piece]]:
    """How many assertions, cases and examples there are, and those of them that can be hidden."""
    scopes: list[tuple[tuple[str, ...], str, ast.Module | Function]]
    scopes = [(test.names, test_in_words(test), test.node) for test in tests]
    aliases = aliases_of(source.tree)
    count, free = 0, []
    for owners, about, scope in scopes or [(("script",), "", source.tree)]:
        tables = list(_tables(source, scope))
        in_tables = {part for loop, _ in tables for part in ast.walk(loop)}
        assertions = [
            part for part in _outermost(scope) if part not in in_tables and _looks_at_code(part)
        ]
        changing = _changing(scope)
        for one in assertions:
            if _alone(one, changing):
                said = assertion_in_words(one, aliases)
                free.append(Piece(ast.dump(one), owners, said, (one,), answer=_answer(one)))
        said = f"a further case of: {about}" if about else "a further case"
        cuts = [cut for _, elements in tables for cut in source.cut_elements(elements)]
        free += [Piece(ast.dump(element), owners, said, edit=edit) for element, edit in cuts]
        count += len(assertions) + sum(len(elements) for _, elements in tables)
    if not count and not tests:
        free = list(_examples(source))
        count = len(free)
    return count, free


def _answer(node: Assertion) -> str:
    """The plain answer, as "None", that an assertion asks for; TELLING where no constant passes."""
    if isinstance(node, ast.With | ast.AsyncWith):
        return "raises"
    claim = claim_of(node)
    try:
        expected = ast.literal_eval(claim[1]) if claim else TELLING
    except UNREADABLE:
        return TELLING
    return repr(expected) if claim and expected in _EMPTY else TELLING


def _answer_of_test(test: Test) -> str:
    answers = [_answer(one) for one in assertions_of(test.node) if _looks_at_code(one)]
    return TELLING if TELLING in answers else " ".join(answers) or "nothing"


def _looks_at_code(node: Assertion) -> bool:
    """Whether an assertion can fail by what main.py does: `assert True` cannot."""
    checked: list[ast.AST] = [node]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        checked = [*node.value.args, *(keyword.value for keyword in node.value.keywords)]
    return any(_names(one) for one in checked)


def _outermost(scope: ast.AST) -> list[Assertion]:
    """Assertions that stand in no other one, such as in a `with raises(…)`."""
    found = assertions_of(scope)
    inner = {part for one in found for part in ast.walk(one) if part is not one}
    return [one for one in found if one not in inner]


def _changing(scope: ast.Module | Function) -> set[str]:
    """Names that may stand for something with a state; what is only called, as `candidate`, not."""
    callees = {call.func for call in below(scope, ast.Call)}
    loads = [part for part in below(scope, ast.Name) if isinstance(part.ctx, ast.Load)]
    only_called = {one.id for one in loads} - {one.id for one in loads if one not in callees}
    return stored(scope) - ({part.arg for part in below(scope, ast.arg)} & only_called)


def _alone(node: Assertion, changing: set[str]) -> bool:
    """Whether it binds nothing and hands nothing with a state to what might change that."""
    own = node.value if isinstance(node, ast.Expr) else None
    own = own.value if isinstance(own, ast.Await) else own
    given: list[ast.expr] = []
    for call in below(node, ast.Call):
        if call is not own and not called(call).startswith("assert"):
            given += [call.func] if isinstance(call.func, ast.Attribute) else []
            if called(call) not in _PURE:
                given += [*call.args, *(keyword.value for keyword in call.keywords)]
    binds = any(not isinstance(name.ctx, ast.Load) for name in below(node, ast.Name))
    return not binds and not any(_names(one) & changing for one in given)


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in below(node, ast.Name)}


def _tables(
    source: Source, scope: ast.Module | Function
) -> Iterator[tuple[ast.AST, list[ast.expr]]]:
    """Literal cases that a loop of assertions goes through, or that pytest does."""
    holder: ast.AST
    for part in ast.walk(scope):
        match part:
            case ast.For() | ast.AsyncFor() if assertions_of(part):
                iterated, holder = part.iter, part
            case ast.Call(args=[_, iterated, *_], keywords=named) if called(
                part
            ) == "parametrize" and "ids" not in {one.arg for one in named}:
                holder = scope
            case _:
                continue
        elements = _elements(iterated, source.tree)
        if source.cut_elements(elements):
            yield holder, elements


def _elements(node: ast.expr, tree: ast.Module) -> list[ast.expr]:
    """Those of a list that stands there, or under a name that is bound and used once."""
    if isinstance(node, ast.Name):
        uses = {part for part in below(tree, ast.Name) if part.id == node.id}
        bound = [part.value for part in below(tree, ast.Assign) if uses & {*part.targets}]
        node = bound[0] if len(bound) == 1 and len(uses) == 2 else node
    return node.elts if isinstance(node, ast.List | ast.Tuple) else []


def _examples(source: Source) -> Iterator[Piece]:
    """Examples of docstrings that print something and bind nothing, on lines of their own."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Module | Definition):
            continue
        text = ast.get_docstring(node, clean=False) or ""
        owner = "doctest" if isinstance(node, ast.Module) else f"doctest.{node.name}"
        for example in doctest.DocTestParser().get_examples(text):
            first = node.body[0].lineno + example.lineno
            last = first + len((example.source + example.want).splitlines()) - 1
            lines = "\n".join(source.line(number) for number in range(first, last + 1))
            shown = re.sub(r"^\s*(>>>|\.\.\.) ?", "", source.line(first)).strip()
            try:
                parsed = ast.parse(example.source, mode="eval")
            except SyntaxError:
                continue
            if example.want and shown == example.source.partition("\n")[0] and '"""' not in lines:
                said = assertion_in_words(parsed, {})
                yield Piece(example.source, (owner,), said, edit=source.cut_lines(first, last))


def test_in_words(test: Test) -> str:
    """What a test checks: its docstring's first line if that holds no value, else its name."""
    node = test.node
    owner = test.names[0].rpartition(".")[0]
    text = _words(node.name.removeprefix("test"))
    if is_docstring(node.body[0]):
        line = (ast.get_docstring(node) or "").strip().partition("\n")[0]
        text = line if line and not re.search(r"[\d'\"`=<>\[\]{}()]", line) else text
    values = _values(node)
    kept = [
        "…" if word.strip(".,;:!?-").lower() in values or any(map(str.isdigit, word)) else word
        for word in text.split()
    ]
    about = _words(owner.removeprefix("Test").removesuffix("Test").removesuffix("Tests"))
    said = " ".join(kept) or "a further test"
    return (f"{about}: {said}" if about else said)[:_LENGTH]


def assertion_in_words(node: ast.AST, aliases: Mapping[str, str]) -> str:
    """What an assertion checks: whom it calls, with what kinds of arguments."""
    calls = [call for call in below(node, ast.Call) if _subject(call)]
    if not calls:
        return "a further assertion"
    call = calls[-1]
    kinds = [_kind(argument) for argument in call.args]
    kinds += [f"{keyword.arg}={_kind(keyword.value)}" for keyword in call.keywords if keyword.arg]
    name = called(call)
    return f"what {aliases.get(name, name)}({', '.join(kinds)}) does"[:_LENGTH]


def _subject(call: ast.Call) -> bool:
    """Whether a call is of what is tested, not of the assertion's own means."""
    name = called(call)
    own = ("assert", "raises", "warns", "approx", "fail")
    return bool(name) and not name.startswith(own) and name not in _PLAIN


def _kind(node: ast.expr) -> str:
    if isinstance(node, ast.UnaryOp):
        return _kind(node.operand)
    if isinstance(node, ast.Constant):
        return "…" if node.value is None else type(node.value).__name__
    return _KINDS.get(type(node), "…")


def _words(name: str) -> str:
    spaced = re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", name)
    return " ".join(part if part.isupper() else part.lower() for part in spaced.split("_") if part)


def _values(node: ast.AST) -> set[str]:
    """Strings that a test passes or expects; keys and what is looked up by name are none."""
    keys = {key for table in below(node, ast.Dict) for key in table.keys}
    keys |= {look_up.slice for look_up in below(node, ast.Subscript)}
    values = [part.value for part in below(node, ast.Constant) if part not in keys]
    return {value.lower() for value in values if isinstance(value, str)}
