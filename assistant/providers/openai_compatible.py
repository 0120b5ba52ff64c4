"""Chat Completions and Responses, as OpenAI, GLM and local servers speak them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from assistant.calls.classify import Finding
from assistant.providers.bodies import normalize_openai
from assistant.providers.chat import ADAPTABLE, ChatProvider
from assistant.providers.transport import tls
from assistant.request import F, Request
from assistant.schemas import Function

# gpt-oss is OpenAI's by name but served by others, which know max_tokens only.
_OPENAI_MODEL = re.compile(r"^(openai/)?(gpt-(?!oss)|chatgpt-|o\d)")

# What servers say when they do not take a part of the request; llama.cpp names its own flag.
_REFUSALS: Mapping[str, str] = {
    "tools": r"not support tools|tools? (param|are not supported|is not supported)|--jinja",
    "tool_choice": r"tool[_ ]choice",
    "parallel_tool_calls": r"parallel_tool_calls",
    "strict": r"\bstrict\b",
    "stream_options": r"stream_options",
    "limit": r"max_(completion_)?tokens",
}

_LISTING_SECONDS = 5.0


@dataclass(eq=False)
class OpenAICompatible(ChatProvider):
    """One endpoint that speaks OpenAI's wire format."""

    package = "langchain_openai"
    install = "pip install langchain-openai"
    models_path = "/models"
    normalize = staticmethod(normalize_openai)

    _refused: dict[str, set[str]] = field(default_factory=dict, repr=False)
    _instead: dict[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        host = urlsplit(self.base_url).hostname or ""
        self._at_openai = host == "openai.com" or host.endswith(".openai.com")
        if self.use_responses_api is None and not self._at_openai:
            self.use_responses_api = False

    def chat_model(self, model: str) -> Any:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

        # It warns of proxies that its own clients would not use; these are ours.
        silent = "http_socket_options" in ChatOpenAI.model_fields
        unused = DefaultHttpxClient(verify=tls(), trust_env=False)
        return ChatOpenAI(
            model=self._instead.get(model, model),
            api_key=self.key,
            base_url=self.base_url,
            http_async_client=self.http_client(DefaultAsyncHttpxClient),
            http_client=unused,
            timeout=self.timeout,
            max_retries=0,
            temperature=None,
            streaming=self.stream,
            stream_usage="stream_options" not in self._refused.get(model, ()),
            use_responses_api=self.use_responses_api,
            output_version="v0",
            openai_proxy=None,
            **({"http_socket_options": ()} if silent else {}),
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
        if "strict" not in refused:
            offered["strict"] = True
        return chat.bind_tools(
            [{"type": "function", "function": offered}],
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

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key.get_secret_value()}"}

    def limits(self, model: str, max_tokens: int) -> dict[str, Any]:
        limit = {"max_tokens": max_tokens}
        if self._limit_name(model) == "max_tokens" and not self.use_responses_api:
            # The client renames max_tokens; only the extra body goes out as it is.
            return {"extra_body": limit}
        return limit

    async def mend(self, model: str, finding: Finding) -> bool:
        """Leave out what the server does not take, or ask a model that it has."""
        if finding.kind == "model_missing":
            return self.discovers and await self._discover(model)
        if finding.kind not in ADAPTABLE:
            return False
        refused = self._refused.setdefault(model, set())
        said = f"{finding.parameter} {finding.detail}"
        for part, words in _REFUSALS.items():
            if re.search(words, said, re.IGNORECASE):
                known = part in refused
                refused.add(part)
                return not known
        return False

    async def _discover(self, model: str) -> bool:
        if model in self._instead:
            return False
        listed = await self.list_models(_LISTING_SECONDS)
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
