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

    def load(self) -> None:
        import langchain_anthropic  # noqa: F401  imported for its cost alone

    def chat_model(self, model: str) -> Any:
        from anthropic import AsyncAnthropic, DefaultAsyncHttpxClient
        from langchain_anthropic import ChatAnthropic

        chat = ChatAnthropic(
            model=model,
            api_key=self.endpoint.key,
            base_url=self.endpoint.base_url,
            timeout=self.endpoint.timeout,
            max_retries=0,
            max_tokens=1,  # each call gives its own; the default is 64,000 and more
            streaming=self.endpoint.stream,
            stream_usage=True,
            anthropic_proxy=None,
        )
        # langchain-anthropic takes no HTTP client; its own is made at the first use, here.
        chat.__dict__["_async_client"] = AsyncAnthropic(
            api_key=self.endpoint.key.get_secret_value(),
            base_url=self.endpoint.base_url,
            timeout=self.endpoint.timeout,
            max_retries=0,
            http_client=self.http_client(DefaultAsyncHttpxClient),
        )
        return chat

    def bind(self, chat: Any, model: str, function: type[Function]) -> Any:
        schema = function.parameters()
        forced = not model.startswith(_THINK_ALWAYS)
        return chat.bind_tools(
            [
                {
                    "name": function.name,
                    "description": schema.pop("description"),
                    "input_schema": schema,
                }
            ],
            tool_choice=function.name if forced else "auto",
            parallel_tool_calls=False,
        )

    def normalize(self, body: Any) -> Any:
        return normalize_anthropic(body)

    def listing(self) -> tuple[str, dict[str, str]]:
        headers = {
            "x-api-key": self.endpoint.key.get_secret_value(),
            "anthropic-version": "2023-06-01",
        }
        return f"{self.endpoint.base_url}/v1/models", headers

    def limits(self, model: str, max_tokens: int, timeout: float) -> dict[str, Any]:
        return {"max_tokens": max_tokens, "timeout": timeout}
