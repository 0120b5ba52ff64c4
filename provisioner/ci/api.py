"""A small client for REST APIs: ETags, pages, limits honoured, downloads behind redirects.

https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urljoin, urlsplit

from provisioner.errors import ProvisionerError, RemoteDenied, RemoteInvalid, RemoteUnreachable

if TYPE_CHECKING:
    import httpx

_ATTEMPTS = 5
_FIRST_PAUSE_SECONDS = 1.0
_SECONDARY_SECONDS = 60.0  # what GitHub asks for where a secondary limit names no time
_TIMEOUT_SECONDS = 20.0
_REDIRECTS = (301, 302, 303, 307, 308)
_PAGES = 20


Content = TypeVar("Content", bytes, bytearray)


class NotFound(ProvisionerError):
    """The API has no such thing, or does not show it to this token."""


class _Unanswered(RemoteUnreachable):
    """No answer, or one that asks to wait; seconds are 0 where it names none."""

    def __init__(self, why: str, seconds: float = 0.0) -> None:
        super().__init__(why)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the API: parsed JSON, None without a body, and the address of the next page."""

    body: Any
    following: str


class Api:
    """One API at a base address, with a token.

    Args:
        base: e.g. ``https://api.github.com``; the token is sent there and nowhere else.
        headers: sent with every request, the token among them.
        patience_seconds: how long one request may wait for a limit to pass.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        *,
        patience_seconds: float = 900.0,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        import httpx

        self._base = base.rstrip("/")
        self._patience, self._sleep, self._now = patience_seconds, sleep, now
        self._known: dict[str, tuple[str, Answer]] = {}
        agent = {"user-agent": "ai-assisted-deploy", **headers}
        self._http = httpx.AsyncClient(headers=agent, timeout=_TIMEOUT_SECONDS)
        self._anonymous = httpx.AsyncClient(timeout=_TIMEOUT_SECONDS)

    async def aclose(self) -> None:
        await self._http.aclose()
        await self._anonymous.aclose()

    async def get(self, path: str, **parameters: str | int) -> Any:
        """The parsed answer; one that has not changed costs no quota."""
        return (await self._get(self._url(path, parameters))).body

    async def items(
        self, path: str, key: str = "", **parameters: str | int
    ) -> AsyncIterator[dict[str, Any]]:
        """The entries of a list over all its pages; `key` is where an object holds them."""
        url = self._url(path, {"per_page": 100, **parameters})
        for _ in range(_PAGES):
            answer = await self._get(url)
            listed = answer.body.get(key) if key and isinstance(answer.body, dict) else answer.body
            if not isinstance(listed, list):
                raise RemoteUnreachable(f"{url} answers with something else than a list")
            for one in listed:
                yield one
            if not answer.following:
                return
            url = answer.following

    async def send(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        """POST, PATCH or PUT a JSON object.

        Sent once: whether a lost answer was a success has to be looked up, not assumed.
        """
        response = await self._once(method, self._url(path, {}), json=dict(body))
        return _parsed(response)

    async def download(self, path: str, limit: int) -> bytes:
        """What an address behind a redirect gives, at most `limit` bytes.

        The redirect is good for a minute and is asked for again where it has expired. The token
        does not go along.
        """
        url = self._url(path, {})
        for number in range(_ATTEMPTS):
            response = await self._request("GET", url)
            if response.status_code not in _REDIRECTS:
                return _within(response.content, limit)
            target = urljoin(url, response.headers.get("location", ""))
            data = await self._stored(target, limit)
            if data is not None:
                return data
            await self._sleep(_FIRST_PAUSE_SECONDS * 2**number)
        raise RemoteUnreachable(f"the download that {path} leads to does not answer")

    async def _stored(self, url: str, limit: int) -> bytes | None:
        """A stored file; None where its address has expired or its storage fails."""
        import httpx

        data = bytearray()
        try:
            async with self._anonymous.stream("GET", url, follow_redirects=True) as response:
                if response.status_code >= 300:
                    return None
                async for chunk in response.aiter_bytes():
                    data += chunk
                    _within(data, limit)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):  # the last two of odd addresses
            return None
        return bytes(data)

    def _url(self, path: str, parameters: Mapping[str, str | int]) -> str:
        import httpx

        url = httpx.URL(f"{self._base}/{path.lstrip('/')}")
        return str(url.copy_merge_params(parameters) if parameters else url)

    async def _get(self, url: str) -> Answer:
        etag, known = self._known.get(url, ("", None))
        response = await self._request("GET", url, {"if-none-match": etag} if etag else {})
        if response.status_code == 304 and known is not None:
            return known
        if response.status_code >= 300:
            raise RemoteUnreachable(f"{url} leads elsewhere, where the token does not go")
        following = response.links.get("next", {}).get("url", "")
        if following and not self._is_ours(following):
            following = ""
        try:
            answer = Answer(_parsed(response), following)
        except ValueError as error:
            raise RemoteUnreachable(f"{url} answers with something else than JSON") from error
        if tag := response.headers.get("etag"):
            self._known[url] = (tag, answer)
        return answer

    def _is_ours(self, url: str) -> bool:
        one, other = urlsplit(url), urlsplit(self._base)
        return (one.scheme, one.netloc) == (other.scheme, other.netloc)

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """A request that may be repeated, until it is answered or patience ends."""
        why, waited = "", 0.0
        for number in range(_ATTEMPTS):
            try:
                response = await self._once(method, url, headers=headers)
            except _Unanswered as error:
                why = str(error)
                waited += (pause := max(_FIRST_PAUSE_SECONDS * 2**number, error.seconds))
                if waited > self._patience or number == _ATTEMPTS - 1:
                    break
                await self._sleep(pause)
                continue
            moved = urljoin(url, response.headers.get("location", ""))
            if response.status_code not in (301, 307, 308) or not self._is_ours(moved):
                return response
            url = moved  # the repository has another name now
        raise RemoteUnreachable(
            f"{self._base} gives no answer: {why or 'it redirects without end'}",
            next_step="look at its status page and at the token's limits; "
            "`ai-assisted-deploy watch` looks again",
        )

    async def _once(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> httpx.Response:
        import httpx

        try:
            response = await self._http.request(method, url, headers=headers, json=json)
            if "application/json" in response.headers.get("content-type", ""):
                _parsed(response)  # one that was cut off is no answer
        except (httpx.HTTPError, ValueError) as error:
            raise _Unanswered(f"{type(error).__name__}: {error}") from error
        status, limit = response.status_code, _limit_seconds(response, self._now())
        if status >= 500 or limit is not None:
            raise _Unanswered(f"it answers {status} {_said(response)}", limit or 0.0)
        if status in (401, 403):
            raise RemoteDenied(
                f"{urlsplit(url).netloc} answers {status} {_said(response)}",
                next_step="give the token in GITHUB_TOKEN the rights that the message names",
            )
        if status in (404, 410):
            raise NotFound(f"{urlsplit(url).path}: {status} {_said(response)}")
        if status >= 400:
            raise RemoteInvalid(f"{method} {urlsplit(url).path}: {status} {_said(response)}")
        return response


def _within(data: Content, limit: int) -> Content:
    if len(data) > limit:
        raise RemoteInvalid(f"a download is larger than {limit >> 20} MB")
    return data


def _limit_seconds(response: httpx.Response, now: float) -> float | None:
    """How long a limit that was reached asks to wait, None where none was."""
    if response.status_code not in (403, 429):
        return None
    headers = response.headers
    after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if after.isdecimal():
        return float(after)
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return max(float(reset) - now, 0.0) + 1.0
    limited = response.status_code == 429 or "rate limit" in response.text.lower()
    return _SECONDARY_SECONDS if limited else None


def _parsed(response: httpx.Response) -> Any:
    return json.loads(response.content) if response.content else None


def _said(response: httpx.Response) -> str:
    """The message of an error's body, cut."""
    try:
        body = response.json()
        text = body["message"] if isinstance(body, dict) else str(body)
        errors = body.get("errors") if isinstance(body, dict) else None
        text = f"{text} {json.dumps(errors)}" if errors else text
    except (ValueError, KeyError, TypeError):
        text = response.text
    return " ".join(str(text).split())[:300]
