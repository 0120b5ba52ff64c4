"""The whole room on a real ledger, against model servers on the loopback."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from pydantic import SecretStr

from assistant.calls.client import ModelClient
from assistant.calls.router import Router
from assistant.config import AssistantSettings
from assistant.errors import BudgetExceeded, NoProviderAvailable
from assistant.providers.factory import ProviderFactory
from assistant.providers.openai_compatible import OpenAICompatible
from assistant.providers.start import _imports, start_providers
from ledger.database import Ledger, open_ledger
from tests.servers.failures import CONDITIONS, openai
from tests.servers.scripted import PURPOSE, REQUEST, MemoryCallLog, candidates
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen, answer, in_turn

KEY = "sk-canary-0123456789abcdef"
ARGUMENTS = {"code": "assert True\n", "reasoning": "short"}


def fine(seen: Seen) -> Answer:
    return answer({"data": []}) if seen.method == "GET" else speak(seen, ARGUMENTS)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as opened:
        opened.runs.create(
            PURPOSE.run_id,
            feature="orders",
            mode="CODE",
            requirements_sha="0" * 64,
            graph_version=1,
        )
        yield opened


@asynccontextmanager
async def client(
    ledger: Ledger, *servers: ModelServer, **settings: Any
) -> AsyncIterator[ModelClient]:
    """Providers a, b, … on the servers, with prices of their own."""
    given: dict[str, Any] = {
        "providers": {
            name: {
                "kind": "openai",
                "base_url": f"{server.url}/v1",
                "api_key_env": "KEY",
                "model": "gpt-5-mini",
            }
            for name, server in zip("abc", servers, strict=False)
        },
        "patience_seconds": 0,
        **settings,
    }
    with TemporaryDirectory() as folder:
        prices = Path(folder) / "pricing.yaml"
        prices.write_text(
            "".join(f"{name}: {{'*': {{input: 0.25, output: 2}}}}\n" for name in given["providers"])
        )
        given["pricing_file"] = prices
        built = ProviderFactory(AssistantSettings.model_validate(given), {"KEY": KEY}).client(
            ledger
        )
    try:
        yield built
    finally:
        await built.aclose()


def rows(ledger: Ledger) -> list[tuple[Any, ...]]:
    with ledger.database.read() as tx:
        return [
            tuple(row)
            for row in tx.rows(
                "SELECT provider, outcome, input_tokens, output_tokens, charged_nano_usd"
                " FROM ledger_usage ORDER BY call"
            )
        ]


async def test_a_provider_that_dies_in_the_middle_is_not_noticed(ledger: Ledger) -> None:
    dying = in_turn(fine, fine, fine, CONDITIONS["server error"]["openai"])
    with ModelServer(dying) as first, ModelServer(fine) as second:
        async with client(ledger, first, second) as subject:
            answers = [
                await subject.ask(REQUEST, replace(PURPOSE, round=number)) for number in range(1, 9)
            ]
    by_provider = [one.provider for one in answers]
    assert by_provider == ["a", "a"] + ["b"] * 6
    done = [row[0] for row in rows(ledger) if row[1] == "done"]
    assert done == by_provider
    # The first answer was the probe; the second and two failures fill the minimum of three.
    assert len(first.calls) == 4
    assert len(second.calls) == 6


async def test_what_was_answered_before_a_kill_is_not_paid_again(ledger: Ledger) -> None:
    with ModelServer(fine) as server:
        for recalled in (False, True):
            async with client(ledger, server) as subject:
                found = await subject.ask(REQUEST, PURPOSE)
            assert found.recalled is recalled
            assert found.value.code == "assert True\n"
            assert found.usd is not None
    assert len(server.calls) == 1


async def test_in_parallel_nothing_is_spent_beyond_the_cap(ledger: Ledger) -> None:
    with ModelServer(fine) as server:
        async with client(
            ledger, server, budgets={"run": {"usd": 0.05}}, max_tokens=4096
        ) as subject:
            results = await asyncio.gather(
                *(subject.ask(REQUEST, replace(PURPOSE, round=number)) for number in range(1, 201)),
                return_exceptions=True,
            )
        answered = [one for one in results if not isinstance(one, BaseException)]
        refused = [one for one in results if isinstance(one, BudgetExceeded)]
    assert len(answered) + len(refused) == 200
    assert answered
    assert refused
    recorded = rows(ledger)
    assert len(recorded) == len(server.calls) == len(answered)
    assert sum(row[4] for row in recorded) <= 0.05 * 10**9
    assert sum(row[2] for row in recorded) == 120 * len(answered)


async def test_the_first_question_finds_the_dead_ruled_out(ledger: Ledger) -> None:
    with ModelServer(fine) as gone:
        pass
    with ModelServer(fine) as server:
        async with client(ledger, gone, server) as subject:
            assert (await subject.ask(REQUEST, PURPOSE)).provider == "b"
            assert [error.provider for error in subject.router.left_out()] == ["a"]
            assert subject.router.available_providers() == ("b",)
    assert len(rows(ledger)) == 1


async def test_after_a_good_check_the_first_call_is_a_probe(ledger: Ledger) -> None:
    def listing(seen: Seen) -> Answer:
        if seen.method == "GET":
            return answer({"data": []})
        return CONDITIONS["server error"]["openai"](seen)

    with ModelServer(listing) as first, ModelServer(fine) as second:
        async with client(ledger, first, second) as subject:
            for number in (1, 2, 3):
                await subject.ask(REQUEST, replace(PURPOSE, round=number))
            assert subject.router.breakers["a"].state == "open"
    assert len(first.calls) == 1


async def test_a_request_that_is_mended_is_a_call_of_its_own(ledger: Ledger) -> None:
    """A server of one's own, without the model and without strict schemas."""

    def respond(seen: Seen) -> Answer:
        if seen.method == "GET":
            return answer({"data": [{"id": "llama3:8b"}]})
        if seen.model != "llama3:8b":
            return answer(openai("no such model", "model_not_found"), 404)
        if "strict" in seen.body["tools"][0]["function"]:
            return answer(openai("strict: Extra inputs are not permitted", None), 400)
        return fine(seen)

    with ModelServer(respond) as server:
        local = {"a": {"kind": "openai", "base_url": f"{server.url}/v1"}}
        async with client(ledger, providers=local) as subject:
            for number in (1, 2):
                await subject.ask(REQUEST, replace(PURPOSE, round=number))
            assert subject.router.breakers["a"].state == "closed"
    outcomes = [row[1] for row in rows(ledger)]
    assert outcomes == ["model_missing", "bad_parameter", "done", "done"]
    assert len(server.calls) == len(outcomes)
    assert [row[4] > 0 for row in rows(ledger)] == [False, False, True, True]


async def test_one_provider_alone_is_not_checked(ledger: Ledger) -> None:
    with ModelServer(fine) as server:
        async with client(ledger, server) as subject:
            await subject.ask(REQUEST, PURPOSE)
    assert [seen.method for seen in server.requests] == ["POST"]


class Unpacked(OpenAICompatible):
    """A provider whose vendor's package was not installed whole."""

    package = "vendor"
    install = "pip install vendor"

    def chat_model(self, model: str) -> Any:
        raise ImportError("No module named 'vendor'")


@pytest.mark.parametrize("broken", [0, 1], ids=["the first", "the second"])
async def test_a_package_that_cannot_be_imported_rules_its_provider_out(broken: int) -> None:
    with ModelServer(fine) as server:
        kinds = [OpenAICompatible, OpenAICompatible]
        kinds[broken] = Unpacked
        providers = [
            kind(name, SecretStr(KEY), f"{server.url}/v1")
            for kind, name in zip(kinds, "ab", strict=True)
        ]
        settings = AssistantSettings(patience_seconds=0)
        router = Router(providers, settings)
        await start_providers(router, None)
        assert _imports
        await asyncio.gather(*_imports)
        assert router.available_providers() == ("ba"[broken],)
        [error] = router.left_out()
        assert str(error).endswith("(No module named 'vendor')")
        assert error.remedy == "pip install vendor"
        await router.aclose()


async def test_a_package_that_cannot_be_imported_is_left_at_the_first_call() -> None:
    with ModelServer(fine) as server:
        providers = [
            kind(name, SecretStr(KEY), f"{server.url}/v1")
            for kind, name in ((Unpacked, "a"), (OpenAICompatible, "b"))
        ]
        router = Router(providers, AssistantSettings())
        routed = await router.route(
            REQUEST,
            candidates(("a", "m"), ("b", "m")),
            lambda one: MemoryCallLog().reserve(PURPOSE, "d", one, REQUEST, 100),
            max_tokens=100,
            deadline=router.clock() + 60,
        )
        assert routed.candidate.provider == "b"
        assert router.available_providers() == ("b",)
        await router.aclose()


async def test_checks_can_be_switched_off(ledger: Ledger) -> None:
    with ModelServer(fine) as first, ModelServer(fine) as second:
        async with client(ledger, first, second, start_checks={"enabled": False}) as subject:
            await subject.ask(REQUEST, PURPOSE)
    assert (len(first.requests), len(second.requests)) == (1, 0)


async def test_with_all_down_it_says_so_and_later_goes_on(ledger: Ledger) -> None:
    with ModelServer(CONDITIONS["server error"]["openai"]) as server:
        async with client(ledger, server) as subject:
            with pytest.raises(NoProviderAvailable) as caught:
                await subject.ask(REQUEST, PURPOSE)
    assert "a gpt-5-mini" in caught.value.reasons[0]
    with ModelServer(fine) as server:
        async with client(ledger, server) as subject:
            assert not (await subject.ask(REQUEST, PURPOSE)).recalled


async def test_a_key_never_reaches_the_ledger_or_a_log(
    ledger: Ledger, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    echo = answer(openai(f"Incorrect API key provided: {KEY}", "invalid_api_key"), 401)
    with (
        caplog.at_level("DEBUG"),
        ModelServer(lambda seen: echo) as first,
        ModelServer(fine) as second,
    ):
        async with client(ledger, first, second, start_checks={"enabled": False}) as subject:
            found = await subject.ask(REQUEST, PURPOSE)
            assert KEY not in repr(found)
            assert KEY not in repr(subject.router.left_out())
    assert len(first.calls) == 1
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert b"bad_key" in kept
    assert KEY.encode() not in kept
    assert KEY not in "".join(f"{one.getMessage()}{one.exc_text}" for one in caplog.records)
