"""The HTTP client beneath every vendor's SDK: bounded replies, proxies kept, no retries."""

from __future__ import annotations

import functools
import ssl
import sys
from collections.abc import AsyncIterator
from typing import Any


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


def http_client(httpx: Any, *, timeout: float, reply_bytes: int) -> Any:
    """An AsyncClient that stops reading a reply at ``reply_bytes``, counted when decompressed.

    Args:
        httpx: the library that the vendor's client was made for.

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

    async def bound(response: Any) -> None:
        inner = httpx.Response(
            response.status_code,
            headers=response.headers,
            stream=response.stream,
            request=response.request,
            extensions=response.extensions,
        )
        response.stream = Bounded(inner)
        response.headers.pop("content-encoding", None)

    return httpx.AsyncClient(
        timeout=timeout,
        verify=tls(),
        follow_redirects=False,
        event_hooks={"response": [bound]},
    )
