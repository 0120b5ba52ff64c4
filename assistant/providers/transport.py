"""The HTTP client beneath every vendor's SDK: replies bounded and normalised, no retries."""

from __future__ import annotations

import functools
import json
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import urlsplit

Normalize = Callable[[dict[str, Any]], None]
"""Puts the object of a JSON body, or of one event of a stream, into the form to be parsed."""


class ReplyTooLarge(Exception):
    """A reply grew past its limit while it was read."""


@functools.cache
def tls() -> ssl.SSLContext:
    """One context for all connections: reading the certificates takes 20 ms each time."""
    import httpx

    return httpx.create_ssl_context()


def by_proxy(address: str) -> bool:
    """Whether a proxy of the environment is for an address: it is for the way out alone."""
    host = urlsplit(address).hostname or ""
    return not (host in ("localhost", "::1") or host.startswith("127."))


def http_client(
    kin: type, address: str, timeout: float, reply_bytes: int, normalize: Normalize
) -> Any:
    """An AsyncClient that stops reading a reply at ``reply_bytes``, counted when decompressed.

    Args:
        kin: a client of the library that the vendor's client is made of; vendors moved from
            ``httpx`` to ``httpx2`` in different versions.
        address: of the server.
        normalize: applied to each JSON object that a successful reply holds.

    A hook does it, not a transport of our own, because httpx looks for a proxy in the
    environment only where it makes the transport itself.
    """
    base = next(one for one in kin.__mro__ if one.__module__.startswith(("httpx.", "httpx2.")))
    httpx: Any = sys.modules[base.__module__.partition(".")[0]]

    class Body(httpx.AsyncByteStream):  # type: ignore[misc]  # its base is known at run time
        def __init__(self, response: Any, kind: str) -> None:
            self._response = response
            self._kind = kind

        def __aiter__(self) -> AsyncIterator[bytes]:
            return _read(self._response.aiter_bytes(), reply_bytes, self._kind, normalize)

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
        response.stream = Body(inner, kind if response.status_code < 400 else "")
        response.headers.pop("content-encoding", None)

    return httpx.AsyncClient(
        timeout=timeout,
        verify=tls(),
        follow_redirects=False,
        trust_env=by_proxy(address),
        event_hooks={"response": [bound]},
    )


async def _read(
    body: AsyncIterator[bytes], reply_bytes: int, kind: str, normalize: Normalize
) -> AsyncIterator[bytes]:
    """A body within its bound; its JSON object, or that of each of its events, normalised."""
    size, rest = 0, b""
    async for chunk in body:
        size += len(chunk)
        if size > reply_bytes:
            raise ReplyTooLarge(f"the reply is larger than {reply_bytes} bytes")
        if kind == "application/json":
            rest += chunk
        elif kind == "text/event-stream":
            *lines, rest = (rest + chunk).split(b"\n")
            if lines:
                yield b"".join(_normalized_line(line, normalize) + b"\n" for line in lines)
        else:
            yield chunk
    if rest:
        whole = kind == "application/json"
        yield (_normalized if whole else _normalized_line)(rest, normalize)


def _normalized_line(line: bytes, normalize: Normalize) -> bytes:
    name, colon, data = line.partition(b":")
    return b"data: " + _normalized(data.strip(), normalize) if name == b"data" and colon else line


def _normalized(text: bytes, normalize: Normalize) -> bytes:
    """The text of a JSON object; any other passes through for the client to complain of."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    if not isinstance(value, dict):
        return text
    normalize(value)
    return json.dumps(value).encode()
