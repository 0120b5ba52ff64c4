"""Bodies of replies as servers deviate from their formats, put into the form that SDKs parse.

Vendors' clients fail on what a person would understand: arguments that are an object where the
format wants its text, an id that is a number, a missing usage. Nothing that says how a reply
ended is touched.
"""

from __future__ import annotations

import json
from typing import Any

from assistant.calls.reply_text import decoded


def normalize_openai(body: dict[str, Any]) -> None:
    """A Chat Completions or Responses body, or one event of their streams."""
    for choice in _dicts(body.get("choices")):
        if isinstance(choice.get("error"), dict):  # OpenRouter, of the provider behind it
            body["error"] = choice["error"]
        for key in ("message", "delta"):
            if isinstance(message := choice.get(key), dict):
                _normalize_message(message, whole=key == "message")
    response = body["response"] if isinstance(body.get("response"), dict) else body
    for item in (*_dicts(response.get("output")), *_dicts([body.get("item")])):
        if item.get("type") == "function_call":
            item["arguments"] = _text(item.get("arguments"), whole=True)


def normalize_anthropic(body: dict[str, Any]) -> None:
    """A Messages body, or one event of its stream."""
    message = body["message"] if isinstance(body.get("message"), dict) else body
    if message.get("type") == "message":
        if not isinstance(message.get("usage"), dict):
            message["usage"] = {"input_tokens": 0, "output_tokens": 0}
        if message.get("content") is None:
            message["content"] = []
    if body.get("type") == "message_delta" and not isinstance(body.get("usage"), dict):
        body["usage"] = {"output_tokens": 0}
    blocks = (*_dicts(message.get("content")), *_dicts([body.get("content_block")]))
    for number, block in enumerate(blocks):
        if block.get("type") == "tool_use":
            block["id"] = _name(block.get("id"), f"toolu_{number}")
            block["input"] = _object(block.get("input"))


def normalize_gemini(body: dict[str, Any]) -> None:
    """A generateContent body, or one event of its stream."""
    for candidate in _dicts(body.get("candidates")):
        content = candidate.get("content")
        for part in _dicts(content.get("parts") if isinstance(content, dict) else None):
            if isinstance(call := part.get("functionCall"), dict):
                call["args"] = _object(call.get("args"))


def _normalize_message(message: dict[str, Any], *, whole: bool) -> None:
    called = message.pop("function_call", None)
    if isinstance(called, dict) and not message.get("tool_calls"):
        # The form before tools; some servers still answer so.
        message["tool_calls"] = [{"function": called}]
    if not isinstance(message.get("tool_calls"), list):
        return
    message["tool_calls"] = calls = _dicts(message["tool_calls"])
    for number, call in enumerate(calls):
        function = call.get("function")
        if not isinstance(function, dict):
            function = {"name": call.get("name"), "arguments": call.get("arguments")}
            call["function"] = function
        function["arguments"] = _text(function.get("arguments"), whole=whole)
        if whole:
            function["name"] = _name(function.get("name"), "")
            call["id"] = _name(call.get("id"), f"call_{number}")
            call["type"] = "function"
        else:
            call.setdefault("index", number)
            if call.get("id") is not None:
                call["id"] = str(call["id"])


def _text(arguments: Any, *, whole: bool) -> str:
    """Arguments as the text of one JSON object; a piece of a stream stays as it is."""
    if arguments is None:
        return ""
    if whole and isinstance(arguments, str) and arguments.lstrip().startswith('"'):
        found = decoded(arguments)
        arguments = found if isinstance(found, dict) else arguments
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def _object(arguments: Any) -> Any:
    """Arguments as an object, where they are its text; what is no object has to be refused."""
    found = {} if arguments is None else decoded(arguments)
    return found if isinstance(found, dict) else {"arguments": arguments}


def _name(value: Any, otherwise: str) -> str:
    return str(value) if value not in (None, "") else otherwise


def _dicts(values: Any) -> list[dict[str, Any]]:
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []
