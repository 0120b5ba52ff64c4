"""From a reply to a validated value, or to what is wrong with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal

from pydantic import ValidationError

from assistant.request import F, Message, Reply, Request
from ledger.text.validation import faults

Reason = Literal["truncated", "malformed", "refused", "filtered", "wrong_function", "empty"]

_QUOTED_REPLY = 20_000  # characters of an invalid reply that are sent back with what is wrong
_QUOTED_FAULTS = 10

# C0 without tab, newline and return; DEL; C1; lone surrogates. None belongs in text or code.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# What a reasoning model thinks aloud before it answers; some servers leave out where it begins.
_THOUGHTS = re.compile(
    r"\A(?:\s*<think(?:ing)?>.*?|[^{]*?)</think(?:ing)?>", re.DOTALL | re.IGNORECASE
)

# What a text may hide that has to be looked for in its values: escapes of control characters, and
# numbers that are no JSON.
_HIDDEN = re.compile(rf"\\[ubf]|NaN|Infinity|{_CONTROL.pattern}")


@dataclass(frozen=True, slots=True)
class Valid(Generic[F]):
    """The arguments hold."""

    value: F


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a reply cannot be used.

    Attributes:
        reason: as in :class:`assistant.errors.ReplyInvalid`.
        detail: what is wrong, in words that a model can act on.
    """

    reason: Reason
    detail: str

    @property
    def repairable(self) -> bool:
        """Whether the model can mend it when it is told what is wrong."""
        return self.reason in ("malformed", "wrong_function", "empty")


def read(reply: Reply, function: type[F]) -> Valid[F] | Flaw:
    """The reply's arguments, strictly validated.

    Where no function was called, a text that holds one JSON object with the arguments counts as
    the call. A reply that did not end by itself is never validated: cut-off code can be valid
    JSON.
    """
    if reply.finish == "length":
        return Flaw("truncated", "the answer was cut off at the limit of tokens")
    if reply.finish == "refusal":
        return Flaw("refused", "the model refused")
    if reply.finish == "filter":
        return Flaw("filtered", "a content filter stopped the answer")
    if reply.function and reply.function != function.name:
        return Flaw("wrong_function", f"called {reply.function!r:.100}, not {function.name}")
    if not reply.arguments.strip():
        return Flaw("empty", "the answer is empty")
    if reply.function and not _HIDDEN.search(reply.arguments):
        try:
            return Valid(function.model_validate_json(reply.arguments, strict=True))
        except ValidationError:
            pass  # below it is read with more patience, and told what is wrong
    try:
        value = _load(reply.arguments, anywhere=not reply.function)
    except (ValueError, RecursionError) as error:
        return Flaw("malformed", f"the arguments are not one JSON object: {error}"[:500])
    try:
        arguments = json.dumps(_stripped(_unwrapped(value, function.name)))
        return Valid(function.model_validate_json(arguments, strict=True))
    except ValidationError as error:
        found = map(str, faults(error, show=False)[:_QUOTED_FAULTS])
        return Flaw("malformed", "; ".join(found)[:2_000])


def repair(request: Request[F], reply: Reply, flaw: Flaw) -> Request[F]:
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


def _load(text: str, *, anywhere: bool) -> Any:
    if anywhere:
        text = _THOUGHTS.sub("", text)
        start, end = text.find("{"), text.rfind("}")
        if start < 0 or end < start:
            raise ValueError("there is no object in the text")
        text = text[start : end + 1]
    value = _DECODER.decode(text)
    if not isinstance(value, dict):
        raise ValueError(f"it is a {type(value).__name__}")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


# Not strict: a line break may stand inside a string, as local models write them.
_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse_constant)


def _unwrapped(value: dict[str, Any], name: str) -> Any:
    """Local models write the call itself into the text: {"name": …, "arguments": {…}}."""
    if value.get("name") == name and len(value) == 2:
        for key in ("arguments", "parameters"):
            if isinstance(value.get(key), dict):
                return value[key]
    return value


def _stripped(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, list):
        return [_stripped(item) for item in value]
    if isinstance(value, dict):
        return {_stripped(key): _stripped(item) for key, item in value.items()}
    return value
