"""Chat Completions and Responses, as OpenAI, GLM and local servers speak them."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

from assistant.calls.classify import Finding
from assistant.providers.bodies import normalize_openai
from assistant.providers.chat import ADAPTABLE, ChatProvider
from assistant.providers.connect import list_models
from assistant.providers.transport import tls
from assistant.request import F, Request
from assistant.schemas import Function

# gpt-oss is OpenAI's by name but served by others, which know max_tokens only.
_OPENAI_MODEL = re.compile(r"^(openai/)?(gpt-(?!oss)|chatgpt-|o\d)")

# What servers say when they do not take a part of the request; llama.cpp names its own flag.
_REFUSALS: Mapping[str, re.Pattern[str]] = {
    part: re.compile(words, re.IGNORECASE)
    for part, words in (
        ("tools", r"not support tools|tools? (param|are not supported|is not supported)|--jinja"),
        ("tool_choice", r"tool[_ ]choice"),
        ("parallel_tool_calls", r"parallel_tool_calls"),
        ("strict", r"\bstrict\b"),
        ("stream_options", r"stream_options"),
        ("limit", r"max_(completion_)?tokens"),
    )
}

_LISTING_SECONDS = 5.0


@dataclass(eq=False)
class OpenAICompatible(ChatProvider):
    """One endpoint that speaks OpenAI's wire format.

    Attributes:
        use_responses_api: None lets the client choose, at OpenAI's own address only.
        max_tokens_parameter: how the limit is called on the wire; None chooses.
        discovers: nobody configured a model, so where the server does not have the one that is
            asked for, one of its own is.
    """

    use_responses_api: bool | None = None
    max_tokens_parameter: Literal["max_tokens", "max_completion_tokens"] | None = None
    discovers: bool = False
    _refused: dict[str, set[str]] = field(default_factory=dict, repr=False)
    _instead: dict[str, str] = field(default_factory=dict, repr=False)

    def load(self) -> None:
        import langchain_openai  # noqa: F401 - imported for its cost alone

    def chat_model(self, model: str) -> Any:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

        return ChatOpenAI(
            model=self._instead.get(model, model),
            api_key=self.endpoint.key,
            base_url=self.endpoint.base_url,
            http_async_client=self.http_client(DefaultAsyncHttpxClient),
            http_client=DefaultHttpxClient(verify=tls()),
            timeout=self.endpoint.timeout,
            max_retries=0,
            temperature=None,
            streaming=self.endpoint.stream,
            stream_usage="stream_options" not in self._refused.get(model, ()),
            use_responses_api=self._responses(),
            output_version="v0",
            openai_proxy=None,
        )

    def bind(self, chat: Any, model: str, function: type[Function]) -> Any:
        refused = self._refused.get(model, set())
        if "tools" in refused:
            return chat
        schema = function.parameters()
        offered = {
            "name": function.name,
            "description": schema.pop("description"),
            "parameters": schema,
        }
        return chat.bind_tools(
            [
                {
                    "type": "function",
                    "function": offered if "strict" in refused else {**offered, "strict": True},
                }
            ],
            tool_choice="auto" if "tool_choice" in refused else function.name,
            parallel_tool_calls=None if "parallel_tool_calls" in refused else False,
        )

    def messages(self, request: Request[F], model: str) -> list[tuple[str, str]]:
        messages = super().messages(request, model)
        if "tools" in self._refused.get(model, ()):
            schema = json.dumps(request.function.parameters())
            wanted = f"Answer with one JSON object alone that matches this JSON Schema: {schema}"
            messages.append(("human", wanted))
        return messages

    def normalize(self, body: Any) -> Any:
        return normalize_openai(body)

    def listing(self) -> tuple[str, dict[str, str]]:
        key = self.endpoint.key.get_secret_value()
        return f"{self.endpoint.base_url}/models", {"authorization": f"Bearer {key}"}

    def limits(self, model: str, max_tokens: int, timeout: float) -> dict[str, Any]:
        if self._limit_name(model) == "max_tokens" and not self._responses():
            # The client renames max_tokens; only the extra body goes out as it is.
            return {"timeout": timeout, "extra_body": {"max_tokens": max_tokens}}
        return {"timeout": timeout, "max_tokens": max_tokens}

    async def mend(self, model: str, finding: Finding) -> bool:
        """Leave out what the server does not take, or ask a model that it has."""
        if finding.kind == "model_missing":
            return self.discovers and await self._discover(model)
        if finding.kind not in ADAPTABLE:
            return False
        refused = self._refused.setdefault(model, set())
        said = f"{finding.parameter} {finding.detail}"
        part = next((part for part, words in _REFUSALS.items() if words.search(said)), "")
        if not part or part in refused:
            return False
        refused.add(part)
        return True

    async def _discover(self, model: str) -> bool:
        if model in self._instead:
            return False
        listed = await list_models(self, _LISTING_SECONDS)
        if isinstance(listed, Finding) or not listed:
            return False
        # A gateway lists vendors' models under longer names: openai/gpt-6.1-terra.
        self._instead[model] = next((one for one in listed if one.endswith(model)), listed[0])
        return True

    def _limit_name(self, model: str) -> str:
        flipped = "limit" in self._refused.get(model, ())
        if self.max_tokens_parameter:
            return self.max_tokens_parameter
        asked = self._instead.get(model, model)
        modern = self._at_openai or bool(_OPENAI_MODEL.match(asked))
        return "max_tokens" if modern == flipped else "max_completion_tokens"

    def _responses(self) -> bool | None:
        if self.use_responses_api is None and not self._at_openai:
            return False
        return self.use_responses_api

    @functools.cached_property
    def _at_openai(self) -> bool:
        host = urlsplit(self.endpoint.base_url).hostname or ""
        return host == "openai.com" or host.endswith(".openai.com")
