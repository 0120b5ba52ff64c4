"""Hides a quarter of a suite from the writer of main.py; what is hidden decides at acceptance."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from provisioner.judge.verdict import Judgement, TestResult
from provisioner.quality.hidden.cutting import Source
from provisioner.quality.hidden.pieces import pieces_of
from provisioner.quality.hidden.telling import TELLING, answer_of_test
from provisioner.quality.hidden.words import test_in_words
from provisioner.suite.parse import Test, find_tests

#: From so many tests on some are hidden whole; with fewer, some of their assertions.
ENOUGH = 4
_ENOUGH_PIECES = 2
_SHARE = 4
_TEXT_LIMIT = 2_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Split:
    """A suite in two parts.

    Attributes:
        visible: the suite without what is hidden, in its own formatting; runs by itself.
        hidden: tests that are hidden whole, as in TestResult.name without a case.
        partly: tests that stay visible but for some of their assertions, cases or examples;
            "script" where the suite is a plain one.
        described: one line on each hidden check, in words; never its values.
    """

    visible: bytes
    hidden: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    described: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """A judgement of the full suite, as far as the writer of main.py may see it.

    Attributes:
        visible: failures that may be shown.
        withheld: how many failed tests are hidden, whole or in part.
        text: what may be said of those, "" where there are none.
    """

    visible: tuple[TestResult, ...]
    withheld: int
    text: str


def split(tests: bytes, *, secret: str) -> Split:
    """Choose what is hidden, by a hash of the secret and of each test's name.

    From four tests on a quarter of the tests, rounded down, is hidden, parametrised ones whole.
    Of fewer tests, or of a plain script, a quarter of the assertions, literal cases and
    doctest examples, and at least one of two. Those go first that no constant would pass. A
    test that another part of the file refers to, and an assertion that others may depend on,
    is never hidden. A suite that cannot be parsed stays as it is.

    Args:
        tests: the suite.
        secret: the same for the whole run, unknown to the model; the run's id will do.
    """
    try:
        source = Source(tests)
    except (SyntaxError, ValueError):
        return Split(tests)
    suite = find_tests(source.tree)
    if len(suite) >= ENOUGH:
        return _hide_tests(source, suite, secret)
    return _hide_pieces(source, suite, secret)


def seen(full: Judgement, parts: Split) -> Seen:
    """Tell visible failures from hidden ones.

    What a failure of a hidden test says is dropped, for it can hold the values; also that of a
    test that is hidden in part. What may be shown of the latter comes from judging
    `parts.visible`.
    """
    hidden, partly = set(parts.hidden), set(parts.partly)
    visible, whole, in_part = [], set(), 0
    for test in full.failures:
        name = test.name.partition("[")[0]
        if name in hidden:
            whole.add(name)
        elif name in partly:
            in_part += 1
        else:
            visible.append(test)
    described = dict(zip(parts.hidden, parts.described, strict=False)) if parts.hidden else {}
    failed = sorted({described[name] for name in whole}) if whole else list(parts.described)
    return Seen(tuple(visible), len(whole) + in_part, _text(len(whole), in_part, parts, failed))


def _text(whole: int, in_part: int, parts: Split, failed: Sequence[str]) -> str:
    if not whole and not in_part:
        return ""
    if whole:
        head = f"{whole} of {len(parts.hidden)} hidden tests failed. They check:"
    else:
        head = f"At least one of {len(parts.described)} hidden checks failed. They check:"
    lines = [f"- {line}" for line in failed]
    tail = "They stay hidden: meet the requirements in general, not the examples you can see."
    return "\n".join([head, *dict.fromkeys(lines)])[:_TEXT_LIMIT] + "\n" + tail


def _hide_tests(source: Source, suite: Sequence[Test], secret: str) -> Split:
    often = Counter(name for test in suite for name in test.names)
    taken = _referred_to(source.tree)
    free = [test for test in suite if often[test.names[0]] == 1 and test.node.name not in taken]
    drawn = [(test.names[0], answer_of_test(test)) for test in free]
    chosen = _drawn(free, drawn, len(suite) // _SHARE, secret)
    gone = {test.node.name for test in chosen}
    calls = [
        statement
        for statement in ast.walk(source.tree)
        if isinstance(statement, ast.Expr) and _bare_call(statement) in gone
    ]
    edits = source.cut_statements([*(test.node for test in chosen), *calls])
    return Split(
        visible=source.edited(edits),
        hidden=tuple(name for test in chosen for name in test.names),
        described=tuple(test_in_words(test) for test in chosen for _ in test.names),
    )


def _hide_pieces(source: Source, suite: Sequence[Test], secret: str) -> Split:
    count, free = pieces_of(source, suite)
    if count < _ENOUGH_PIECES:
        return Split(source.edited([]))
    often = Counter(piece.key for piece in free)
    free = [piece for piece in free if often[piece.key] == 1]
    drawn = [(piece.key, piece.answer) for piece in free]
    chosen = _drawn(free, drawn, max(count // _SHARE, 1), secret)
    cuts = [piece.cut for piece in chosen]
    edits = source.cut_statements([cut for cut in cuts if isinstance(cut, ast.stmt)])
    edits += [cut for cut in cuts if not isinstance(cut, ast.stmt)]
    return Split(
        visible=source.edited(edits),
        partly=tuple(dict.fromkeys(name for piece in chosen for name in piece.owners)),
        described=tuple(piece.described for piece in chosen),
    )


def _drawn(
    free: Sequence[T], drawn: Sequence[tuple[str, str]], wanted: int, secret: str
) -> list[T]:
    """The wanted number of them, in their order, by a hash of each one's key.

    First those that tell, then of each plain answer one, and again: whoever answers what is
    hidden with one constant is to be wrong somewhere.
    """
    ranks: list[tuple[int, bytes, int]] = []
    by_hash = sorted(
        (sha256(f"{secret}\0{key}".encode("utf-8", "surrogatepass")).digest(), number)
        for number, (key, _) in enumerate(drawn)
    )
    before: Counter[str] = Counter()
    for digest, number in by_hash:
        answer = drawn[number][1]
        before[answer] += answer != TELLING
        ranks.append((before[answer], digest, number))
    return [free[number] for number in sorted(number for *_, number in sorted(ranks)[:wanted])]


def _referred_to(tree: ast.Module) -> set[str]:
    """Names that the file uses in any other way than by calling them as a statement."""
    found: set[str] = set()
    plain = set()
    for node in ast.walk(tree):  # parents come before their children
        match node:
            case ast.Expr(value=ast.Call() as call) if _bare_call(node):
                plain.add(id(call.func))
            case ast.Name(id=name) if id(node) not in plain:
                found.add(name)
            case ast.Attribute(attr=name) | ast.Constant(value=str() as name):
                found.add(name)
    return found


def _bare_call(statement: ast.Expr) -> str:
    """The name of a function that a statement calls with nothing: `test_a()`."""
    call = statement.value
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and not call.args:
        return call.func.id
    return ""
