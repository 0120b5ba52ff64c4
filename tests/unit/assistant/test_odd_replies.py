"""Replies as real servers deviate from their formats: read where the meaning is plain."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.calls.replies import Unusable, Valid, read
from assistant.errors import ProviderError
from assistant.providers.anthropic import Anthropic
from assistant.providers.chat import ChatProvider
from assistant.providers.gemini import Gemini
from assistant.providers.openai_compatible import OpenAICompatible
from assistant.request import Message, Request
from assistant.schemas import GenerateTestCode
from ledger.calls import Reply
from tests.servers.speech import event
from tests.servers.wire import Answer, ModelServer, answer

NAME = GenerateTestCode.name
REQUEST = Request(GenerateTestCode, (Message("user", "write"),))
VALUE = {"code": "assert True", "reasoning": "short"}
TEXT = json.dumps(VALUE)
OTHER = json.dumps({**VALUE, "code": "assert 1"})
CALL_IN_TEXT = json.dumps({"name": NAME, "arguments": TEXT})


async def ask(
    body: Any, vendor: Callable[..., ChatProvider] = OpenAICompatible, **options: Any
) -> Reply:
    """The reply to one request that the server answers with the body, or with given chunks."""
    given = body if isinstance(body, Answer) else answer(body)
    with ModelServer(lambda seen: given) as server:
        url = f"{server.url}/v1" if vendor is OpenAICompatible else server.url
        stream = isinstance(body, Answer)
        client = vendor("p", SecretStr("key"), url, stream=stream, **options)
        try:
            return await client.complete(REQUEST, model="m", max_tokens=100, timeout=5)
        finally:
            await client.aclose()
            assert len(server.calls) == 1


def assert_read(reply: Reply) -> None:
    verdict = read(reply, GenerateTestCode)
    assert isinstance(verdict, Valid), verdict
    assert verdict.value.code.strip() == VALUE["code"]
    assert verdict.value.reasoning == VALUE["reasoning"]
    assert reply.finish == "stop"


def chat(message: dict[str, Any], finish: str | None = "tool_calls", **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": finish}
    usage = {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}
    head = {"id": "1", "object": "chat.completion", "created": 1, "model": "m"}
    return {**head, "choices": [choice], "usage": usage, **more}


def call(arguments: Any = TEXT, name: Any = NAME, **more: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "type": "function",
        "function": {"name": name, "arguments": arguments},
    } | more


def calling(*calls: dict[str, Any], content: Any = None) -> dict[str, Any]:
    return {"content": content, "tool_calls": list(calls)}


CALLS: dict[str, dict[str, Any]] = {
    "an object": calling(call(VALUE)),
    "encoded twice": calling(call(json.dumps(TEXT))),
    "encoded thrice": calling(call(json.dumps(json.dumps(TEXT)))),
    "an unknown key": calling(call(json.dumps({**VALUE, "thought": "x"}))),
    "wrapped by a key": calling(call(json.dumps({"arguments": VALUE}))),
    "wrapped by its name": calling(call(json.dumps({NAME: VALUE}))),
    "the call itself": calling(call(json.dumps({"name": NAME, "parameters": VALUE}))),
    "a filled-in schema": calling(call(json.dumps({"type": "object", "properties": VALUE}))),
    "in a fence": calling(call(f"```json\n{TEXT}\n```")),
    "a trailing comma": calling(call(TEXT[:-1] + ",}")),
    "without an id": calling({"function": {"name": NAME, "arguments": TEXT}}),
    "an id that is a number": calling(call(id=7)),
    "an id that is null": calling(call(id=None)),
    "without a function": calling({"id": "1", "name": NAME, "arguments": VALUE}),
    "a name with a prefix": calling(call(name=f"functions.{NAME}:0")),
    "a name with a leaked token": calling(call(name=f"{NAME}<|channel|>commentary")),
    "without a name": calling(call(name=None)),
    "the same call twice": calling(call(), call(id="2")),
    "an empty call before": calling(call("{}"), call(id="2")),
    "another call before": calling(call("{}", name="think"), call(id="2")),
    "a call without arguments": calling(call(None), content=TEXT),
    "the form before tools": {"content": None, "function_call": {"name": NAME, "arguments": VALUE}},
}
TEXTS: dict[str, Any] = {
    "bare": TEXT,
    "in parts": [{"type": "text", "text": TEXT}],
    "in a fence after an example": f'For {{"a": 1}} I write:\n```json\n{TEXT}\n```\nDone {{x}}.',
    "after <think>": f"<think>maybe {OTHER}</think>{TEXT}",
    "after </think>": f"maybe\n</think>{TEXT}",
    "after [THINK]": f"[THINK]maybe {OTHER}[/THINK]{TEXT}",
    "<tool_call>": f"<tool_call>\n{CALL_IN_TEXT}\n</tool_call>",
    "<tool_call> twice": f"<tool_call>{CALL_IN_TEXT}</tool_call>\n" * 2,
    "[TOOL_CALLS]": f"[TOOL_CALLS][{CALL_IN_TEXT}]",
    "[TOOL_CALLS] with a name": f"[TOOL_CALLS]{NAME}[ARGS]{TEXT}",
    "<|python_tag|>": f'<|python_tag|>{{"name": "{NAME}", "parameters": {TEXT}}}',
    "<function=>": f"<function={NAME}>{TEXT}</function>",
    "a call with its type": json.dumps({"type": "function", "name": NAME, "parameters": VALUE}),
    "a call as on the wire": json.dumps(call()),
    "calls as on the wire": json.dumps({"tool_calls": [call()]}),
    "gpt-oss": f"<|channel|>analysis<|message|>maybe {OTHER}<|end|><|start|>assistant"
    f"<|channel|>commentary to=functions.{NAME} <|constrain|>json<|message|>{TEXT}<|call|>",
    "DeepSeek": f"<\uff5ctool\u2581call\u2581begin\uff5c>{NAME}\n```json\n{TEXT}\n```",
    "Qwen3-Coder": f"<tool_call>\n<function={NAME}>\n<parameter=code>\nassert True\n</parameter>\n"
    "<parameter=reasoning>\nshort\n</parameter>\n</function>\n</tool_call>",
    "GLM": f"<tool_call>{NAME}\n<arg_key>code</arg_key>\n<arg_value>assert True</arg_value>\n"
    "<arg_key>reasoning</arg_key>\n<arg_value>short</arg_value>\n</tool_call>",
    "a byte order mark": f"\ufeff{TEXT}",
    "an end token": f"{TEXT}<|im_end|>",
}


@pytest.mark.parametrize("name", CALLS)
async def test_a_call_is_read(name: str) -> None:
    assert_read(await ask(chat(CALLS[name])))


async def test_an_escaped_apostrophe_is_an_apostrophe() -> None:
    message = calling(call(TEXT.replace("short", "sh\\'ort")))
    verdict = read(await ask(chat(message)), GenerateTestCode)
    assert isinstance(verdict, Valid)
    assert verdict.value.reasoning == "sh'ort"


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("calls", [None, []], ids=["no calls", "empty calls"])
async def test_a_text_is_read(name: str, calls: list[Any] | None) -> None:
    assert_read(await ask(chat({"content": TEXTS[name], "tool_calls": calls}, "stop")))


@pytest.mark.parametrize("finish", ["stop", "tool_call", "tool_use", "end_turn", "STOP", "eos"])
async def test_a_call_may_end_by_any_word_for_an_end(finish: str) -> None:
    assert_read(await ask(chat(calling(call(VALUE)), finish)))


@pytest.mark.parametrize("finish", ["length", "max_tokens", "MAX_TOKENS", "model_length"])
@pytest.mark.parametrize(
    "message",
    [
        calling(call(VALUE)),
        calling(call({"code": "ass"})),
        calling(call(json.dumps(TEXT)[:-9])),
        {"content": TEXT},
    ],
    ids=["whole", "an object", "encoded twice", "text"],
)
async def test_a_truncated_reply_is_never_read(finish: str, message: dict[str, Any]) -> None:
    verdict = read(await ask(chat(message, finish)), GenerateTestCode)
    assert isinstance(verdict, Unusable)
    assert verdict.reason == "truncated"


@pytest.mark.parametrize("finish", [None, "", "abort", "network_error", "error", "load"])
async def test_an_end_that_is_none_stays_unknown(finish: str | None) -> None:
    assert (await ask(chat(calling(call(VALUE)), finish))).finish == "unknown"


@pytest.mark.parametrize(
    "message",
    [
        calling(call(), call(OTHER, id="2")),
        {"content": f"{TEXT}\n{OTHER}"},
        {"content": TEXT[:-3]},
        {"content": f'{TEXT[:-1]}, "meta": {OTHER}'},
        {"content": str(VALUE)},
        {"content": None, "reasoning_content": TEXT},
        calling(call(TEXT[:-5])),
        calling(call("[]")),
        calling(call(None)),
    ],
)
async def test_what_may_mean_something_else_is_sent_back(message: dict[str, Any]) -> None:
    verdict = read(await ask(chat(message, "stop")), GenerateTestCode)
    assert isinstance(verdict, Unusable)
    assert verdict.repairable


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        (None, (0, 0)),
        ({}, (0, 0)),
        ({"prompt_tokens": 3}, (3, 0)),
        ({"prompt_tokens": 3.0, "completion_tokens": None, "total_tokens": 3}, (3, 0)),
        ({"prompt_tokens": "3", "completion_tokens": "2", "total_tokens": "5"}, (3, 2)),
    ],
)
async def test_a_usage_that_is_odd_or_absent_costs_no_reply(
    usage: Any, tokens: tuple[int, int]
) -> None:
    reply = await ask(chat(calling(call()), usage=usage))
    assert_read(reply)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == tokens
    assert all(isinstance(count, int) for count in tokens)


@pytest.mark.parametrize(
    ("code", "kind"), [(502, "server_error"), (429, "rate_limited"), (401, "bad_key")]
)
@pytest.mark.parametrize("within", ["body", "choice"])
async def test_an_error_in_a_successful_answer_is_the_error_it_names(
    code: int, kind: str, within: str
) -> None:
    error = {"message": "from behind", "code": code}
    body = chat({"content": ""}, "error")
    if within == "body":
        body = {"error": error}
    else:
        body["choices"][0]["error"] = error
    with pytest.raises(ProviderError, match="from behind") as caught:
        await ask(body)
    assert caught.value.kind == kind


def streamed(*deltas: dict[str, Any], finish: str = "tool_calls") -> Answer:
    head = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    choices.append({"index": 0, "delta": {}, "finish_reason": finish})
    events = [event({**head, "choices": [one]}) for one in choices]
    text = b"".join([*events, event("[DONE]")])
    # In pieces that fall anywhere, as a network makes them.
    pieces = tuple(text[at : at + 37] for at in range(0, len(text), 37))
    return Answer(chunks=pieces, content_type="text/event-stream")


@pytest.mark.parametrize(
    "deltas",
    [
        [calling(call(VALUE, index=0))],
        [calling(call(VALUE))],
        [calling(call(id=7))],
        [calling(call(json.dumps(TEXT), index=0))],
        [{"content": f"<think>x</think>{TEXT[:20]}"}, {"content": TEXT[20:]}],
        [
            calling(call(TEXT[:20], index=0)),
            {"tool_calls": [{"function": {"arguments": TEXT[20:]}}]},
        ],
    ],
    ids=["an object", "without an index", "a number", "twice", "text", "pieces"],
)
async def test_a_streamed_reply_is_read(deltas: list[dict[str, Any]]) -> None:
    assert_read(await ask(streamed(*deltas)))


async def test_a_stream_that_was_cut_off_is_never_read() -> None:
    assert (await ask(streamed(calling(call(VALUE, index=0)), finish="length"))).finish == "length"


def messages(block: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"id": "1", "type": "message", "role": "assistant", "model": "m", "content": [block]}
    return {**head, "stop_reason": "tool_use", "stop_sequence": None, **more}


@pytest.mark.parametrize("given", [VALUE, TEXT, json.dumps(TEXT), {"arguments": VALUE}])
@pytest.mark.parametrize("named", [{"id": "toolu_1"}, {}], ids=["an id", "no id"])
@pytest.mark.parametrize("usage", [{"usage": {"input_tokens": 1, "output_tokens": 1}}, {}])
async def test_a_tool_use_is_read(given: Any, named: dict[str, str], usage: dict[str, Any]) -> None:
    block = {"type": "tool_use", "name": NAME, "input": given, **named}
    assert_read(await ask(messages(block, **usage), Anthropic))


@pytest.mark.parametrize("given", [VALUE, TEXT, json.dumps(TEXT), {"arguments": VALUE}])
async def test_a_function_call_of_gemini_is_read(given: Any) -> None:
    called = {"functionCall": {"name": f"default_api.{NAME}", "args": given}}
    content = {"role": "model", "parts": [called]}
    assert_read(await ask({"candidates": [{"content": content, "finishReason": "STOP"}]}, Gemini))


@pytest.mark.parametrize("given", [VALUE, TEXT, json.dumps(TEXT)])
async def test_a_function_call_of_the_responses_format_is_read(given: Any) -> None:
    item = {"type": "function_call", "id": "1", "call_id": "1", "name": NAME, "arguments": given}
    body = {
        "id": "1",
        "object": "response",
        "created_at": 1,
        "model": "m",
        "status": "completed",
        "output": [item],
        "parallel_tool_calls": False,
        "tool_choice": "auto",
        "tools": [],
    }
    assert_read(await ask(body, use_responses_api=True))
