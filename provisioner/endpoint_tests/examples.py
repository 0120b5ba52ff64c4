"""Example values of a JSON Schema: those it accepts, and those it must refuse."""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

from provisioner.endpoint_tests.openapi import Schema

_FORMATS = {
    "date": "2024-05-17",
    "date-time": "2024-05-17T09:30:00Z",
    "time": "09:30:00",
    "duration": "P1DT2H",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
    "uuid": "6f1e3a52-7c0b-4a8e-9d51-2b7f60c4d913",
    "uri": "https://example.com/a",
    "url": "https://example.com/a",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
}
_UNIQUE_LENGTH = 9
# The standard library's own; without a public name since Python 3.11.
_PARSER: Any = import_module("re._parser")
_COMPILER: Any = import_module("re._compiler")
_LONGEST_REPEAT = 50
_CHARACTERS = "aA1-_ .~" + "".join(map(chr, range(0x3000)))  # a set's member, in this order
_NUMBERS = ("integer", "number")
_PLAIN = ("string", *_NUMBERS, "boolean")

_Result = TypeVar("_Result")


class NoExample(Exception):
    """No value, and so no test, can be made; the message says why."""


@dataclass(frozen=True, slots=True)
class Unique:
    """A text that is another one each time: ``unique("customer")`` in a test."""

    prefix: str


@dataclass(frozen=True, slots=True)
class MadeParent:
    """The id of something that the test makes first: ``self.new_post_id()`` in a test."""

    name: str

    @property
    def method(self) -> str:
        return f"new_{self.name}"


class Refused(NamedTuple):
    """A value that the schema excludes, and a few words on the rule that it breaks."""

    rule: str
    value: Any


def example(schema: Schema, name: str = "value", *, another: bool = False) -> Any:
    """Make a value that the schema accepts; objects hold their required properties only.

    Args:
        name: of the value, which texts are made from.
        another: a number or a truth value other than the first example, where there is one.

    Raises:
        NoExample: the schema's rules are beyond what is understood here.
    """
    schema = (_branches(schema) or [{"type": "null"}])[0]
    for given in (schema.get("examples"), schema.get("enum")):
        if isinstance(given, list) and given:
            return given[0]
    for key in ("example", "const"):
        if key in schema:
            return schema[key]
    kind = schema.get("type")
    if kind == "string":
        return _text(schema, name)
    if kind in _NUMBERS:
        return _number(schema, name, another=another)
    if kind == "boolean":
        return not another
    if kind == "array":
        items = schema.get("items", {})
        return [example(items, name, another=another)] * max(int(schema.get("minItems", 1)), 1)
    if kind == "object" or "properties" in schema:
        properties = schema.get("properties", {})
        return {
            one: example(properties.get(one, {}), one, another=another)
            for one in schema.get("required", [])
        }
    if kind == "null":
        return None
    raise NoExample(f"{name} may be anything")


def plain_branch(schema: Schema) -> Schema | None:
    """The one branch besides null where it is a text, number or truth value as it is sent.

    None for anything else: what has a format may come back in another notation.
    """
    branches = _branches(schema)
    if len(branches) != 1 or "format" in branches[0] or "writeOnly" in branches[0]:
        return None
    return branches[0] if branches[0].get("type") in _PLAIN else None


def refused(schema: Schema) -> Iterator[Refused]:
    """Values that break one rule each; none where the schema takes anything."""
    branches = _branches(schema)
    known = all(
        one.get("type") in (*_PLAIN, "array") or "enum" in one or "const" in one for one in branches
    )
    if branches and known:
        yield Refused("of the wrong type", {"wrong": "type"})
        if len(branches) == 1:
            yield from _broken_rules(branches[0])


def _broken_rules(schema: Schema) -> Iterator[Refused]:
    kind = schema.get("type")
    if "enum" in schema or "const" in schema:
        if kind in (None, "string"):
            yield Refused("not among the choices", "no such choice")
        return
    if kind in _NUMBERS:
        for rule, key, step in (
            ("too small", "minimum", -1),
            ("too small", "exclusiveMinimum", 0),
            ("too large", "maximum", 1),
            ("too large", "exclusiveMaximum", 0),
        ):
            if key in schema:
                yield Refused(rule, _whole(schema[key] + step))
    if kind == "string":
        if schema.get("minLength", 0) > 0:
            yield Refused("too short", "x" * (schema["minLength"] - 1))
        if 0 < schema.get("maxLength", 0) <= 100_000:
            yield Refused("too long", "x" * (schema["maxLength"] + 1))
        if schema.get("format") in ("date", "date-time", "time", "uuid", "email"):
            yield Refused(f"no {schema['format']}", f"no {schema['format']}")
        if "pattern" in schema and _finds(schema["pattern"], "\u00a7") is False:
            yield Refused("against the pattern", "\u00a7")
    if kind == "array" and schema.get("minItems", 0) > 0:
        yield Refused("too short", [])


def _branches(schema: Schema) -> list[Schema]:
    """What a schema may be besides null."""
    for key in ("anyOf", "oneOf"):
        if key in schema:
            return [branch for one in schema[key] for branch in _branches(one)]
    if len(schema.get("allOf", [])) == 1:
        others = {key: value for key, value in schema.items() if key != "allOf"}
        return _branches({**schema["allOf"][0], **others})
    return [] if schema.get("type") == "null" else [schema]


def _number(schema: Schema, name: str, *, another: bool) -> int | float:
    low = max(schema.get("minimum", -math.inf), schema.get("exclusiveMinimum", -math.inf))
    high = min(schema.get("maximum", math.inf), schema.get("exclusiveMaximum", math.inf))
    step = schema.get("multipleOf", 1 if schema["type"] == "integer" else None)
    tried = [1, 2, low, low + 1, low + 2, high, high - 1, high - 2, 0, (low + high) / 2]
    tried = [one for one in tried if math.isfinite(one)]
    if step:
        tried += [math.ceil(one / step) * step for one in tried]
    fitting = list(dict.fromkeys(one for one in tried if _fits(one, schema, step)))
    if not fitting:
        raise NoExample(f"no number was found for {name}")
    return _whole(fitting[1] if another and len(fitting) > 1 else fitting[0])


def _whole(value: float) -> int | float:
    """2.0 as 2, which descriptions write for whole numbers' bounds."""
    return int(value) if float(value).is_integer() else value


def _fits(value: float, schema: Schema, step: float | None) -> bool:
    return (
        schema.get("minimum", value) <= value <= schema.get("maximum", value)
        and value > schema.get("exclusiveMinimum", -math.inf)
        and value < schema.get("exclusiveMaximum", math.inf)
        and (step is None or math.isclose(value % step, 0) or math.isclose(value % step, step))
    )


def _text(schema: Schema, name: str) -> Any:
    shortest, longest = schema.get("minLength", 0), schema.get("maxLength", 10_000)
    unique = Unique(name + "-" * max(0, shortest - len(name) - _UNIQUE_LENGTH))
    fits = len(unique.prefix) + _UNIQUE_LENGTH <= longest
    if "pattern" in schema:
        ends = ("-01234567", "-89abcdef")  # all that a unique text may end with
        if fits and all(_finds(schema["pattern"], unique.prefix + end) for end in ends):
            return unique
        text = sample(schema["pattern"])
        if text is None or not shortest <= len(text) <= longest:
            raise NoExample(f"no text was found for the pattern of {name}")
        return text
    if schema.get("format", "password") != "password":
        if schema["format"] in _FORMATS:
            return _FORMATS[schema["format"]]
        raise NoExample(f"{name} has the format {schema['format']}")
    if fits:
        return unique
    return (name * longest)[: max(1, min(longest, max(shortest, 8)))]


def sample(pattern: str) -> str | None:
    """Make a short text that the pattern matches, None where none is found easily."""
    text = _tried(lambda: _matched(_PARSER.parse(pattern)))
    return text if text is not None and _finds(pattern, text) else None


def _finds(pattern: str, text: str) -> bool | None:
    """Whether the pattern is found in the text, None where it is no pattern of Python's."""
    return _tried(lambda: re.search(pattern, text) is not None)


def _tried(action: Callable[[], _Result]) -> _Result | None:
    try:
        with warnings.catch_warnings():
            # Of a notation that may change its meaning in a later Python.
            warnings.simplefilter("ignore", FutureWarning)
            return action()
    except (re.error, NoExample, RecursionError, OverflowError):
        return None


def _matched(tokens: Any) -> str:
    return "".join(_matched_by(token) for token in tokens)


def _matched_by(token: Any) -> str:
    operation, argument = str(token[0]), token[1]
    match operation:
        case "LITERAL":
            return chr(argument)
        case "AT":
            return ""
        case "ANY" | "IN" | "NOT_LITERAL":
            alone = _PARSER.SubPattern(_PARSER.State(), [token])
            pattern: re.Pattern[str] = _COMPILER.compile(alone)
            for character in _CHARACTERS:
                if pattern.fullmatch(character):
                    return character
        case "MAX_REPEAT" | "MIN_REPEAT":
            least, most, inner = argument
            times = max(int(least), min(int(most), 1))
            if times <= _LONGEST_REPEAT:
                return _matched(inner) * times
        case "SUBPATTERN":
            return _matched(argument[-1])
        case "BRANCH":
            return _matched(argument[1][0])
    raise NoExample(f"a pattern holds {operation}")
