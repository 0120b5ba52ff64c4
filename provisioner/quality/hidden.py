"""Hides a quarter of a suite from the writer of main.py; what is hidden decides at acceptance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from provisioner.judge.verdict import Judgement, TestResult
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


@dataclass(frozen=True, slots=True)
class Seen:
    """A judgement of the full suite, as far as the writer of main.py may see it."""

    visible: tuple[TestResult, ...]  # failures that may be shown
    withheld: int  # how many failed tests are hidden, whole or in part
    text: str  # what may be said of those, "" where there are none


def split(tests: bytes, *, secret: str) -> Split:
    """Choose what is hidden, by a hash of the secret and of each test's name.

    From four tests on a quarter of the tests, rounded down, is hidden, parametrised ones whole.
    Of fewer tests, or of a plain script, a quarter of the assertions, literal cases and
    doctest examples, and at least one of two. Those go first that no constant would pass. A
    test that another part of the file refers to, and an assertion that others may depend on,
    is never hidden. A suite that cannot be parsed stays as it is. The secret is the same for the
    whole run and unknown to the model; the run's id will do.
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
    visible, owned = source.edited(edits), [(name, one) for one in chosen for name in one.owners]
    if whole:
        described = tuple(piece.described for _, piece in owned)
        return Split(visible, hidden=tuple(name for name, _ in owned), described=described)
    described = tuple(piece.described for piece in chosen)
    return Split(
        visible, partly=tuple(dict.fromkeys(name for name, _ in owned)), described=described
    )


def _drawn(pieces: Sequence[Piece], wanted: int, secret: str) -> list[Piece]:
    """The wanted number of those whose key is their own, in their order, by a hash of the key.

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


def seen(full: Judgement, parts: Split) -> Seen:
    """Separate visible failures from hidden ones.

    What a failure of a hidden test says is dropped, for it can hold the values; also that of a
    test that is hidden in part. What may be shown of the latter comes from judging
    `parts.visible`.
    """
    visible: list[TestResult] = []
    whole, in_part = set(), 0
    for test in full.failures:
        name = test.name.partition("[")[0]
        if name in parts.hidden:
            whole.add(name)
        elif name in parts.partly:
            in_part += 1
        else:
            visible.append(test)
    withheld = len(whole) + in_part
    if not withheld:
        return Seen(tuple(visible), 0, "")
    if whole:
        described = dict(zip(parts.hidden, parts.described, strict=True))
        failed = sorted({described[name] for name in whole})
        head = f"{len(whole)} of {len(parts.hidden)} hidden tests failed. They check:"
    else:
        failed = list(dict.fromkeys(parts.described))
        head = f"At least one of {len(parts.described)} hidden checks failed. They check:"
    text = "\n".join([head, *(f"- {line}" for line in failed)])[:_TEXT_LIMIT]
    tail = "They stay hidden: meet the requirements in general, not the examples you can see."
    return Seen(tuple(visible), withheld, f"{text}\n{tail}")
