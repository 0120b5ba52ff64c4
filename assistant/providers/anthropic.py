"""Anthropic's Messages, through langchain-anthropic."""

from __future__ import annotations

from typing import Any

from assistant.providers.bodies import normalize_anthropic
from assistant.providers.chat import ChatProvider
from assistant.schemas import Function

# The API refuses a forced tool where a model cannot but think first.
_THINK_ALWAYS = ("claude-fable-5-1", "claude-opus-5-5", "claude-sonnet-5-5")


class Anthropic(ChatProvider):
    """Claude over Anthropic's own API."""

    package = "langchain_anthropic"
    install = "pip install 'ai-assisted-deploy[anthropic]'"
    models_path = "/v1/models"
    normalize = staticmethod(normalize_anthropic)

    def chat_model(self, model: str) -> Any:
        from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient
        from langchain_anthropic import ChatAnthropic

        chat = ChatAnthropic(
            model=model,
            api_key=self.key,
            base_url=self.base_url,
            timeout=self.timeout,
            max_retries=0,
            max_tokens=1,  # each call gives its own; the default is 64,000 and more
            streaming=self.stream,
            stream_usage=True,
            anthropic_proxy=None,
        )
        # langchain-anthropic takes no HTTP client; its own is made at the first use, here.
        chat.__dict__["_async_client"] = AsyncAnthropic(
            api_key=self.key.get_secret_value(),
            base_url=self.base_url,
            timeout=self.timeout,
            max_retries=0,
            http_client=self.http_client(DefaultAsyncHttpxClient),
        )
        return chat

    def bind(self, chat: Any, model: str, function: type[Function]) -> Any:
        schema = function.parameters()
        description = schema.pop("description")
        return chat.bind_tools(
            [{"name": function.name, "description": description, "input_schema": schema}],
            tool_choice="auto" if model.startswith(_THINK_ALWAYS) else function.name,
            parallel_tool_calls=False,
        )

    def headers(self) -> dict[str, str]:
        return {"x-api-key": self.key.get_secret_value(), "anthropic-version": "2023-06-01"}
