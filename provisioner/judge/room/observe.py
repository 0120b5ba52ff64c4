"""What the rewritten tests call: it shows the examiner what was seen, and does what it answers."""

from __future__ import annotations

import operator
import re
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from .channel import Channel
from .encode import Encoder, Sealed, decode
from .equality import equal, unequal

#: How often one assertion waits for its answer; after that it goes on while the examiner reads.
EAGER = 40


def _near(left: Any, right: Any, places: int | None, delta: Any) -> bool:
    if left == right:
        return True
    difference = abs(left - right)
    if delta is not None:
        return bool(difference <= delta)
    return bool(round(difference, places if places is not None else 7) == 0)


_OPERATORS: Mapping[str, Callable[..., Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda item, container: item in container,
    "contains": lambda container, item: item in container,
    "near": _near,
    "within": lambda left, right, bound: abs(left - right) < bound,
    "truth": lambda value, _: value,
}


class Observer:
    """One suite's observations, over one channel."""

    def __init__(self, channel: Channel, builtins: Mapping[str, object]) -> None:
        self._channel = channel
        self._builtins = builtins
        self._seen: dict[int, int] = {}
        self._mocks: dict[type, dict[str, Any]] = {}

    def names(self) -> dict[str, object]:
        """The functions, under names that no source can spell."""
        return {
            "@check": self.check,
            "@raises": self.raises,
            "@call_raises": self.call_raises,
            "@held": self.held,
            "@held_of": self.held_of,
            "@holding": lambda site, inner: Holding(self, site, inner),
            "@reached": lambda site: self.check(site),
            "@equal": equal,
            "@unequal": unequal,
            "@isinstance": isinstance,
            "@kinds": self.kinds,
            "@list": list,
            "@search": lambda text, pattern: re.search(pattern, text) is not None,
            "@seal": Sealed,
            "@star": self.star,
        }

    def check(self, site: int, *operands: object) -> None:
        """Show the operands of an assertion; raise AssertionError if it is said not to hold."""
        encoder = Encoder()
        shown = [encoder.operand(operand) for operand in operands]
        times = self._seen[site] = self._seen.get(site, 0) + 1
        if times > EAGER and not encoder.kept:
            self._channel.tell("saw", site, shown)
            return
        answer = self._channel.ask("check", site, shown)
        while answer[0] not in ("held", "broken"):
            answer = self._channel.ask("answer", _answer(answer, encoder.kept))
        if answer[0] == "broken":
            raise AssertionError(answer[1])

    def held(self, site: int, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """An assertion that a library makes, such as a mock's."""
        try:
            result = function(*args, **kwargs)
        except BaseException:
            self._report(site, False)
            raise
        self._report(site, True)
        return result

    def held_of(self, site: int, owner: Any, name: str, *args: Any, **kwargs: Any) -> Any:
        """The same by the name of a method; a mock's is the library's, come what may."""
        for kind in _ancestry(owner):
            if name in self._mocks.get(kind, {}):
                function = self._mocks[kind][name].__get__(owner)
                return self.held(site, function, *args, **kwargs)
        return self.held(site, getattr(owner, name), *args, **kwargs)

    def look_at_mocks(self) -> None:
        """Remember the assertions of the library's mocks, before there is any judged code."""
        mock = sys.modules.get("unittest.mock")
        for kind in vars(mock).values() if mock is not None else ():
            if isinstance(kind, type) and any(name.startswith("assert_") for name in vars(kind)):
                self._mocks[kind] = {
                    name: function
                    for name, function in vars(kind).items()
                    if name.startswith("assert_")
                }

    def _report(self, site: int, held: bool) -> None:
        try:
            self.check(site, held)
        except AssertionError:
            if held:
                raise

    def raises(
        self, site: int, style: str, expected: object = None, pattern: object = None
    ) -> Raises:
        """`with` that an exception is to leave; `expected` where its class is not sealed."""
        return Raises(self, site, style, expected, pattern)

    def call_raises(
        self,
        site: int,
        style: str,
        expected: object,
        pattern: object,
        function: Any,
        *args: Any,
        **kwargs: Any,
    ) -> object:
        """The same for a call: `assertRaises(ValueError, function, …)`."""
        context = Raises(self, site, style, expected, pattern)
        with context as caught:
            function(*args, **kwargs)
        return caught

    def exception(
        self, site: int, error: BaseException | None, expected: Any, pattern: Any
    ) -> bool:
        """Show which exception came; whether it is the one that was to come."""
        kinds = [] if error is None else self.kinds(error)
        fits = error is not None and (expected is None or _is_of(error, expected))
        text = "" if error is None else str(error)
        matches = pattern is None or (error is not None and re.search(pattern, text) is not None)
        came = f"{type(error).__name__}: {text[:500]}" if error is not None else "no exception"
        try:
            self.check(site, error is not None, kinds, fits, matches, text[:2000], came)
        except AssertionError:
            if error is None or (fits and not matches):
                raise
            return False
        return error is not None

    def kinds(self, value: object) -> list[str]:
        """Names of the builtin classes that a value is of."""
        return [
            kind.__name__ for kind in _ancestry(value) if self._builtins.get(kind.__name__) is kind
        ]

    def star(self, namespace: dict[str, object], module: str) -> None:
        """`from main import *`, except that it can hide neither builtins nor the tests' names."""
        source = __import__(module, namespace, fromlist=["*"])
        public = getattr(source, "__all__", None)
        if public is None:
            public = [name for name in vars(source) if not name.startswith("_")]
        for name in public:
            if name.isidentifier() and name not in self._builtins and name not in namespace:
                namespace[name] = getattr(source, name)


class Raises:
    """Waits for an exception, shows it, and offers it as unittest and pytest both do."""

    def __init__(
        self, observer: Observer, site: int, style: str, expected: Any, pattern: Any
    ) -> None:
        self._observer, self._site, self._style = observer, site, style
        self._expected, self._pattern = expected, pattern
        self.exception: BaseException | None = None
        self._info: Any = self

    def __enter__(self) -> Any:
        if self._style == "pytest":
            import pytest

            self._info = pytest.ExceptionInfo.for_later()
        return self._info

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not self._observer.exception(self._site, error, self._expected, self._pattern):
            return False
        assert error is not None
        if self._info is self:
            self.exception = error.with_traceback(None)
        else:
            self._info.fill_unfilled((kind, error, trace))
        return True


class Holding:
    """A library's own context that asserts when it is left, such as assertLogs."""

    def __init__(self, observer: Observer, site: int, inner: Any) -> None:
        self._observer, self._site, self._inner = observer, site, inner

    def __enter__(self) -> Any:
        return self._inner.__enter__()

    def __exit__(self, *error: Any) -> Any:
        return self._observer.held(self._site, self._inner.__exit__, *error)


def _ancestry(value: object) -> tuple[type, ...]:
    """A value's classes; type's own attribute, for a class may lie about its __mro__."""
    classes: tuple[type, ...] = type.__dict__["__mro__"].__get__(type(value))
    return classes


def _is_of(error: BaseException, expected: Any) -> bool:
    """As `except` decides it: a metaclass has no say."""
    wanted = expected if isinstance(expected, tuple) else (expected,)
    return any(kind is one for kind in _ancestry(error) for one in wanted)


def _answer(query: list[Any], kept: list[object]) -> list[object]:
    """Answer what the examiner asks about objects that it could not be sent."""
    kind, *rest = query

    def find(reference: Any) -> object:
        return decode(reference, kept)

    if kind == "describe":
        return [_describe(find(reference)) for reference in rest[0]]
    operation, left, rights, more = rest
    return [_ask(_OPERATORS[operation], find(left), find(right), *more) for right in rights]


def _ask(operation: Callable[..., Any], *operands: Any) -> bool | None:
    try:
        return bool(operation(*operands))
    except BaseException:  # the judged class may raise anything; the examiner is told
        return None


_CONTAINERS = (list, tuple, set, frozenset, dict, str, bytes, bytearray)


def _describe(value: object) -> str:
    try:
        if isinstance(value, _CONTAINERS) and len(value) > 1000:
            return f"<{type(value).__name__} of {len(value)} parts>"
        return repr(value)[:500]
    except BaseException as error:  # as above
        return f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
