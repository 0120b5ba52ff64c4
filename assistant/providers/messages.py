"""From langchain's ``AIMessage`` to a reply, with the arguments as the vendor wrote them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.calls.reply_fields import is_called
from assistant.schemas import Function
from ledger.calls import Finish, Reply, TokenUsage

_FINISHES: Mapping[str, Finish] = {
    # Chat Completions
    "stop": "stop",
    "tool_calls": "stop",
    "tool_call": "stop",
    "function_call": "stop",
    "eos": "stop",  # vLLM, llama.cpp and TGI in older versions
    "eos_token": "stop",
    "length": "length",
    "model_length": "length",  # Mistral
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
    "language": "filter",
    # The model's own mistakes, without a call in them: it is asked again.
    "malformed_function_call": "stop",
    "unexpected_tool_call": "stop",
    "too_many_tool_calls": "stop",
}


def reply_of(message: Any, asked: type[Function], model: str) -> Reply:
    """The reply in a langchain ``AIMessage``, its arguments as the vendor wrote them.

    Args:
        asked: the function that was offered; calls of others count where there is none of it.
    """
    function, arguments = _call(message, asked)
    return Reply(
        function=function,
        arguments=arguments if arguments else message.text,
        finish=_finish(message),
        usage=_usage(message.usage_metadata),
        model=str(message.response_metadata.get("model_name") or model),
    )


def _call(message: Any, asked: type[Function]) -> tuple[str, str]:
    """Name and raw arguments of the tool call, or two empty strings.

    Several calls of the function give their arguments below each other: whether they are one
    answer, the reader of the reply decides. A call without arguments is none where the message
    has a text.
    """
    calls = list(_calls(message))
    if message.text.strip():
        calls = [one for one in calls if one[1].strip() not in ("", "{}")]
    if not calls:
        return "", ""
    right = [one for one in calls if is_called(one[0], asked)] or calls[:1]
    return right[0][0], "\n".join(arguments for _, arguments in right)


def _calls(message: Any) -> Iterator[tuple[str, str]]:
    """Names and arguments, raw where there are raw ones: langchain closes what was cut off."""
    if chunks := getattr(message, "tool_call_chunks", ()):
        for call in chunks:
            yield call.get("name") or "", call.get("args") or ""
    elif raw := message.additional_kwargs.get("tool_calls"):
        for call in raw:
            yield call["function"]["name"] or "", call["function"]["arguments"] or ""
    else:
        for call in message.tool_calls:
            yield call["name"], json.dumps(call["args"], ensure_ascii=False)
        for call in message.invalid_tool_calls:
            yield call["name"] or "", call["args"] or ""


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


def _usage(usage: Mapping[str, Any] | None) -> TokenUsage:
    if not usage:
        return TokenUsage()
    details = usage.get("input_token_details") or {}
    return TokenUsage(
        input_tokens=_count(usage.get("input_tokens")),
        output_tokens=_count(usage.get("output_tokens")),
        cached_tokens=_sum(details, "cache_read"),
        cache_write_tokens=_sum(details, "cache_creation"),
    )


def _sum(details: Mapping[str, Any], name: str) -> int:
    # OpenAI's service tiers prefix the names: priority_cache_read. The plain one is then absent.
    return sum(_count(value) for key, value in details.items() if key.endswith(name))


def _count(value: Any) -> int:
    """A number of tokens, which some servers give as a float or leave out."""
    return max(int(value), 0) if isinstance(value, int | float) else 0
