"""What goes over the wire, and how refusals of parameters are mended."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.calls.classify import Finding
from assistant.calls.replies import Valid, read
from assistant.config import StartCheckSettings
from assistant.errors import ProviderError, RequestRejected
from assistant.providers.anthropic import Anthropic
from assistant.providers.chat import ChatProvider
from assistant.providers.gemini import Gemini
from assistant.providers.openai_compatible import OpenAICompatible
from assistant.providers.start import DISABLING, check_all
from assistant.request import Message, Request
from assistant.schemas import FUNCTIONS, GenerateTestCode
from ledger.calls import Reply
from tests.servers.failures import CONDITIONS, openai
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen, answer, in_turn

KEY = "sk-canary-0123456789abcdef"
REQUEST = Request(GenerateTestCode, (Message("system", "be brief"), Message("user", "write")))
ARGUMENTS = {"code": "assert True\n", "reasoning": "short"}
VENDORS: dict[str, type[ChatProvider]] = {
    "openai": OpenAICompatible,
    "responses": OpenAICompatible,
    "anthropic": Anthropic,
    "gemini": Gemini,
}


def fine(seen: Seen) -> Answer:
    return speak(seen, ARGUMENTS)


def provider(url: str, vendor: str = "openai", **changes: Any) -> ChatProvider:
    base = url if vendor in ("anthropic", "gemini") else f"{url}/v1"
    responses = True if vendor == "responses" else None
    return VENDORS[vendor]("p", SecretStr(KEY), base, use_responses_api=responses, **changes)


@asynccontextmanager
async def closing(client: ChatProvider) -> AsyncIterator[ChatProvider]:
    try:
        yield client
    finally:
        await client.aclose()


async def ask(client: ChatProvider, model: str = "m", max_tokens: int = 700) -> Reply:
    """As the router asks: again where what was refused is mended."""
    while True:
        try:
            return await client.complete(REQUEST, model=model, max_tokens=max_tokens, timeout=5)
        except ProviderError as error:
            if not error.mended:
                raise


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
async def test_a_call_carries_one_forced_tool_a_limit_and_no_sampling(
    vendor: str, stream: bool
) -> None:
    with ModelServer(fine) as server:
        async with closing(provider(server.url, vendor, stream=stream)) as client:
            reply = await ask(client)
    assert isinstance(read(reply, GenerateTestCode), Valid)
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (120, 30)
    assert reply.usage.cached_tokens == 20
    (seen,) = server.requests
    assert seen.function == "generate_test_code"
    assert seen.streamed is stream
    for refused in ("temperature", "top_p", "top_k", "presence_penalty", "logprobs", "seed"):
        assert f'"{refused}"' not in seen.text
        assert f'"{refused.replace("_p", "P").replace("_k", "K")}"' not in seen.text
    assert '"n":' not in seen.text


@pytest.mark.parametrize("vendor", VENDORS)
async def test_parallel_first_calls_share_one_client(vendor: str) -> None:
    with ModelServer(fine) as server:
        async with closing(provider(server.url, vendor)) as client:
            made = {
                id(client._http) for _ in await asyncio.gather(*(ask(client) for _ in range(20)))
            }
    assert len(made) == 1
    assert len(server.calls) == 20


@pytest.mark.parametrize(
    ("vendor", "forced"),
    [
        ("openai", {"type": "function", "function": {"name": "generate_test_code"}}),
        ("responses", {"type": "function", "name": "generate_test_code"}),
        (
            "anthropic",
            {"type": "tool", "name": "generate_test_code", "disable_parallel_tool_use": True},
        ),
    ],
)
async def test_the_function_is_forced(vendor: str, forced: dict[str, Any]) -> None:
    with ModelServer(fine) as server:
        async with closing(provider(server.url, vendor)) as client:
            await ask(client)
    assert server.calls[0].body["tool_choice"] == forced


async def test_gemini_is_forced_by_its_own_names() -> None:
    with ModelServer(fine) as server:
        async with closing(provider(server.url, "gemini")) as client:
            await ask(client)
    body = server.calls[0].body
    assert body["toolConfig"]["functionCallingConfig"] == {
        "mode": "ANY",
        "allowedFunctionNames": ["generate_test_code"],
    }
    assert body["generationConfig"]["maxOutputTokens"] == 700


@pytest.mark.parametrize("model", ["claude-opus-5-5", "claude-sonnet-5-5-20260928"])
async def test_a_model_that_always_thinks_is_not_forced(model: str) -> None:
    with ModelServer(fine) as server:
        async with closing(provider(server.url, "anthropic")) as client:
            await ask(client, model)
    assert server.calls[0].body["tool_choice"]["type"] == "auto"


@pytest.mark.parametrize(
    ("model", "parameter"),
    [
        ("gpt-5-mini", "max_completion_tokens"),
        ("gpt-6.1-terra", "max_completion_tokens"),
        ("o3", "max_completion_tokens"),
        ("o4-mini", "max_completion_tokens"),
        ("openai/gpt-5", "max_completion_tokens"),
        ("chatgpt-latest", "max_completion_tokens"),
        ("glm-5.3", "max_tokens"),
        ("llama3.1:8b", "max_tokens"),
        ("gpt-oss:20b", "max_tokens"),
        ("ornith", "max_tokens"),
    ],
)
async def test_the_limit_has_the_name_that_the_model_takes(model: str, parameter: str) -> None:
    with ModelServer(fine) as server:
        async with closing(provider(server.url)) as client:
            await ask(client, model)
    body = server.calls[0].body
    other = {"max_tokens", "max_completion_tokens"} - {parameter}
    assert body[parameter] == 700
    assert not other & body.keys()


async def test_the_name_of_the_limit_can_be_configured() -> None:
    with ModelServer(fine) as server:
        client = provider(server.url, max_tokens_parameter="max_completion_tokens")
        async with closing(client):
            await ask(client, "llama")
    assert server.calls[0].body["max_completion_tokens"] == 700


async def test_anthropic_and_responses_are_limited_too() -> None:
    with ModelServer(fine) as server:
        for vendor, parameter in (("anthropic", "max_tokens"), ("responses", "max_output_tokens")):
            async with closing(provider(server.url, vendor)) as client:
                await ask(client)
            assert server.calls[-1].body[parameter] == 700


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", FUNCTIONS)
async def test_every_function_arrives_with_all_its_fields(vendor: str, name: str) -> None:
    function = FUNCTIONS[name]
    request = Request(function, REQUEST.messages)
    with ModelServer(fine) as server:
        async with closing(provider(server.url, vendor)) as client:
            await client.complete(request, model="m", max_tokens=50, timeout=5)
    (tool,) = server.calls[0].body["tools"]
    declared = tool.get("function") or (tool.get("functionDeclarations") or [tool])[0]
    schema = next(
        declared[key]
        for key in ("parameters", "input_schema", "parametersJsonSchema", "parameters_json_schema")
        if key in declared
    )
    expected = function.parameters()
    assert declared["description"] == expected.pop("description")
    assert schema == expected
    if vendor in ("openai", "responses"):
        assert declared["strict"] is True


@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_environment_of_the_vendors_is_not_looked_at(
    vendor: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in (
        "OPENAI_API_KEY",
        "OPENAI_BASE_URL",
        "OPENAI_API_BASE",
        "OPENAI_PROXY",
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_BASE_URL",
        "ANTHROPIC_PROXY",
        "GOOGLE_API_KEY",
        "GOOGLE_GEMINI_BASE_URL",
    ):
        monkeypatch.setenv(variable, "http://127.0.0.1:9/other")
    monkeypatch.setenv("GOOGLE_GENAI_USE_VERTEXAI", "true")
    with ModelServer(fine) as server:
        async with closing(provider(server.url, vendor)) as client:
            await ask(client)
    (seen,) = server.requests
    sent = " ".join(seen.headers.values())
    assert KEY in sent
    assert "127.0.0.1:9" not in sent


@pytest.mark.parametrize("vendor", VENDORS)
async def test_a_proxy_is_for_the_way_out_and_not_for_this_machine(
    vendor: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")
    with ModelServer(fine) as server:
        async with closing(provider(server.url, vendor)) as client:
            await ask(client)
    assert len(server.requests) == 1
    assert caplog.messages == []


@pytest.mark.parametrize("vendor", VENDORS)
async def test_no_key_is_ever_logged(vendor: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), ModelServer(CONDITIONS["bad key"][vendor]) as server:
        client = provider(server.url, vendor)
        async with closing(client):
            with pytest.raises(Exception, match="the key is refused") as caught:
                await ask(client)
    said = "".join(f"{record.getMessage()} {record.exc_text}" for record in caplog.records)
    assert KEY not in said
    assert KEY not in repr(client)
    shown: BaseException | None = caught.value
    while shown is not None:
        assert KEY not in f"{shown!r} {vars(shown)}"
        shown = shown.__cause__


async def test_a_key_that_a_server_echoes_is_masked() -> None:
    body = openai(f"Incorrect API key provided: {KEY}", "invalid_api_key")
    with ModelServer(lambda seen: answer(body, 401)) as server:
        async with closing(provider(server.url)) as client:
            with pytest.raises(Exception, match="the key is refused") as caught:
                await ask(client)
    assert KEY not in str(caught.value)


def refusing(*refusals: tuple[str, str]) -> Callable[[Seen], Answer]:
    """A server that does not take a parameter, in the words of its kind."""

    def respond(seen: Seen) -> Answer:
        for parameter, words in refusals:
            if parameter in seen.body or parameter in json.dumps(seen.body.get("tools", [])):
                return answer({"error": {"message": words}}, 400)
        return speak(seen, ARGUMENTS, text="tools" not in seen.body)

    return respond


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        ("max_tokens", "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."),
        ("parallel_tool_calls", "Unknown parameter: 'parallel_tool_calls'."),
        ("strict", "tools.0.function.strict: Extra inputs are not permitted"),
        ("tools", "registry.local/gemma:2b does not support tools"),
    ],
)
async def test_a_parameter_that_is_refused_once_is_never_sent_again(
    parameter: str, words: str
) -> None:
    with ModelServer(refusing((parameter, words))) as server:
        async with closing(provider(server.url)) as client:
            for _ in range(3):
                reply = await ask(client)
                assert isinstance(read(reply, GenerateTestCode), Valid)
    assert len(server.calls) == 4


async def test_parallel_calls_are_mended_by_the_first_that_is_refused() -> None:
    arrived = threading.Barrier(5)
    refuse = refusing(("strict", "strict: Extra inputs are not permitted"))

    def respond(seen: Seen) -> Answer:
        if "strict" in json.dumps(seen.body["tools"]):
            arrived.wait()  # nobody is refused before all have asked
        return refuse(seen)

    with ModelServer(respond) as server:
        async with closing(provider(server.url)) as client:
            replies = await asyncio.gather(*(ask(client) for _ in range(5)))
    assert all(isinstance(read(reply, GenerateTestCode), Valid) for reply in replies)
    assert len(server.calls) == 10


async def test_a_forced_choice_that_is_refused_becomes_a_free_one() -> None:
    def respond(seen: Seen) -> Answer:
        if seen.body.get("tool_choice") != "auto":
            return answer({"error": {"message": "tool_choice must be auto"}}, 400)
        return fine(seen)

    with ModelServer(respond) as server:
        async with closing(provider(server.url)) as client:
            await ask(client)
    assert len(server.calls) == 2


async def test_without_tools_the_schema_is_part_of_the_conversation() -> None:
    words = "tools param requires --jinja flag"
    with ModelServer(refusing(("tools", words))) as server:
        async with closing(provider(server.url)) as client:
            await ask(client)
    last = server.calls[-1].body
    assert "tool_choice" not in last
    assert '"reasoning"' in last["messages"][-1]["content"]


async def test_what_cannot_be_mended_is_asked_once_more_at_most() -> None:
    refusal = answer({"error": {"message": "max_tokens is too large: 700"}}, 400)
    with ModelServer(lambda seen: refusal) as server:
        async with closing(provider(server.url)) as client:
            with pytest.raises(RequestRejected, match="too large"):
                await ask(client)
    assert len(server.calls) == 2


def with_models(*names: str) -> Callable[[Seen], Answer]:
    def respond(seen: Seen) -> Answer:
        if seen.method == "GET":
            return answer({"object": "list", "data": [{"id": name} for name in names]})
        if seen.model not in names:
            return answer(openai(f"model '{seen.model}' not found", "model_not_found"), 404)
        return fine(seen)

    return respond


@pytest.mark.parametrize(
    ("served", "chosen"),
    [(("llama3:8b",), "llama3:8b"), (("other", "openai/wanted"), "openai/wanted")],
)
async def test_where_nobody_named_a_model_one_of_the_servers_own_is_asked(
    served: tuple[str, ...], chosen: str
) -> None:
    with ModelServer(with_models(*served)) as server:
        client = provider(server.url, discovers=True)
        async with closing(client):
            for _ in range(2):
                reply = await ask(client, "wanted")
    assert reply.model == chosen
    assert [seen.method for seen in server.requests] == ["POST", "GET", "POST", "POST"]


async def test_a_model_that_was_named_is_not_replaced() -> None:
    with ModelServer(with_models("llama3:8b")) as server:
        async with closing(provider(server.url)) as client:
            with pytest.raises(RequestRejected) as caught:
                await ask(client, "wanted")
    assert caught.value.kind == "model_missing"
    assert len(server.requests) == 1


class TestStartChecks:
    """The list of models, asked of all side by side."""

    SETTINGS = StartCheckSettings(seconds=20)

    @pytest.mark.parametrize("vendor", VENDORS)
    async def test_a_provider_that_lists_its_models_is_well(self, vendor: str) -> None:
        def respond(seen: Seen) -> Answer:
            listed = (
                {"models": [{"name": "models/m"}]}
                if "v1beta" in seen.path
                else {"data": [{"id": "m"}]}
            )
            return answer(listed)

        with ModelServer(respond) as server:
            client = provider(server.url, vendor)
            assert await client.list_models(2) == ("m",)
        assert KEY in " ".join(server.requests[0].headers.values())

    @pytest.mark.parametrize("status", [404, 405, 501])
    async def test_a_server_that_keeps_no_list_is_well(self, status: int) -> None:
        with ModelServer(lambda seen: answer({}, status)) as server:
            assert await provider(server.url).list_models(2) == ()

    @pytest.mark.parametrize(
        "body",
        [b"<html>", b"[]", b"null", b'{"data": 5}', b'{"data": [1, {"id": 2}]}', b"[" * 9999],
    )
    async def test_a_list_that_is_none_names_nothing(self, body: bytes) -> None:
        with ModelServer(lambda seen: Answer(chunks=(body,))) as server:
            assert await provider(server.url).list_models(2) == ()

    @pytest.mark.parametrize("vendor", VENDORS)
    @pytest.mark.parametrize(
        ("condition", "disables"),
        [("bad key", True), ("no permission", True), ("server error", False), ("rate", False)],
    )
    async def test_what_is_wrong_is_told_and_some_of_it_disables(
        self, vendor: str, condition: str, disables: bool
    ) -> None:
        with ModelServer(CONDITIONS[condition][vendor]) as server:
            client = provider(server.url, vendor)
            (found,) = await check_all([client], self.SETTINGS)
        assert found is not None
        assert (found.kind in DISABLING) is disables
        assert KEY not in repr(found)

    async def test_nobody_listening_disables(self) -> None:
        with ModelServer(fine) as server:
            gone = server.url
        (found,) = await check_all([provider(gone)], self.SETTINGS)
        assert found is not None
        assert found.kind in DISABLING

    async def test_a_server_that_hangs_up_is_not_ruled_out(self) -> None:
        with ModelServer(lambda seen: Answer(chunks=(b"{",), cut=True)) as server:
            (found,) = await check_all([provider(server.url)], self.SETTINGS)
        assert found is not None
        assert found.kind not in DISABLING

    async def test_all_are_asked_beside_each_other_within_one_bound(self) -> None:
        with ModelServer(lambda seen: server.hang()) as server:
            clients = [provider(server.url) for _ in range(5)]
            found = await check_all(clients, StartCheckSettings(seconds=2))
            assert len(server.requests) == 5
        assert [one.kind for one in found if one] == ["timeout"] * 5
        assert "timeout" not in DISABLING

    async def test_a_good_answer_is_remembered_for_a_while_and_a_bad_one_is_not(
        self, tmp_path: Path
    ) -> None:
        cache, now = tmp_path / "checks.json", 1000.0
        respond = in_turn(answer({"data": []}), CONDITIONS["server error"]["openai"])
        with ModelServer(respond) as server:
            client = provider(server.url)

            async def check(at: float) -> Finding | None:
                (found,) = await check_all([client], self.SETTINGS, cache, clock=lambda: at)
                return found

            assert await check(now) is None
            assert await check(now + 299) is None
            assert len(server.requests) == 1
            assert await check(now + 300) is not None
            assert await check(now + 301) is not None
            assert len(server.requests) == 3
        assert KEY not in cache.read_text(encoding="utf-8")

    @pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"x": "y"}', b"\xff"])
    async def test_a_damaged_memory_is_forgotten(self, content: bytes, tmp_path: Path) -> None:
        cache = tmp_path / "checks.json"
        cache.write_bytes(content)
        with ModelServer(fine) as server:
            assert await check_all([provider(server.url)], self.SETTINGS, cache) == [None]

    async def test_a_memory_that_cannot_be_written_is_done_without(self, tmp_path: Path) -> None:
        with ModelServer(fine) as server:
            assert await check_all(
                [provider(server.url)], self.SETTINGS, tmp_path / "no" / "file"
            ) == [None]
