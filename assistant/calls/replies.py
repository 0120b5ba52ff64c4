"""Validation of replies: a value, or the faults that make a reply unusable."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal

from pydantic import ValidationError

from assistant.calls.reply_fields import OtherFunction, is_called, unwrap, validate
from assistant.calls.reply_text import find_objects
from assistant.request import F, Message, Request
from ledger.calls import Reply
from ledger.text.validation import faults

Reason = Literal["truncated", "malformed", "refused", "filtered", "wrong_function", "empty"]

_QUOTED_REPLY = 20_000  # characters of an invalid reply that are sent back with what is wrong
_QUOTED_FAULTS = 10

# C0 without tab, newline and return; DEL; C1; lone surrogates. None belongs in text or code.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# What a text may hide that has to be looked for in its values: escapes of control characters, and
# numbers that are no JSON.
_HIDDEN = re.compile(rf"\\[ubf]|NaN|Infinity|{_CONTROL.pattern}")


@dataclass(frozen=True, slots=True)
class Valid(Generic[F]):
    """The arguments hold.

    Attributes:
        notes: what of their form had to be mended, one line each.
    """

    value: F
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a reply cannot be used.

    Attributes:
        reason: as in :class:`assistant.errors.ReplyInvalid`.
        detail: what is wrong, in words that a model can act on.
    """

    reason: Reason
    detail: str

    @property
    def repairable(self) -> bool:
        """Whether the model can correct it when it is given the faults."""
        return self.reason in ("malformed", "wrong_function", "empty")


def read(reply: Reply, function: type[F]) -> Valid[F] | Unusable:
    """The reply's arguments, strictly validated once they are out of their wrapping.

    Where no function was called, a text that holds one JSON object with the arguments counts as
    the call. A reply that did not end by itself is never validated: cut-off code can be valid
    JSON.
    """
    if reply.finish == "length":
        return Unusable("truncated", "the answer was cut off at the limit of tokens")
    if reply.finish == "refusal":
        return Unusable("refused", "the model refused")
    if reply.finish == "filter":
        return Unusable("filtered", "a content filter stopped the answer")
    if reply.function and not is_called(reply.function, function):
        return Unusable("wrong_function", f"called {reply.function!r:.100}, not {function.name}")
    if not reply.arguments.strip():
        return Unusable("empty", "the answer is empty")
    if reply.function and not _HIDDEN.search(reply.arguments):
        try:
            return Valid(function.model_validate_json(reply.arguments, strict=True))
        except ValidationError:
            pass  # below it is read with more patience, and what is wrong is named
    try:
        found = find_objects(reply.arguments)
    except (ValueError, RecursionError) as error:
        return Unusable("malformed", f"the arguments are not one JSON object: {error}"[:500])
    return _only(tuple(_read_one(one, function) for one in found))


def _read_one(value: dict[str, Any], function: type[F]) -> Valid[F] | Unusable:
    try:
        return Valid(*validate(_stripped(unwrap(value, function)), function))
    except OtherFunction as error:
        return Unusable("wrong_function", str(error))
    except ValidationError as error:
        found = map(str, faults(error, show=False)[:_QUOTED_FAULTS])
        return Unusable("malformed", "; ".join(found)[:2_000])


def _only(verdicts: tuple[Valid[F] | Unusable, ...]) -> Valid[F] | Unusable:
    """The one that holds; the same answer given twice is one answer."""
    valid = [one for one in verdicts if isinstance(one, Valid)]
    if not valid:
        return verdicts[0]
    if any(one.value != valid[0].value for one in valid):
        return Unusable("malformed", f"there are {len(valid)} different answers; give one")
    return valid[0]


def repair(request: Request[F], reply: Reply, flaw: Unusable) -> Request[F]:
    """The request that says what is wrong with the reply and asks again."""
    answer = _CONTROL.sub("", reply.arguments)[:_QUOTED_REPLY].strip()
    return replace(
        request,
        messages=(
            *request.messages,
            *((Message("assistant", answer),) if answer else ()),
            Message(
                "user",
                f"That cannot be used: {flaw.detail}\n\nCall {request.function.name} once, with "
                "arguments that match its schema exactly. Keep whatever was right.",
            ),
        ),
    )


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    if isinstance(value, dict):
        return {_stripped(key): _stripped(item) for key, item in value.items()}
    return value
