"""The HTTP client beneath every vendor's SDK: replies bounded and normalised, no retries."""

from __future__ import annotations

import functools
import json
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

Normalize = Callable[[Any], Any]
"""Takes the value of a JSON body or of one event of a stream, gives the one to be parsed."""


class ReplyTooLarge(Exception):
    """A reply grew past its limit while it was read."""


@functools.cache
def tls() -> ssl.SSLContext:
    """One context for all connections: reading the certificates takes 20 ms each time."""
    import httpx

    return httpx.create_ssl_context()


def http_client(kin: type, *, timeout: float, reply_bytes: int, normalize: Normalize) -> Any:
    """An AsyncClient that stops reading a reply at ``reply_bytes``, counted when decompressed.

    Args:
        kin: a client of the library that the vendor's client is made of; vendors moved from
            ``httpx`` to ``httpx2`` in different versions.
        normalize: applied to each JSON value that a successful reply holds.

    A hook does it, not a transport of our own, because httpx looks for a proxy in the
    environment only where it makes the transport itself.
    """
    base = next(one for one in kin.__mro__ if one.__module__.startswith(("httpx.", "httpx2.")))
    httpx: Any = sys.modules[base.__module__.partition(".")[0]]

    class Body(httpx.AsyncByteStream):  # type: ignore[misc]  # its base is known at run time
        def __init__(self, response: Any, normalizer: _Normalizer | None) -> None:
            self._response = response
            self._normalizer = normalizer

        async def __aiter__(self) -> AsyncIterator[bytes]:
            pieces = _bounded(self._response.aiter_bytes(), reply_bytes)
            if self._normalizer:
                pieces = self._normalizer(pieces, normalize)
            async for piece in pieces:
                yield piece

        async def aclose(self) -> None:
            await self._response.aclose()

    async def bound(response: Any) -> None:
        inner = httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=response.stream,
            request=response.request,
            extensions=response.extensions,
        )
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        response.stream = Body(
            inner, _NORMALIZERS.get(kind) if response.status_code < 400 else None
        )
        response.headers.pop("content-encoding", None)

    return httpx.AsyncClient(
        timeout=timeout,
        verify=tls(),
        follow_redirects=False,
        event_hooks={"response": [bound]},
    )


async def _bounded(body: AsyncIterator[bytes], reply_bytes: int) -> AsyncIterator[bytes]:
    read = 0
    async for chunk in body:
        read += len(chunk)
        if read > reply_bytes:
            raise ReplyTooLarge(f"the reply is larger than {reply_bytes} bytes")
        yield chunk


async def _normalized_json(
    body: AsyncIterator[bytes], normalize: Normalize
) -> AsyncIterator[bytes]:
    yield _normalized(b"".join([chunk async for chunk in body]), normalize)


async def _normalized_events(
    body: AsyncIterator[bytes], normalize: Normalize
) -> AsyncIterator[bytes]:
    """Server-sent events line by line, each with its JSON value normalised."""
    rest = b""
    async for chunk in body:
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield b"".join(_normalized_line(line, normalize) + b"\n" for line in lines)
    if rest:
        yield _normalized_line(rest, normalize)


def _normalized_line(line: bytes, normalize: Normalize) -> bytes:
    name, colon, data = line.partition(b":")
    return b"data: " + _normalized(data.strip(), normalize) if name == b"data" and colon else line


def _normalized(text: bytes, normalize: Normalize) -> bytes:
    """The text of a JSON value; one that is none passes through for the client to complain of."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(normalize(value)).encode()


_Normalizer = Callable[[AsyncIterator[bytes], Normalize], AsyncIterator[bytes]]
_NORMALIZERS: dict[str, _Normalizer] = {
    "application/json": _normalized_json,
    "text/event-stream": _normalized_events,
}
