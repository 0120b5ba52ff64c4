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


def http_library(kin: type) -> Any:
    """``httpx`` or ``httpx2``: vendors moved from one to the other in different versions."""
    base = next(one for one in kin.__mro__ if one.__module__.startswith(("httpx.", "httpx2.")))
    return sys.modules[base.__module__.partition(".")[0]]


@functools.cache
def tls() -> ssl.SSLContext:
    """One context for all connections: reading the certificates takes 20 ms each time."""
    import httpx

    return httpx.create_ssl_context()


def http_client(httpx: Any, *, timeout: float, reply_bytes: int, normalize: Normalize) -> Any:
    """An AsyncClient that stops reading a reply at ``reply_bytes``, counted when decompressed.

    Args:
        httpx: the library that the vendor's client was made for.
        normalize: applied to each JSON value that a successful reply holds.

    A hook does it, not a transport of our own, because httpx looks for a proxy in the
    environment only where it makes the transport itself.
    """

    class Bounded(httpx.AsyncByteStream):  # type: ignore[misc]  # its base is known at run time
        def __init__(self, response: Any) -> None:
            self._response = response

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in self._response.aiter_bytes():
                read += len(chunk)
                if read > reply_bytes:
                    raise ReplyTooLarge(f"the reply is larger than {reply_bytes} bytes")
                yield chunk

        async def aclose(self) -> None:
            await self._response.aclose()

    class Normalized(httpx.AsyncByteStream):  # type: ignore[misc]  # its base is known at run time
        def __init__(self, body: Bounded, how: _Normalizer) -> None:
            self._body = body
            self._how = how

        async def __aiter__(self) -> AsyncIterator[bytes]:
            async for piece in self._how(self._body, normalize):
                yield piece

        async def aclose(self) -> None:
            await self._body.aclose()

    async def bound(response: Any) -> None:
        inner = httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=response.stream,
            request=response.request,
            extensions=response.extensions,
        )
        body = Bounded(inner)
        kind = response.headers.get("content-type", "")
        normalized = _NORMALIZERS.get(kind.partition(";")[0].strip().lower())
        if normalized is not None and response.status_code < 400:
            body = Normalized(body, normalized)
        response.stream = body
        response.headers.pop("content-encoding", None)

    return httpx.AsyncClient(
        timeout=timeout,
        verify=tls(),
        follow_redirects=False,
        event_hooks={"response": [bound]},
    )


async def _normalized_json(
    body: AsyncIterator[bytes], normalize: Normalize
) -> AsyncIterator[bytes]:
    """A whole JSON body; one that is none passes through for the client to complain of."""
    text = b"".join([chunk async for chunk in body])
    yield _normalized(text, normalize)


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
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return json.dumps(normalize(value)).encode()


_Normalizer = Callable[[Any, Normalize], AsyncIterator[bytes]]
_NORMALIZERS: dict[str, _Normalizer] = {
    "application/json": _normalized_json,
    "text/event-stream": _normalized_events,
}
