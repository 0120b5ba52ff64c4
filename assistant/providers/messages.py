"""From langchain's ``AIMessage`` to a reply, with the arguments as the vendor wrote them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from assistant.calls.replies import is_called
from assistant.schemas import Function
from ledger.calls import Finish, Reply, TokenUsage

_REASONS: Mapping[Finish, tuple[str, ...]] = {
    "stop": (
        "stop tool_calls tool_call function_call",  # Chat Completions
        "eos eos_token",  # vLLM, llama.cpp and TGI in older versions
        "completed",  # Responses
        "end_turn tool_use stop_sequence",  # Messages
        # generateContent: the model's own mistakes, without a call in them; it is asked again.
        "malformed_function_call unexpected_tool_call too_many_tool_calls",
    ),
    "length": (
        "length max_output_tokens max_tokens model_context_window_exceeded",
        "model_length",  # Mistral
    ),
    "filter": (
        "content_filter",
        "sensitive",  # GLM
        "safety recitation blocklist prohibited_content spii image_safety language",  # Google
    ),
    "refusal": ("refusal",),
}
_FINISHES = {
    word: finish
    for finish, reasons in _REASONS.items()
    for reason in reasons
    for word in reason.split()
}


def reply_of(message: Any, asked: type[Function], model: str) -> Reply:
    """The reply in a langchain ``AIMessage``, its arguments as the vendor wrote them.

    Args:
        asked: the function that was offered; calls of others count where there is none of it.
    """
    function, arguments = _call(message, asked)
    usage = message.usage_metadata or {}
    details = usage.get("input_token_details") or {}
    return Reply(
        function=function,
        arguments=arguments if arguments else message.text,
        finish=_finish(message),
        usage=TokenUsage(
            input_tokens=_count(usage.get("input_tokens")),
            output_tokens=_count(usage.get("output_tokens")),
            cached_tokens=_sum(details, "cache_read"),
            cache_write_tokens=_sum(details, "cache_creation"),
        ),
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
    blocks = message.content if isinstance(message.content, list) else ()
    if message.additional_kwargs.get("refusal") or any(
        isinstance(block, dict) and block.get("type") == "refusal" for block in blocks
    ):
        return "refusal"
    if (metadata.get("prompt_feedback") or {}).get("block_reason"):
        return "filter"  # Google answered nothing: it is the question that was stopped
    details = metadata.get("incomplete_details") or {}
    reason = details.get("reason") if isinstance(details, dict) else details
    if not details:
        names = ("finish_reason", "stop_reason", "status")
        reason = next(filter(None, map(metadata.get, names)), None)
    return _FINISHES.get(str(reason).lower(), "unknown")


def _sum(details: Mapping[str, Any], name: str) -> int:
    # OpenAI's service tiers prefix the names: priority_cache_read. The plain one is then absent.
    return sum(_count(value) for key, value in details.items() if key.endswith(name))


def _count(value: Any) -> int:
    """A number of tokens, which some servers give as a float or leave out."""
    return max(int(value), 0) if isinstance(value, int | float) else 0
