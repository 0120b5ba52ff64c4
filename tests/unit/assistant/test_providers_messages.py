"""From langchain's messages to replies, in the shapes that the wire tests do not produce."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, AIMessageChunk

from assistant.providers.messages import reply_of
from assistant.schemas import GenerateTestCode
from ledger.calls import Reply, TokenUsage


def reply(**fields: Any) -> Reply:
    return reply_of(AIMessage(**{"content": "", **fields}), GenerateTestCode, "asked")


def test_the_raw_text_of_a_call_goes_before_what_langchain_parsed() -> None:
    raw = '{"a": 1, "a": 2}'
    call = {"function": {"name": "f", "arguments": raw}, "id": "1", "type": "function"}
    found = reply(
        additional_kwargs={"tool_calls": [call]},
        tool_calls=[{"name": "f", "args": {"a": 2}, "id": "1"}],
    )
    assert (found.function, found.arguments) == ("f", raw)


def test_a_cut_off_stream_keeps_its_raw_text() -> None:
    chunk = AIMessageChunk(
        content="",
        tool_call_chunks=[{"name": "f", "args": '{"code": "x', "id": "1", "index": 0}],
    )
    assert chunk.tool_calls[0]["args"] == {"code": "x"}  # langchain closes what was cut off
    assert reply_of(chunk, GenerateTestCode, "asked").arguments == '{"code": "x'


def test_a_call_that_langchain_could_not_parse_keeps_its_text() -> None:
    invalid = {"name": "f", "args": "{broken", "id": "1", "error": "no JSON"}
    found = reply(invalid_tool_calls=[invalid])
    assert (found.function, found.arguments) == ("f", "{broken")


def test_without_a_call_the_text_is_the_answer() -> None:
    found = reply(content=[{"type": "text", "text": "one "}, {"type": "text", "text": "two"}])
    assert (found.function, found.arguments) == ("", "one two")


@pytest.mark.parametrize(
    ("fields", "finish"),
    [
        ({"response_metadata": {"finish_reason": "stop"}}, "stop"),
        ({"response_metadata": {"finish_reason": "STOP"}}, "stop"),
        ({"response_metadata": {"finish_reason": "eos_token"}}, "stop"),
        ({"response_metadata": {"finish_reason": "sensitive"}}, "filter"),
        ({"response_metadata": {"finish_reason": "MALFORMED_FUNCTION_CALL"}}, "stop"),
        ({"response_metadata": {"finish_reason": "OTHER"}}, "unknown"),
        ({"response_metadata": {"prompt_feedback": {"block_reason": "SAFETY"}}}, "filter"),
        ({"response_metadata": {"prompt_feedback": {"block_reason": None}}}, "unknown"),
        ({"response_metadata": {"stop_reason": "model_context_window_exceeded"}}, "length"),
        ({"response_metadata": {"status": "completed"}}, "stop"),
        ({"response_metadata": {"status": "in_progress"}}, "unknown"),
        (
            {
                "response_metadata": {
                    "status": "incomplete",
                    "incomplete_details": {"reason": "max_output_tokens"},
                }
            },
            "length",
        ),
        ({"response_metadata": {"incomplete_details": "content_filter"}}, "filter"),
        ({"response_metadata": {}}, "unknown"),
        (
            {
                "response_metadata": {"finish_reason": "stop"},
                "additional_kwargs": {"refusal": "I cannot help with that."},
            },
            "refusal",
        ),
        (
            {
                "response_metadata": {"status": "completed"},
                "content": [{"type": "refusal", "refusal": "I cannot help with that."}],
            },
            "refusal",
        ),
    ],
)
def test_the_reason_to_end_is_read_in_every_dialect(fields: dict[str, Any], finish: str) -> None:
    assert reply(**fields).finish == finish


def test_tokens_of_a_service_tier_are_counted_like_others() -> None:
    usage: Any = {
        "input_tokens": 100,
        "output_tokens": 10,
        "total_tokens": 110,
        "input_token_details": {"priority_cache_read": 40, "cache_creation": 7, "audio": 3},
    }
    assert reply(usage_metadata=usage).usage == TokenUsage(100, 10, 40, 7)


def test_without_counts_nothing_is_counted() -> None:
    assert reply().usage == TokenUsage()


def test_the_model_is_the_one_that_answered() -> None:
    assert reply(response_metadata={"model_name": "m-2026"}).model == "m-2026"
    assert reply().model == "asked"
