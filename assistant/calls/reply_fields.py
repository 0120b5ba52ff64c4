"""Arguments of a function out of their wrapping, and what of their form may be mended.

What a value means is never changed: unknown keys are dropped, a value that was written as the
JSON text of itself is decoded, an absent field that may be null is null. All else is refused.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant.calls.reply_text import decode
from assistant.request import F
from assistant.schemas import Function

_ARGUMENTS = ("arguments", "parameters", "args", "input")
_CALLS = ("function", "function_call", "tool_call", "tool_calls")
# What stands beside a call, or beside the properties of a schema that was filled in.
_BESIDE = {"type", "id", "call_id", "index", "status", "role", "content", "recipient_name"}
_BESIDE_PROPERTIES = {"type", "title", "description", "required", "additionalProperties"}
_WRAPPINGS = 4
_ROUNDS = 3  # decoding one value may show the next

_NOT_OF_TYPE = {"int_type", "float_type", "bool_type", "list_type", "model_type", "int_from_float"}


class OtherFunction(ValueError):
    """The call is one of another function."""


def is_called(name: str, function: type[Function]) -> bool:
    """Whether a called name means the function: ``functions.NAME`` and ``NAME:0`` do."""
    return function.name in re.findall(r"\w+", name)


def unwrap(value: Mapping[str, Any], function: type[Function]) -> Any:
    """The arguments in a call that was written out: ``{"name": …, "arguments": {…}}`` and kin.

    Raises:
        OtherFunction: it names another function.
    """
    inner: Any = value
    for _ in range(_WRAPPINGS):
        if not isinstance(inner, dict) or inner.keys() >= function.model_fields.keys():
            break
        following = _unwrap_once(inner, function)
        if following is None:
            break
        inner = following
    return inner


def _unwrap_once(value: dict[str, Any], function: type[Function]) -> Any:
    name = value.get("name") or value.get("recipient_name")
    keys = value.keys() - _BESIDE - {"name"}
    if value.keys() - _BESIDE_PROPERTIES == {"properties"}:
        return value["properties"]
    if len(keys) != 1:
        return None
    (key,) = keys
    inner = _decoded(value[key])
    if key in _ARGUMENTS and isinstance(inner, dict):
        if isinstance(name, str) and not is_called(name, function):
            raise OtherFunction(f"called {name!r:.100}, not {function.name}")
        return inner
    if key in _CALLS and isinstance(inner, list) and len(inner) == 1:
        inner = inner[0]
    if (key in _CALLS or key == function.name) and isinstance(inner, dict):
        return inner
    return None


def validate(arguments: Any, function: type[F]) -> tuple[F, tuple[str, ...]]:
    """The validated arguments, and what was mended, one line each.

    Raises:
        ValidationError: what remains wrong.
    """
    notes: list[str] = []
    for _ in range(_ROUNDS):
        try:
            return _strictly(arguments, function), tuple(notes)
        except ValidationError as error:
            mended = [_mend(arguments, fault, function) for fault in error.errors()]
            notes += filter(None, mended)
            if not any(mended):
                raise
    return _strictly(arguments, function), tuple(notes)


def _strictly(arguments: Any, function: type[F]) -> F:
    return function.model_validate_json(json.dumps(arguments), strict=True)


def _mend(arguments: Any, fault: ErrorDetails, function: type[Function]) -> str:
    """Change the arguments in place so that the fault is gone; says what was done, or ""."""
    place = fault["loc"]
    if not place:
        return ""
    holder = _at(arguments, place[:-1])
    key, where = place[-1], ".".join(map(str, place))
    if fault["type"] == "extra_forbidden" and isinstance(holder, dict):
        del holder[key]
        return f"dropped the unknown key {where}"
    if fault["type"] == "missing" and isinstance(holder, dict) and key in _nullable(function):
        holder[key] = None
        return f"took the absent {where} for null"
    if fault["type"] not in _NOT_OF_TYPE or not isinstance(holder, dict | list):
        return ""
    given = holder[key]  # type: ignore[index]  # the place is of this very value
    value = _decoded(given)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is given or isinstance(value, str):
        return ""
    holder[key] = value  # type: ignore[index]
    return f"decoded {where}, which was the text of its value"


def _at(value: Any, place: Sequence[int | str]) -> Any:
    for key in place:
        value = value[key]
    return value


def _decoded(value: Any) -> Any:
    """The value of which a string is the JSON text, or the value itself."""
    if not isinstance(value, str):
        return value
    try:
        found = decode(value)
        return _decoded(found) if isinstance(found, str) else found
    except (ValueError, RecursionError):
        return value


@functools.cache
def _nullable(function: type[Function]) -> frozenset[str]:
    """The names of the function's fields, at any depth, that may be null."""
    schema = function.parameters()
    objects = [schema, *schema.get("$defs", {}).values()]
    return frozenset(
        name
        for one in objects
        for name, field in one.get("properties", {}).items()
        if {"type": "null"} in field.get("anyOf", ())
    )
