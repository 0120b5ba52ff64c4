"""Base of the vendors' providers: one forced tool call through a langchain chat model."""

from __future__ import annotations

import asyncio
import importlib
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

from pydantic import SecretStr

from assistant.calls.classify import Finding, classify
from assistant.calls.dialects import FAILURES
from assistant.errors import ProviderError
from assistant.providers.messages import reply_of
from assistant.providers.transport import ReplyTooLarge, http_client
from assistant.request import F, Request
from assistant.schemas import Function
from ledger.calls import Reply

ADAPTABLE = ("bad_parameter", "server_error", "model_missing")
"""How servers refuse a part of a request that may be left out; llama.cpp answers 500."""

_LISTING_BYTES = 5_000_000
_NO_LISTING = (404, 405, 501)  # reachable, but it lists nothing, as small local servers do


@dataclass(eq=False)
class ChatProvider(ABC):
    """A :class:`assistant.request.Provider` on a langchain chat model.

    The vendor's package is imported at the first call, in a thread, or by :meth:`warm_up`.
    """

    package: ClassVar[str]  # the vendor's, whose import takes up to a second
    install: ClassVar[str]  # the command that installs it
    models_path: ClassVar[str]  # the list of models, which needs a key and costs nothing
    limit_name: ClassVar[str] = "max_tokens"  # of an invocation's argument

    name: str
    key: SecretStr
    base_url: str
    timeout: float = 120.0  # seconds for one read or connect; the call has its own deadline
    reply_bytes: int = 2_000_000  # a longer reply is cut off while it is read
    stream: bool = False
    key_variable: str = ""  # that holds the key
    named_by: str = ""  # the variable or setting that gives base_url, "" for the vendor's own
    use_responses_api: bool | None = None  # None: OpenAI's client chooses, at its own address
    max_tokens_parameter: Literal["max_tokens", "max_completion_tokens"] | None = None
    discovers: bool = False  # where the server lacks the model, one of its own is asked
    _bound: dict[tuple[str, type[Function]], Any] = field(default_factory=dict, repr=False)
    _http: Any = field(default=None, repr=False)
    _binding: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @abstractmethod
    def chat_model(self, model: str) -> Any:
        """The langchain chat model that asks ``model``, retries off."""

    @abstractmethod
    def bind(self, chat: Any, model: str, function: type[Function]) -> Any:
        """The chat model with the function as its one forced tool."""

    @staticmethod
    @abstractmethod
    def normalize(body: dict[str, Any]) -> None:
        """Put a reply's body, or one event's, into the form that the vendor's client parses."""

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """The headers that carry the key to the list of models."""

    def limits(self, model: str, max_tokens: int) -> dict[str, Any]:
        """The arguments of one invocation that limit its tokens."""
        return {self.limit_name: max_tokens}

    async def mend(self, model: str, finding: Finding) -> bool:
        """Change how the model is asked, where a refusal says what it does not take.

        True at most once for each thing that can be changed, so that asking ends.
        """
        return False

    def messages(self, request: Request[F], model: str) -> list[tuple[str, str]]:
        """The conversation as langchain takes it."""
        return [(one.role, one.content) for one in request.messages]

    async def warm_up(self) -> None:
        """Import the vendor's package in a thread."""
        await asyncio.to_thread(importlib.import_module, self.package)

    async def aclose(self) -> None:
        """Close the connections."""
        self._bound.clear()
        if self._http is not None:
            client, self._http = self._http, None
            await client.aclose()

    async def complete(
        self, request: Request[F], *, model: str, max_tokens: int, timeout: float
    ) -> Reply:
        """Ask once, by one request; whatever goes wrong raises a ProviderError."""
        timeout = min(timeout, self.timeout)
        asked = (model, request.function)
        bound: Any = self._bound.get(asked)
        messages, limits = self.messages(request, model), self.limits(model, max_tokens)
        try:
            if bound is None:
                bound = await asyncio.to_thread(self._bind, *asked)
            async with asyncio.timeout(timeout):
                message = await bound.ainvoke(messages, timeout=timeout, **limits)
                return reply_of(message, request.function, model)
        except Exception as error:  # noqa: BLE001 - vendors' clients raise anything
            finding = classify(error, self.key)
        if await self.mend(model, finding):
            self._bound = {key: one for key, one in self._bound.items() if key[0] != model}
        # Where a call beside this one has mended it meanwhile, there is another client by now.
        mended = self._bound.get(asked) is not bound and finding.kind in ADAPTABLE
        # Not "from error": a vendor's exception may show the key.
        raise self.error(finding, model, mended=mended)

    def error(self, finding: Finding, model: str = "", *, mended: bool = False) -> ProviderError:
        """The error of a failed call, with what can be done about it."""
        failure, entry = FAILURES[finding.kind], f"assistant.providers.{self.name}"
        detail = f" ({finding.detail})" if finding.detail else ""
        named = f", which {self.named_by} names" if self.named_by else ""
        return failure.error(
            f"{self.name}: {failure.meaning}{detail}",
            provider=self.name,
            model=model,
            kind=finding.kind,
            retry_after=finding.retry_after,
            mended=mended,
            remedy=failure.remedy.format(
                key=self.key_variable or f"{entry}.api_key_env",
                address=self.base_url,
                server=f"{self.base_url}{named}",
                entry=entry,
                install=self.install,
            ),
        )

    async def list_models(self, seconds: float) -> tuple[str, ...] | Finding:
        """The models that the server names, empty where it keeps no list; or what is wrong."""
        import httpx

        client = self._bounded(httpx.AsyncClient, seconds, _LISTING_BYTES)
        try:
            async with asyncio.timeout(seconds), client:
                url = f"{self.base_url}{self.models_path}"
                response = await client.get(url, headers=self.headers())
            body = _parsed(response.content)
            if response.status_code in _NO_LISTING:
                return ()
            if response.status_code >= 400:
                said = body or f"status {response.status_code}"
                raise httpx.HTTPStatusError(said, request=response.request, response=response)
        except (httpx.RemoteProtocolError, httpx.ReadError) as error:
            # The server is there and lists no models; the first call shows whether it answers.
            return replace(classify(error, self.key), kind="garbage")
        except (httpx.HTTPError, OSError, TimeoutError, ReplyTooLarge) as error:
            return classify(error, self.key)
        return tuple(_names(body))

    def http_client(self, kin: type) -> Any:
        """The bounded HTTP client, of the library that ``kin``, a vendor's client, is made of."""
        if self._http is None:
            self._http = self._bounded(kin, self.timeout, self.reply_bytes)
        return self._http

    def _bounded(self, kin: type, seconds: float, reply_bytes: int) -> Any:
        return http_client(kin, self.base_url, seconds, reply_bytes, self.normalize)

    def _bind(self, model: str, function: type[Function]) -> Any:
        # Parallel first calls come from several threads; one client is made for all of them.
        with self._binding:
            bound = self._bound.get((model, function))
            if bound is None:
                bound = self.bind(self.chat_model(model), model, function)
                self._bound[model, function] = bound
            return bound


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _names(body: Any) -> Iterator[str]:
    listed = (body.get("data") or body.get("models")) if isinstance(body, dict) else None
    for one in listed if isinstance(listed, list) else ():
        name = (one.get("id") or one.get("name")) if isinstance(one, dict) else None
        if isinstance(name, str):
            yield name.removeprefix("models/")
