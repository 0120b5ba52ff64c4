"""From langchain's ``AIMessage`` to a reply, with the arguments as the vendor wrote them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from assistant.request import Finish, Reply, Usage

_FINISHES: Mapping[str, Finish] = {
    # Chat Completions
    "stop": "stop",
    "tool_calls": "stop",
    "function_call": "stop",
    "eos": "stop",  # vLLM, llama.cpp and TGI in older versions
    "eos_token": "stop",
    "length": "length",
    "content_filter": "filter",
    "sensitive": "filter",  # GLM
    # Responses
    "completed": "stop",
    "max_output_tokens": "length",
    # Messages
    "end_turn": "stop",
    "tool_use": "stop",
    "stop_sequence": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "refusal",
    # generateContent, in lower case
    "safety": "filter",
    "recitation": "filter",
    "blocklist": "filter",
    "prohibited_content": "filter",
    "spii": "filter",
    "image_safety": "filter",
    "malformed_function_call": "stop",  # the model's own mistake, and empty: it is asked again
}


def reply_of(message: Any, model: str) -> Reply:
    """The reply in a langchain ``AIMessage``, its arguments as the vendor wrote them."""
    function, arguments = _call(message)
    return Reply(
        function=function,
        arguments=arguments if function else message.text,
        finish=_finish(message),
        usage=_usage(message.usage_metadata),
        model=str(message.response_metadata.get("model_name") or model),
    )


def _call(message: Any) -> tuple[str, str]:
    """Name and raw arguments of the first tool call, or two empty strings.

    langchain's parsed arguments come from a parser that closes what was cut off, so the raw
    text goes first.
    """
    for chunk in getattr(message, "tool_call_chunks", ()):
        return chunk.get("name") or "", chunk.get("args") or ""
    for call in message.additional_kwargs.get("tool_calls") or ():
        return call["function"]["name"] or "", call["function"]["arguments"] or ""
    for call in message.tool_calls:
        return call["name"], json.dumps(call["args"], ensure_ascii=False)
    for call in message.invalid_tool_calls:
        return call["name"] or "", call["args"] or ""
    return "", ""


def _finish(message: Any) -> Finish:
    metadata = message.response_metadata
    if message.additional_kwargs.get("refusal"):
        return "refusal"
    if any(
        isinstance(block, dict) and block.get("type") == "refusal"
        for block in (message.content if isinstance(message.content, list) else ())
    ):
        return "refusal"
    if (metadata.get("prompt_feedback") or {}).get("block_reason"):
        return "filter"  # Google answered nothing: it is the question that was stopped
    if details := metadata.get("incomplete_details"):
        reason = details.get("reason") if isinstance(details, dict) else details
    else:
        reason = (
            metadata.get("finish_reason") or metadata.get("stop_reason") or metadata.get("status")
        )
    return _FINISHES.get(str(reason).lower(), "unknown")


def _usage(usage: Mapping[str, Any] | None) -> Usage:
    if not usage:
        return Usage()
    details = usage.get("input_token_details") or {}
    return Usage(
        input_tokens=usage.get("input_tokens") or 0,
        output_tokens=usage.get("output_tokens") or 0,
        cached_tokens=_sum(details, "cache_read"),
        cache_write_tokens=_sum(details, "cache_creation"),
    )


def _sum(details: Mapping[str, Any], name: str) -> int:
    # OpenAI's service tiers prefix the names: priority_cache_read. The plain one is then absent.
    return sum(value or 0 for key, value in details.items() if key.endswith(name))
