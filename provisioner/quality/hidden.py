"""Hides a quarter of a suite from the writer of main.py; what is hidden decides at acceptance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from provisioner.judge.verdict import Judgement
from provisioner.quality.cutting import Source
from provisioner.quality.pieces import TELLING, Piece, parts_of_tests, whole_tests
from provisioner.suite.parse import find_tests

#: From so many tests on some are hidden whole; with fewer, some of their assertions.
ENOUGH = 4
_ENOUGH_PIECES = 2
_SHARE = 4
_TEXT_LIMIT = 2_000


@dataclass(frozen=True, slots=True)
class Split:
    """A suite in two parts.

    Tests are named as in TestResult, without a case; a plain script is called "script".
    """

    visible: bytes  # the suite without what is hidden, in its own formatting; runs by itself
    hidden: tuple[str, ...] = ()  # tests that are hidden whole
    partly: tuple[str, ...] = ()  # tests that lack some assertions, cases or examples
    described: tuple[str, ...] = ()  # one line on each hidden check, in words; never its values


def split(tests: bytes, *, secret: str) -> Split:
    """Choose what is hidden, by a hash of the run's secret and of each test's name.

    From four tests on a quarter of the tests, rounded down, is hidden, parametrised ones whole.
    Of fewer tests, or of a plain script, a quarter of the assertions, literal cases and
    doctest examples, and at least one of two. Those go first that no constant would pass. A
    test that another part of the file refers to, and an assertion that others may depend on,
    is never hidden. A suite that cannot be parsed stays as it is.
    """
    try:
        source = Source(tests)
    except (SyntaxError, ValueError):
        return Split(tests)
    suite = find_tests(source.tree)
    whole = len(suite) >= ENOUGH
    count, free = whole_tests(source, suite) if whole else parts_of_tests(source, suite)
    if count < _ENOUGH_PIECES:
        return Split(source.edited([]))
    chosen = _drawn(free, max(count // _SHARE, 1), secret)
    edits = source.cut_statements([one for piece in chosen for one in piece.statements])
    edits += [piece.edit for piece in chosen if piece.edit]
    names = [name for piece in chosen for name in piece.owners]
    if whole:
        described = tuple(piece.described for piece in chosen for _ in piece.owners)
        return Split(source.edited(edits), tuple(names), (), described)
    described = tuple(piece.described for piece in chosen)
    return Split(source.edited(edits), (), tuple(dict.fromkeys(names)), described)


def _drawn(pieces: Sequence[Piece], wanted: int, secret: str) -> list[Piece]:
    """The wanted number of those whose key is unique, in their order, by a hash of the key.

    First those that tell, then of each plain answer one, and again: whoever answers what is
    hidden with one constant is to be wrong somewhere.
    """
    often = Counter(piece.key for piece in pieces)
    by_hash = sorted(
        (sha256(f"{secret}\0{piece.key}".encode("utf-8", "surrogatepass")).digest(), number)
        for number, piece in enumerate(pieces)
        if often[piece.key] == 1
    )
    ranks: list[tuple[int, bytes, int]] = []
    before: Counter[str] = Counter()
    for digest, number in by_hash:
        answer = pieces[number].answer
        before[answer] += answer != TELLING
        ranks.append((before[answer], digest, number))
    return [pieces[number] for number in sorted(number for *_, number in sorted(ranks)[:wanted])]


def hidden_failures(full: Judgement, parts: Split) -> str:
    """What the writer of main.py may know of failures that are hidden, "" where there are none.

    What such a failure says is dropped, for it can hold the values. What may be shown of a test
    that is hidden in part comes from judging `parts.visible`.
    """
    failed = {test.name.partition("[")[0] for test in full.failures}
    if whole := failed & set(parts.hidden):
        described = dict(zip(parts.hidden, parts.described, strict=True))
        checks = sorted({described[name] for name in whole})
        head = f"{len(whole)} of {len(parts.hidden)} hidden tests failed. They check:"
    elif failed & set(parts.partly):
        checks = list(dict.fromkeys(parts.described))
        head = f"At least one of {len(parts.described)} hidden checks failed. They check:"
    else:
        return ""
    text = "\n".join([head, *(f"- {line}" for line in checks)])[:_TEXT_LIMIT]
    tail = "They stay hidden: meet the requirements in general, not the examples you can see."
    return f"{text}\n{tail}"
