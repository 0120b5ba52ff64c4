"""Replies as the four formats write them, plain and streamed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.servers.wire import Answer, Format, Seen

USAGE = {"input": 120, "output": 30, "cached": 20}

_STOPS: Mapping[str, Mapping[Format, str]] = {
    "call": {"chat": "tool_calls", "messages": "tool_use", "generate": "STOP"},
    "stop": {"chat": "stop", "messages": "end_turn", "generate": "STOP"},
    "length": {"chat": "length", "messages": "max_tokens", "generate": "MAX_TOKENS"},
    "filter": {"chat": "content_filter", "messages": "refusal", "generate": "SAFETY"},
}


def speak(
    seen: Seen,
    arguments: Mapping[str, Any] | str,
    *,
    function: str | None = None,
    finish: str = "call",
    text: bool = False,
    usage: Mapping[str, int] = USAGE,
) -> Answer:
    """A reply in the format and the manner that was asked for.

    Args:
        arguments: of the call, as an object or as raw text that may be cut off.
        function: the called function, by default the one that was offered.
        finish: "call", "stop", "length", "filter", or "" for a reply without a reason to end.
        text: answer with text instead of a call.
        usage: tokens; input includes the cached ones.
    """
    raw = arguments if isinstance(arguments, str) else json.dumps(arguments)
    name = "" if text else (seen.function if function is None else function)
    if finish == "call" and text:
        finish = "stop"
    stop = _STOPS[finish].get(seen.format, finish) if finish else None
    body, events = _SPEECHES[seen.format](seen.model, name, raw, stop, usage)
    if seen.streamed:
        return Answer(chunks=tuple(events), content_type="text/event-stream")
    return Answer(chunks=(json.dumps(body).encode(),))


def event(data: Any, name: str = "") -> bytes:
    """One server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


def _halves(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def _chat(
    model: str, name: str, raw: str, stop: str | None, usage: Mapping[str, int]
) -> tuple[Any, list[bytes]]:
    counts = {
        "prompt_tokens": usage["input"],
        "completion_tokens": usage["output"],
        "total_tokens": usage["input"] + usage["output"],
        "prompt_tokens_details": {"cached_tokens": usage["cached"]},
    }
    called = {"id": "call_1", "type": "function", "function": {"name": name, "arguments": raw}}
    message = {"role": "assistant", "content": None if name else raw}
    if name:
        message["tool_calls"] = [called]
    head = {"id": "chatcmpl-1", "created": 1_700_000_000, "model": model}
    body = {
        **head,
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": stop}],
        "usage": counts,
    }

    def piece(delta: Mapping[str, Any], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return event({**head, "object": "chat.completion.chunk", "choices": [choice]})

    events = [piece({"role": "assistant", "content": ""})]
    for index, half in enumerate(_halves(raw)):
        if not name:
            events.append(piece({"content": half}))
            continue
        part: dict[str, Any] = {"index": 0, "function": {"arguments": half}}
        if index == 0:
            part |= {"id": "call_1", "type": "function"}
            part["function"]["name"] = name
        events.append(piece({"tool_calls": [part]}))
    if stop:
        events += [
            piece({}, stop),
            event({**head, "object": "chat.completion.chunk", "choices": [], "usage": counts}),
            event("[DONE]"),
        ]
    return body, events


def _responses(
    model: str, name: str, raw: str, stop: str | None, usage: Mapping[str, int]
) -> tuple[Any, list[bytes]]:
    cut = {"length": "max_output_tokens", "filter": "content_filter"}.get(stop or "")
    status = "incomplete" if cut else "completed" if stop else "in_progress"
    item: dict[str, Any]
    if name:
        item = {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "call_1",
            "name": name,
            "arguments": raw,
            "status": "completed",
        }
    else:
        content = {"type": "output_text", "text": raw, "annotations": []}
        item = {
            "type": "message",
            "id": "msg_1",
            "role": "assistant",
            "status": "completed",
            "content": [content],
        }
    body = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_700_000_000,
        "model": model,
        "status": status,
        "error": None,
        "incomplete_details": {"reason": cut} if cut else None,
        "output": [item],
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
        "usage": {
            "input_tokens": usage["input"],
            "output_tokens": usage["output"],
            "total_tokens": usage["input"] + usage["output"],
            "input_tokens_details": {"cached_tokens": usage["cached"]},
            "output_tokens_details": {"reasoning_tokens": 0},
        },
    }
    begun = {**body, "status": "in_progress", "output": [], "usage": None}
    empty = {**item, "arguments": ""} if name else {**item, "content": []}
    log: list[dict[str, Any]] = [
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": empty},
    ]
    if name:
        delta = "response.function_call_arguments.delta"
        log += [
            {"type": delta, "item_id": "fc_1", "output_index": 0, "delta": half}
            for half in _halves(raw)
        ]
    else:
        log += [
            {
                "type": "response.output_text.delta",
                "item_id": "msg_1",
                "output_index": 0,
                "content_index": 0,
                "delta": half,
                "logprobs": [],
            }
            for half in _halves(raw)
        ]
    log.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    if stop:
        end = "response.incomplete" if cut else "response.completed"
        log.append({"type": end, "response": body})
    events = [
        event({**entry, "sequence_number": number}, entry["type"])
        for number, entry in enumerate(log)
    ]
    return body, events


def _messages(
    model: str, name: str, raw: str, stop: str | None, usage: Mapping[str, int]
) -> tuple[Any, list[bytes]]:
    try:
        value = json.loads(raw)
    except ValueError:
        value = {}  # what the service gives where it cut its own call off
    block: dict[str, Any] = (
        {"type": "tool_use", "id": "toolu_1", "name": name, "input": value}
        if name
        else {"type": "text", "text": raw}
    )
    counts = {
        "input_tokens": usage["input"] - usage["cached"],
        "cache_read_input_tokens": usage["cached"],
        "cache_creation_input_tokens": 0,
        "output_tokens": usage["output"],
    }
    body = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": model,
        "content": [block],
        "stop_reason": stop,
        "stop_sequence": None,
        "usage": counts,
    }
    begun = {**body, "content": [], "stop_reason": None}
    empty = {**block, "input": {}} if name else {**block, "text": ""}
    log: list[dict[str, Any]] = [
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": empty},
    ]
    for half in _halves(raw):
        delta = (
            {"type": "input_json_delta", "partial_json": half}
            if name
            else {"type": "text_delta", "text": half}
        )
        log.append({"type": "content_block_delta", "index": 0, "delta": delta})
    log.append({"type": "content_block_stop", "index": 0})
    if stop:
        ended = {"stop_reason": stop, "stop_sequence": None}
        log.append({"type": "message_delta", "delta": ended, "usage": counts})
        log.append({"type": "message_stop"})
    return body, [event(entry, entry["type"]) for entry in log]


def _generate(
    model: str, name: str, raw: str, stop: str | None, usage: Mapping[str, int]
) -> tuple[Any, list[bytes]]:
    try:
        value = json.loads(raw)
    except ValueError:
        value = {}
    part: dict[str, Any] = (
        {"functionCall": {"name": name, "args": value}} if name else {"text": raw}
    )
    candidate: dict[str, Any] = {"index": 0, "content": {"role": "model", "parts": [part]}}
    if stop == "SAFETY":
        candidate.pop("content")
    if stop:
        candidate["finishReason"] = stop
    body = {
        "candidates": [candidate],
        "modelVersion": model,
        "usageMetadata": {
            "promptTokenCount": usage["input"],
            "cachedContentTokenCount": usage["cached"],
            "candidatesTokenCount": usage["output"],
            "totalTokenCount": usage["input"] + usage["output"],
        },
    }
    return body, [event(body)]


def _models(*_: Any) -> tuple[Any, list[bytes]]:
    return {"object": "list", "data": [], "models": []}, []


_SPEECHES: Mapping[Format, Callable[..., tuple[Any, list[bytes]]]] = {
    "chat": _chat,
    "responses": _responses,
    "messages": _messages,
    "generate": _generate,
    "models": _models,
}
