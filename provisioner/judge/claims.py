"""What an assertion claims, cut loose from the process that evaluates its operands.

The rewriting of the tests (seal.py) takes each assertion apart: what depends on the code under test
is evaluated in the sandbox and shown; the rest, the expected values above all, stays here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Anything:
    """unittest.mock.ANY."""


@dataclass(frozen=True, slots=True)
class Approximately:
    """pytest.approx(value, rel, abs, nan_ok), with pytest's defaults."""

    value: object
    rel: float = 1e-6
    absolute: float = 1e-12
    nan_ok: bool = False


@dataclass(frozen=True, slots=True)
class Constant:
    """A value that the source of the tests spells out; it never enters the sandbox."""

    value: object


@dataclass(frozen=True, slots=True)
class Seen:
    """The operand at `index` as shown by the sandbox.

    `may_be_sealed` where the source has a variable there that holds a sealed value.
    """

    index: int
    may_be_sealed: bool = False


@dataclass(frozen=True, slots=True)
class Display:
    """A list, tuple, set or dict of which some parts are constants and others are seen."""

    kind: Literal["list", "tuple", "set", "dict"]
    parts: tuple[Operand, ...]


Operand = Constant | Seen | Display


@dataclass(frozen=True, slots=True)
class Compare:
    """`first op second op …`; ops as Python spells them, and "near" for assertAlmostEqual."""

    operands: tuple[Operand, ...]
    operators: tuple[str, ...]
    places: int | None = None
    delta: object = None


@dataclass(frozen=True, slots=True)
class Within:
    """`abs(left - right) < bound`."""

    left: Operand
    right: Operand
    bound: Operand
    operator: str


@dataclass(frozen=True, slots=True)
class Truth:
    """The operand is true, or false where `negated`."""

    operand: Operand
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SameItems:
    """assertCountEqual: equal but for the order."""

    first: Operand
    second: Operand


@dataclass(frozen=True, slots=True)
class Instance:
    """The operand, names of builtin classes, has one of those named among it, or none."""

    kinds: Operand
    names: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception came; of one of the builtin classes named, unless none is named.

    `pattern` is to be found in its text; "" where that is seen to inside.
    """

    names: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Reached:
    """This place was reached; nothing more is claimed."""


#: What a failing assertion is caught as.
FAILURES = frozenset(("AssertionError", "Exception", "BaseException"))

Claim = Compare | Within | Truth | SameItems | Instance | Raised | Reached


@dataclass(frozen=True, slots=True)
class Site:
    """One assertion in the source of the tests.

    Attributes:
        line: its line in test.py.
        text: its source on one line, for people.
        claim: what it claims.
        caught: the tests themselves catch its AssertionError, so its failure is not the test's.
        sealed: the sandbox cannot know what would satisfy it.
        expected: it stands in a function that the tests call to see it fail.
    """

    line: int
    text: str
    claim: Claim
    caught: bool = False
    sealed: bool = False
    expected: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """One doctest example: what it must print stays here."""

    source: str
    want: str
    line: int
    raises: str | None
    options: Mapping[int, bool]


Style = Literal["script", "doctest", "unittest", "functions", "pytest"]


@dataclass(frozen=True, slots=True)
class Exam:
    """The tests, made ready to be run where nobody is trusted.

    Attributes:
        style: how they are run.
        code: the rewritten module, marshalled.
        sites: all assertions, by number.
        sealed: values that appear in the sandbox as numbers only.
        tests: qualified names of tests that must be collected.
        cases: how many tests, at least, one of them becomes by its parameters.
        due: how often, at least, a passing test has evaluated each of these sites.
        looped: assertions that a test comes to in a loop, and nowhere but there.
        examples: doctests by name.
        apart: whether they can be run without the code beside them.
        relied: modules of the standard library that they import.
        replaced: functions of those, dotted, that they replace themselves.
        fault: why the tests can run nowhere, "" where they can.
    """

    style: Style
    code: bytes = b""
    sites: tuple[Site, ...] = ()
    sealed: tuple[object, ...] = ()
    tests: frozenset[str] = frozenset()
    cases: Mapping[str, int] = field(default_factory=dict)
    due: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    looped: Mapping[str, frozenset[int]] = field(default_factory=dict)
    examples: Mapping[str, tuple[Example, ...]] = field(default_factory=dict)
    apart: bool = False
    relied: tuple[str, ...] = ()
    replaced: tuple[str, ...] = ()
    fault: str = ""
