"""Base of the vendors' providers: one forced tool call through a langchain chat model."""

from __future__ import annotations

import asyncio
import threading
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from assistant.calls.classify import Finding, classify
from assistant.calls.dialects import Kind
from assistant.errors import ProviderError, ProviderRejected
from assistant.providers.messages import reply_of
from assistant.providers.transport import http_client, http_library
from assistant.request import F, Request
from assistant.schemas import Function
from ledger.calls import Reply

ADAPTABLE: tuple[Kind, ...] = ("bad_parameter", "server_error", "model_missing")
"""How servers refuse a part of a request that may be left out; llama.cpp answers 500."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Address, key and limits of a provider.

    Attributes:
        name: the provider's configured name.
        key: sent as it is; never shown.
        base_url: as the vendor's client wants it.
        timeout: seconds for one read or connect; the whole call has its own deadline.
        reply_bytes: a longer reply is cut off while it is read.
        stream: read replies as a stream.
        install: the command that installs the vendor's package.
        key_variable: the variable that holds the key, "" where none does.
    """

    name: str
    key: SecretStr
    base_url: str
    timeout: float = 120.0
    reply_bytes: int = 2_000_000
    stream: bool = False
    install: str = ""
    key_variable: str = ""


@dataclass(eq=False)
class ChatProvider(ABC):
    """A :class:`assistant.request.Provider` on a langchain chat model.

    The vendor's package is imported at the first call, in a thread, or by :meth:`warm_up`.
    """

    endpoint: Endpoint
    _bound: dict[tuple[str, type[Function]], Any] = field(default_factory=dict, repr=False)
    _http: Any = field(default=None, repr=False)
    _binding: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def name(self) -> str:
        return self.endpoint.name

    @abstractmethod
    def load(self) -> None:
        """Import the vendor's package; takes up to a second."""

    @abstractmethod
    def chat_model(self, model: str) -> Any:
        """The langchain chat model that asks ``model``, retries off."""

    @abstractmethod
    def bind(self, chat: Any, model: str, function: type[Function]) -> Any:
        """The chat model with the function as its one forced tool."""

    @abstractmethod
    def normalize(self, body: Any) -> Any:
        """A reply's JSON value, or one event's, in the form that the vendor's client parses."""

    @abstractmethod
    def listing(self) -> tuple[str, dict[str, str]]:
        """Address and headers of the list of models, which needs a key and costs nothing."""

    @abstractmethod
    def limits(self, model: str, max_tokens: int, timeout: float) -> dict[str, Any]:
        """The arguments of one invocation that limit it."""

    async def warm_up(self) -> None:
        """Import the vendor's package in a thread, beside whatever else is going on.

        Raises:
            ProviderRejected: it cannot be imported.
        """
        await asyncio.to_thread(self._load)

    async def aclose(self) -> None:
        """Close the connections."""
        self._bound.clear()
        if self._http is not None:
            client, self._http = self._http, None
            await client.aclose()

    async def complete(
        self, request: Request[F], *, model: str, max_tokens: int, timeout: float
    ) -> Reply:
        """Ask once: one request.

        Raises:
            ProviderError: whatever went wrong, classified.
        """
        timeout = min(timeout, self.endpoint.timeout)
        asked = (model, request.function)
        bound: Any = self._bound.get(asked)
        if bound is None:
            bound = await asyncio.to_thread(self._bind, *asked)
        messages = self.messages(request, model)
        limits = self.limits(model, max_tokens, timeout)
        try:
            async with asyncio.timeout(timeout):
                message = await bound.ainvoke(messages, **limits)
                return reply_of(message, request.function, model)
        except Exception as error:  # noqa: BLE001 - vendors' clients raise anything
            finding = classify(error, self.endpoint.key)
        if await self.mend(model, finding):
            self._forget(model)
        # Where a call beside this one has mended it meanwhile, there is another client by now.
        mended = self._bound.get(asked) is not bound and finding.kind in ADAPTABLE
        # Not "from error": a vendor's exception may show the key.
        raise self.error(finding, model, mended=mended)

    def error(self, finding: Finding, model: str, *, mended: bool = False) -> ProviderError:
        """A failed call's error; it names this provider's address and its key's variable."""
        return finding.error(
            self.name,
            model,
            mended=mended,
            key_variable=self.endpoint.key_variable,
            address=self.endpoint.base_url,
        )

    async def mend(self, model: str, finding: Finding) -> bool:
        """Change how the model is asked, where a refusal says what it does not take.

        True at most once for each thing that can be changed, so that asking ends.
        """
        return False

    def messages(self, request: Request[F], model: str) -> list[tuple[str, str]]:
        """The conversation as langchain takes it."""
        return [
            ("human" if one.role == "user" else one.role, one.content) for one in request.messages
        ]

    def http_client(self, kin: type) -> Any:
        """The bounded HTTP client, of the library that ``kin``, a vendor's client, is made of."""
        if self._http is None:
            self._http = http_client(
                http_library(kin),
                timeout=self.endpoint.timeout,
                reply_bytes=self.endpoint.reply_bytes,
                normalize=self.normalize,
            )
        return self._http

    def _bind(self, model: str, function: type[Function]) -> Any:
        # Parallel first calls come from several threads; one client is made for all of them.
        with self._binding:
            bound = self._bound.get((model, function))
            if bound is None:
                self._load()
                bound = self.bind(self.chat_model(model), model, function)
                self._bound[model, function] = bound
            return bound

    def _load(self) -> None:
        try:
            self.load()
        except ImportError as error:
            raise ProviderRejected(
                f"{self.name}: needs a package ({error})",
                provider=self.name,
                model="",
                kind="package",
                remedy=self.endpoint.install,
            ) from error

    def _forget(self, model: str) -> None:
        self._bound = {key: bound for key, bound in self._bound.items() if key[0] != model}
