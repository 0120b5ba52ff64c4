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

    package = "langchain_google_genai"
    install = "pip install langchain-google-genai"
    models_path = "/v1beta/models"
    limit_name = "max_output_tokens"
    normalize = staticmethod(normalize_gemini)

    def chat_model(self, model: str) -> Any:
        import httpx
        from google.genai import Client
        from google.genai.types import HttpOptions
        from langchain_google_genai import ChatGoogleGenerativeAI

        # It warns of empty replies on standard error; the run reports them itself.
        logging.getLogger("langchain_google_genai").setLevel(logging.ERROR)
        secured = {"verify": tls(), "ssl": tls()}
        chat = ChatGoogleGenerativeAI(
            model=model,
            api_key=self.key,
            base_url=self.base_url,
            vertexai=False,
            max_retries=1,  # this client counts attempts
            temperature=None,
            streaming=self.stream,
            client_args=secured,
        )
        # Where aiohttp is installed the client takes it, tries a refused connection again after up
        # to ten seconds, and bounds nothing; only a client given to it by hand rules that out.
        chat.client = Client(
            api_key=self.key.get_secret_value(),
            vertexai=False,
            http_options=HttpOptions(
                base_url=self.base_url,
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

    def headers(self) -> dict[str, str]:
        return {"x-goog-api-key": self.key.get_secret_value()}
