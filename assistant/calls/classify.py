"""Classification of failed calls: one function for every vendor's errors.

Vendors raise different classes for the same condition and the same class for different ones
(OpenAI's spent quota is a RateLimitError, Gemini's bad key a 400), so the class decides last.
The HTTP status, the error's code and its text decide, looked up through ``__cause__``.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import SecretStr

from assistant.calls.dialects import FAILURES
from ledger.text.masking import masked

_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_NO_KEY = SecretStr("")
_CODES = {code: kind for kind, one in FAILURES.items() for code in one.codes.split()}
_STATUSES = {status: kind for kind, one in FAILURES.items() for status in one.statuses}


@dataclass(frozen=True, slots=True)
class Finding:
    """The class of a failed call."""

    kind: str  # a key of assistant.calls.dialects.FAILURES
    detail: str  # the vendor's words, at most 300 characters of one line, keys masked
    retry_after: float | None = None  # seconds the vendor asked us to wait
    parameter: str = ""  # that was refused, where the vendor names it


def classify(error: BaseException, key: SecretStr = _NO_KEY) -> Finding:
    """Classify an exception of a model client, of any vendor; servers may echo the key."""
    causes = tuple(_causes(error))
    body = next(filter(None, map(_body, causes)), {})
    said = str(body.get("message") or "") or str(error) or type(error).__name__
    kind = _kind(causes, body)
    return Finding(
        kind,
        masked(said, secret=key.get_secret_value()),
        retry_after=_retry_after(causes, body),
        parameter=str(body.get("param") or "") if kind == "bad_parameter" else "",
    )


def _kind(causes: Sequence[BaseException], body: Mapping[str, Any]) -> str:
    text, codes = " ".join(map(str, causes)), tuple(_codes(body))
    for kind in filter(None, map(_CODES.get, codes)):
        # Google says RESOURCE_EXHAUSTED for a day's quota too; only the text tells them apart.
        if kind != "rate_limited" or _by_text(text) != "quota":
            return kind
    # A gateway passes on in a successful answer what came from behind it.
    status = next(filter(None, map(_status, causes)), None) or body.get("code")
    if isinstance(status, int) and 400 <= status < 600:
        named = _by_text(text) if status < 500 else None
        return named or _STATUSES.get(status, "server_error" if status >= 500 else "bad_parameter")
    if any(isinstance(one, socket.gaierror) and one.errno in _NO_SUCH_HOST for one in causes):
        return "unreachable"
    names = {base.__name__ for cause in causes for base in type(cause).__mro__}
    for kind, failure in FAILURES.items():
        if names.intersection(failure.exceptions.split()):
            return kind
    # What is left broke while a reply was read: JSONDecodeError, KeyError, TypeError and the like.
    return _by_text(f"{text} {' '.join(codes)}") or "garbage"


def _by_text(text: str) -> str | None:
    for kind, failure in FAILURES.items():
        if failure.text and re.search(failure.text, text, re.IGNORECASE):
            return kind
    return None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__


def _status(error: BaseException) -> int | None:
    for holder in (error, getattr(error, "response", None)):
        for name in ("status_code", "code", "status"):
            value = getattr(holder, name, None)
            if isinstance(value, int) and 100 <= value < 600:
                return value
    return None


def _body(error: BaseException) -> dict[str, Any]:
    """The error object of a vendor's reply, without the envelope."""
    # A stream's error event and some 200 replies arrive as an exception around the error object.
    for body in (getattr(error, "body", None), getattr(error, "details", None), *error.args[:1]):
        found = body[0] if isinstance(body, list) and body else body
        if isinstance(found, dict):
            inner = found.get("error", found)
            return inner if isinstance(inner, dict) else {"message": str(inner)}
    return {}


def _details(body: Mapping[str, Any], name: str) -> list[str]:
    """Google's details of an error."""
    details = body.get("details") or ()
    return [str(one[name]) for one in details if isinstance(one, dict) and name in one]


def _codes(body: Mapping[str, Any]) -> Iterator[str]:
    yield from map(str.lower, _details(body, "reason"))
    for name in ("code", "status", "type"):
        if body.get(name) not in (None, ""):
            yield str(body[name]).lower()


def _retry_after(causes: Sequence[BaseException], body: Mapping[str, Any]) -> float | None:
    for cause in causes:
        headers = getattr(getattr(cause, "response", None), "headers", None) or {}
        if (milliseconds := _seconds(headers.get("retry-after-ms"))) is not None:
            return milliseconds / 1000
        if (seconds := _seconds(headers.get("retry-after"))) is not None:
            return seconds
    delays = _details(body, "retryDelay")
    return _seconds(delays[0].removesuffix("s")) if delays else None


def _seconds(value: str | None) -> float | None:
    """Seconds from a header: a number, or an HTTP date (RFC 9110, 10.2.3)."""
    try:
        seconds = float(value or "")
    except ValueError:
        try:
            return max(0.0, parsedate_to_datetime(value or "").timestamp() - time.time())
        except ValueError:
            return None
    return seconds if 0 <= seconds < float("inf") else None
