"""Classification of failed calls: one function for every vendor's errors.

Vendors raise different classes for the same condition and the same class for different ones
(OpenAI's spent quota is a RateLimitError, Gemini's bad key a 400), so the class decides last.
The HTTP status, the error's code and its text decide, looked up through ``__cause__``.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from pydantic import SecretStr

from assistant.calls.dialects import CLASSES, CODES, STATUSES, TEXTS, Kind
from assistant.errors import (
    ProviderError,
    ProviderRejected,
    ProviderUnavailable,
    RequestRejected,
)
from ledger.text.masking import masked

_NO_SUCH_HOST = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_NO_KEY = SecretStr("")

ERRORS: Mapping[Kind, type[ProviderError]] = {
    "bad_key": ProviderRejected,
    "permission": ProviderRejected,
    "quota": ProviderRejected,
    "rate_limited": ProviderUnavailable,
    "overloaded": ProviderUnavailable,
    "server_error": ProviderUnavailable,
    "timeout": ProviderUnavailable,
    "connection": ProviderUnavailable,
    "unreachable": ProviderRejected,
    "garbage": ProviderUnavailable,
    "too_large": ProviderUnavailable,
    "model_missing": RequestRejected,
    "too_long": RequestRejected,
    "filtered": RequestRejected,
    "bad_parameter": RequestRejected,
}

_MEANING: Mapping[Kind, str] = {
    "bad_key": "the key is refused",
    "permission": "the key may not use this, or not from this region",
    "quota": "quota or credit is spent",
    "rate_limited": "too many requests",
    "overloaded": "overloaded",
    "server_error": "failed on its side",
    "timeout": "did not answer in time",
    "connection": "cannot be reached",
    "unreachable": "cannot be reached at its address",
    "garbage": "answered something that is no reply",
    "too_large": "sent more than a reply may be",
    "model_missing": "does not have the model",
    "too_long": "the request is longer than the model takes",
    "filtered": "a content filter stopped the request",
    "bad_parameter": "refuses a parameter of the request",
}


# What waiting does not change, and a person can.
_REMEDIES: Mapping[Kind, str] = {
    "bad_key": "give {key} a key that is valid at {address}",
    "permission": "let {key} use the model from here, or name another one in {entry}.model",
    "quota": "top up the account of {key}, or wait until its quota begins anew",
    "unreachable": "mend the address {address}",
    "model_missing": "name a model that {address} has in {entry}.model",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """The class of a failed call.

    Attributes:
        kind: the class of the failure.
        detail: the vendor's words, at most 300 characters of one line, keys masked.
        retry_after: seconds the vendor asked us to wait, or None.
        parameter: the parameter that was refused, where the vendor names it.
    """

    kind: Kind
    detail: str
    retry_after: float | None = None
    parameter: str = ""

    def error(
        self,
        provider: str,
        model: str,
        *,
        mended: bool = False,
        key_variable: str = "",
        address: str = "",
    ) -> ProviderError:
        """Build the error, with what can be done about it.

        Args:
            key_variable: the variable that held the key, "" where none did.
            address: where the provider was asked.
        """
        detail = f" ({self.detail})" if self.detail else ""
        entry = f"assistant.providers.{provider}"
        remedy = _REMEDIES.get(self.kind, "").format(
            key=key_variable or f"{entry}.api_key_env", address=address or provider, entry=entry
        )
        return ERRORS[self.kind](
            f"{provider}: {_MEANING[self.kind]}{detail}",
            provider=provider,
            model=model,
            kind=self.kind,
            retry_after=self.retry_after,
            mended=mended,
            remedy=remedy,
        )


def classify(error: BaseException, key: SecretStr = _NO_KEY) -> Finding:
    """Classify an exception of a model client, of any vendor, wrapped or not.

    Args:
        key: what was sent, which some servers send back in what they say.
    """
    causes = tuple(_causes(error))
    status = next(filter(None, map(_status, causes)), None)
    body = next(filter(None, map(_body, causes)), {})
    text = " ".join(str(cause) for cause in causes)
    kind = _kind(causes, status or _named_status(body), body, text)
    return Finding(
        kind,
        masked(_message(body) or str(error) or type(error).__name__, secret=key.get_secret_value()),
        retry_after=_retry_after(causes, body),
        parameter=str(body.get("param") or "") if kind == "bad_parameter" else "",
    )


def _kind(
    causes: tuple[BaseException, ...], status: int | None, body: Mapping[str, Any], text: str
) -> Kind:
    for code in _codes(body):
        kind = CODES.get(code)
        # Google says RESOURCE_EXHAUSTED for a day's quota too; only the text tells them apart.
        if kind and not (kind == "rate_limited" and _by_text(text) == "quota"):
            return kind
    if status is not None and status >= 400:
        named = _by_text(text) if status < 500 else None
        return named or STATUSES.get(status, "server_error" if status >= 500 else "bad_parameter")
    if any(isinstance(one, socket.gaierror) and one.errno in _NO_SUCH_HOST for one in causes):
        return "unreachable"
    names = {base.__name__ for cause in causes for base in type(cause).__mro__}
    for known, kind in CLASSES:
        if names.intersection(known):
            return kind
    # What is left broke while a reply was read: JSONDecodeError, KeyError, TypeError and the like.
    return _by_text(f"{text} {' '.join(_codes(body))}") or "garbage"


def _by_text(text: str) -> Kind | None:
    return next((kind for kind, words in TEXTS if re.search(words, text, re.IGNORECASE)), None)


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


def _named_status(body: Mapping[str, Any]) -> int | None:
    """The status that an error names which came in a successful answer, as gateways pass it on."""
    code = body.get("code")
    return code if isinstance(code, int) and 400 <= code < 600 else None


def _body(error: BaseException) -> dict[str, Any]:
    """The error object of a vendor's reply, without the envelope."""
    for name in ("body", "details"):
        body = getattr(error, name, None)
        if isinstance(body, list) and body:
            body = body[0]
        if isinstance(body, dict):
            inner = body.get("error", body)
            return inner if isinstance(inner, dict) else {"message": str(inner)}
    # A stream's error event and some 200 replies arrive as an exception around the error object.
    if error.args and isinstance(error.args[0], dict):
        return error.args[0]
    return {}


def _codes(body: Mapping[str, Any]) -> Iterator[str]:
    for detail in body.get("details") or ():
        if isinstance(detail, dict) and "reason" in detail:
            yield str(detail["reason"]).lower()
    for name in ("code", "status", "type"):
        if body.get(name) not in (None, ""):
            yield str(body[name]).lower()


def _message(body: Mapping[str, Any]) -> str:
    return str(body.get("message") or "")


def _retry_after(causes: tuple[BaseException, ...], body: Mapping[str, Any]) -> float | None:
    for cause in causes:
        headers = getattr(getattr(cause, "response", None), "headers", None) or {}
        if (milliseconds := _seconds(headers.get("retry-after-ms"))) is not None:
            return milliseconds / 1000
        if (value := _seconds(headers.get("retry-after"))) is not None:
            return value
    for detail in body.get("details") or ():
        if isinstance(detail, dict) and isinstance(detail.get("retryDelay"), str):
            return _seconds(detail["retryDelay"].removesuffix("s"))
    return None


def _seconds(value: str | None) -> float | None:
    """Seconds from a header: a number, or an HTTP date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value)
    return seconds if 0 <= seconds < float("inf") else None


def _until(date: str) -> float | None:
    from datetime import UTC, datetime

    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
