"""Chat Completions and Responses, as OpenAI, GLM and local servers speak them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from assistant.providers.chat import ChatProvider
from assistant.schemas import Function

# gpt-oss is OpenAI's by name but served by others, which know max_tokens only.
_OPENAI_MODEL = re.compile(r"^(openai/)?(gpt-(?!oss)|chatgpt-|o\d)")


@dataclass(eq=False)
class OpenAICompatible(ChatProvider):
    """One endpoint that speaks OpenAI's wire format.

    Attributes:
        use_responses_api: None lets the client choose, at OpenAI's own address only.
        max_tokens_parameter: how the limit is called on the wire; None chooses.
    """

    use_responses_api: bool | None = None
    max_tokens_parameter: Literal["max_tokens", "max_completion_tokens"] | None = None

    def load(self) -> None:
        import langchain_openai  # noqa: F401  imported for its cost alone

    def chat_model(self, model: str) -> Any:
        from langchain_openai import ChatOpenAI
        from openai import DefaultAsyncHttpxClient

        return ChatOpenAI(
            model=model,
            api_key=self.endpoint.key,
            base_url=self.endpoint.base_url,
            http_async_client=self.http_client(DefaultAsyncHttpxClient),
            timeout=self.endpoint.timeout,
            max_retries=0,
            temperature=None,
            streaming=self.endpoint.stream,
            stream_usage=True,
            use_responses_api=self._responses(),
            output_version="v0",
            openai_proxy=None,
        )

    def bind(self, chat: Any, model: str, function: type[Function]) -> Any:
        schema = function.parameters()
        return chat.bind_tools(
            [
                {
                    "type": "function",
                    "function": {
                        "name": function.name,
                        "description": schema.pop("description"),
                        "parameters": schema,
                        "strict": True,
                    },
                }
            ],
            tool_choice=function.name,
            parallel_tool_calls=False,
        )

    def limits(self, model: str, max_tokens: int, timeout: float) -> dict[str, Any]:
        limits: dict[str, Any] = {"timeout": timeout}
        if self._limit_name(model) == "max_tokens" and not self._responses():
            # The client renames max_tokens; only the extra body goes out as it is.
            limits["extra_body"] = {"max_tokens": max_tokens}
        else:
            limits["max_tokens"] = max_tokens
        return limits

    def _limit_name(self, model: str) -> str:
        if self.max_tokens_parameter:
            return self.max_tokens_parameter
        if self._at_openai() or _OPENAI_MODEL.match(model):
            return "max_completion_tokens"
        return "max_tokens"

    def _responses(self) -> bool | None:
        if self.use_responses_api is None and not self._at_openai():
            return False
        return self.use_responses_api

    def _at_openai(self) -> bool:
        return (urlsplit(self.endpoint.base_url).hostname or "").endswith("openai.com")
