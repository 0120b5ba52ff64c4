"""Validation of replies: a value, or the faults that make a reply unusable.

What a value means is never changed. Its wrapping is taken off, and of its form is mended what has
one reading: unknown keys are dropped, a value that was written as the JSON text of itself is
decoded, an absent field that may be null is null. All else is refused.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from assistant.calls.reply_text import decoded, find_objects
from assistant.request import F, Message, Request
from assistant.schemas import Function
from ledger.calls import Finish, Reply
from ledger.text.validation import faults

Reason = Literal["truncated", "malformed", "refused", "filtered", "wrong_function", "empty"]

_QUOTED_REPLY = 20_000  # characters of an invalid reply that are sent back with what is wrong
_QUOTED_FAULTS = 10

# C0 without tab, newline and return; DEL; C1; lone surrogates. None belongs in text or code.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

_ARGUMENTS = ("arguments", "parameters", "args", "input")
_CALLS = ("function", "function_call", "tool_call", "tool_calls")
# What stands beside a call, or beside the properties of a schema that was filled in.
_BESIDE = {"type", "id", "call_id", "index", "status", "role", "content", "recipient_name", "name"}
_BESIDE_PROPERTIES = {"type", "title", "description", "required", "additionalProperties"}

_NOT_OF_TYPE = {"int_type", "float_type", "bool_type", "list_type", "model_type", "int_from_float"}


@dataclass(frozen=True, slots=True)
class Valid(Generic[F]):
    """The arguments hold; the notes say what of their form had to be mended, one line each."""

    value: F
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a reply cannot be used, and what is wrong with it in words that a model can act on."""

    reason: Reason
    detail: str

    @property
    def repairable(self) -> bool:
        return self.reason in ("malformed", "wrong_function", "empty")


_ENDINGS: dict[Finish, Unusable] = {
    "length": Unusable("truncated", "the answer was cut off at the limit of tokens"),
    "refusal": Unusable("refused", "the model refused"),
    "filter": Unusable("filtered", "a content filter stopped the answer"),
}


def read(reply: Reply, function: type[F]) -> Valid[F] | Unusable:
    """The reply's arguments, strictly validated once they are out of their wrapping.

    Where no function was called, a text that holds one JSON object with the arguments counts as
    the call. A reply that did not end by itself is never validated: cut-off code can be valid
    JSON.
    """
    if ending := _ENDINGS.get(reply.finish):
        return ending
    if reply.function and not is_called(reply.function, function):
        return Unusable("wrong_function", f"called {reply.function!r:.100}, not {function.name}")
    if not reply.arguments.strip():
        return Unusable("empty", "the answer is empty")
    try:
        found = find_objects(reply.arguments)
    except (ValueError, RecursionError) as error:
        return Unusable("malformed", f"the arguments are not one JSON object: {error}"[:500])
    verdicts = [_read_one(one, function) for one in found]
    valid = [one for one in verdicts if isinstance(one, Valid)]
    if any(one.value != valid[0].value for one in valid[1:]):  # the same answer twice is one
        return Unusable("malformed", f"there are {len(valid)} different answers; give one")
    return (valid or verdicts)[0]


def is_called(name: str, function: type[Function]) -> bool:
    """Whether a called name means the function: ``functions.NAME`` and ``NAME:0`` do."""
    return function.name in re.findall(r"\w+", name)


def repair(request: Request[F], reply: Reply, flaw: Unusable) -> Request[F]:
    """The request that says what is wrong with the reply and asks again."""
    answer = _CONTROL.sub("", reply.arguments)[:_QUOTED_REPLY].strip()
    quoted = (Message("assistant", answer),) if answer else ()
    asked = Message(
        "user",
        f"That cannot be used: {flaw.detail}\n\nCall {request.function.name} once, with "
        "arguments that match its schema exactly. Keep whatever was right.",
    )
    return replace(request, messages=(*request.messages, *quoted, asked))


def _read_one(value: dict[str, Any], function: type[F]) -> Valid[F] | Unusable:
    try:
        return _validate(_stripped(_unwrap(value, function)), function)
    except ValidationError as error:
        found = map(str, faults(error, show=False)[:_QUOTED_FAULTS])
        return Unusable("malformed", "; ".join(found)[:2_000])
    except ValueError as error:
        return Unusable("wrong_function", str(error))


def _unwrap(value: Any, function: type[Function]) -> Any:
    """The arguments in a call that was written out: ``{"name": …, "arguments": {…}}`` and kin.

    Raises:
        ValueError: it names another function.
    """
    while isinstance(value, dict) and not value.keys() >= function.model_fields.keys():
        filled_in = value.keys() - _BESIDE_PROPERTIES == {"properties"}
        keys = {"properties"} if filled_in else value.keys() - _BESIDE
        if len(keys) != 1:
            break
        (key,) = keys
        inner = decoded(value[key])
        if key in _CALLS and isinstance(inner, list) and len(inner) == 1:
            inner = inner[0]
        wraps = filled_in or key in (*_ARGUMENTS, *_CALLS, function.name)
        if not wraps or not isinstance(inner, dict):
            break
        name = value.get("name") or value.get("recipient_name")
        if key in _ARGUMENTS and isinstance(name, str) and not is_called(name, function):
            raise ValueError(f"called {name!r:.100}, not {function.name}")
        value = inner
    return value


def _stripped(value: Any) -> Any:
    """The value without control characters in its texts."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    if isinstance(value, dict):
        return {_stripped(key): _stripped(item) for key, item in value.items()}
    return value


def _validate(arguments: Any, function: type[F]) -> Valid[F]:
    """The validated arguments, mended as long as that helps; then a ValidationError is raised."""
    notes: list[str] = []
    while True:
        try:
            value = function.model_validate_json(json.dumps(arguments), strict=True)
            return Valid(value, tuple(notes))
        except ValidationError as error:
            mended = [_mend(arguments, fault, function) for fault in error.errors()]
            if not any(mended):
                raise
            notes += filter(None, mended)


def _mend(arguments: Any, fault: ErrorDetails, function: type[Function]) -> str:
    """Change the arguments in place so that the fault is gone; says what was done, or ""."""
    place: Sequence[Any] = fault["loc"]
    if not place:
        return ""
    holder = functools.reduce(lambda value, key: value[key], place[:-1], arguments)
    key, where = place[-1], ".".join(map(str, place))
    if fault["type"] == "extra_forbidden":
        del holder[key]
        return f"dropped the unknown key {where}"
    if fault["type"] == "missing" and key in _nullable(function):
        holder[key] = None
        return f"took the absent {where} for null"
    if fault["type"] not in _NOT_OF_TYPE:
        return ""
    value = decoded(holder[key])
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is holder[key] or isinstance(value, str):
        return ""
    holder[key] = value
    return f"decoded {where}, which was the text of its value"


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
