"""Google's generateContent, through langchain-google-genai."""

from __future__ import annotations

import logging
from typing import Any

from assistant.providers.bodies import normalize_gemini
from assistant.providers.chat import ChatProvider
from assistant.providers.transport import tls
from assistant.schemas import Function


class Gemini(ChatProvider):
    """Gemini over its developer API."""

    def load(self) -> None:
        import langchain_google_genai  # noqa: F401  imported for its cost alone

        # It warns of empty replies on standard error; the run reports them itself.
        logging.getLogger("langchain_google_genai").setLevel(logging.ERROR)

    def chat_model(self, model: str) -> Any:
        import httpx
        from google.genai import Client
        from google.genai.types import HttpOptions
        from langchain_google_genai import ChatGoogleGenerativeAI

        secured = {"verify": tls(), "ssl": tls()}
        chat = ChatGoogleGenerativeAI(
            model=model,
            api_key=self.endpoint.key,
            base_url=self.endpoint.base_url,
            vertexai=False,
            max_retries=1,  # this client counts attempts
            temperature=None,
            streaming=self.endpoint.stream,
            client_args=secured,
        )
        # Where aiohttp is installed the client takes it, tries a refused connection again after up
        # to ten seconds, and bounds nothing; only a client given to it by hand rules that out.
        chat.client = Client(
            api_key=self.endpoint.key.get_secret_value(),
            vertexai=False,
            http_options=HttpOptions(
                base_url=self.endpoint.base_url,
                httpx_async_client=self.http_client(httpx.AsyncClient),
                client_args=secured,
                async_client_args=secured,
            ),
        )
        return chat

    def bind(self, chat: Any, model: str, function: type[Function]) -> Any:
        from google.genai.types import FunctionDeclaration, Tool

        schema = function.parameters()
        # As plain JSON Schema, past bind_tools, which forgets that a field may be null.
        declaration = FunctionDeclaration(
            name=function.name,
            description=schema.pop("description"),
            parameters_json_schema=schema,
        )
        return chat.bind(
            tools=[Tool(function_declarations=[declaration])], tool_choice=function.name
        )

    def normalize(self, body: Any) -> Any:
        return normalize_gemini(body)

    def listing(self) -> tuple[str, dict[str, str]]:
        key = self.endpoint.key.get_secret_value()
        return f"{self.endpoint.base_url}/v1beta/models", {"x-goog-api-key": key}

    def limits(self, model: str, max_tokens: int, timeout: float) -> dict[str, Any]:
        return {"max_output_tokens": max_tokens, "timeout": timeout}
