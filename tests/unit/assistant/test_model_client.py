"""The desk: one question until it is answered, paid once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from assistant.calls.client import ModelClient
from assistant.calls.router import Router
from assistant.config import AssistantSettings
from assistant.errors import BudgetExceeded, NoProviderAvailable, ReplyInvalid
from assistant.request import Candidate, Purpose, Request
from tests.servers.scripted import (
    PURPOSE,
    REQUEST,
    MemoryCallLog,
    ScriptedProvider,
    SteppedTime,
    failure,
    reply,
)


@dataclass
class Everybody:
    """Chooses all providers in order."""

    candidates: tuple[Candidate, ...]

    def select(self, request: Request[Any], purpose: Purpose) -> Everybody:
        return self


def client(
    *providers: ScriptedProvider, call_log: MemoryCallLog | None = None, **settings: Any
) -> ModelClient:
    given = AssistantSettings.model_validate(settings)
    time = SteppedTime()
    return ModelClient(
        Router(providers, given, clock=time, sleep=time.sleep),
        Everybody(tuple(Candidate(provider.name, "m") for provider in providers)),
        call_log or MemoryCallLog(),
    )


INVALID = reply('{"code": "x"}')


async def test_a_valid_reply_is_the_answer() -> None:
    a = ScriptedProvider("a", [reply(model="m-2026-01-01")])
    answer = await client(a).ask(REQUEST, PURPOSE)
    assert answer.value.code == "assert True\n"
    assert (answer.provider, answer.model, answer.usd) == ("a", "m-2026-01-01", 0.25)
    assert not answer.recalled


async def test_the_same_question_is_paid_once() -> None:
    a, call_log = ScriptedProvider("a"), MemoryCallLog()
    first = await client(a, call_log=call_log).ask(REQUEST, PURPOSE)
    again = await client(a, call_log=call_log).ask(REQUEST, PURPOSE)
    assert len(a.asked) == 1
    assert again.recalled
    assert again.value == first.value


async def test_an_invalid_reply_is_sent_back_with_what_is_wrong() -> None:
    a = ScriptedProvider("a", [INVALID, reply()])
    await client(a).ask(REQUEST, PURPOSE)
    repaired = a.asked[1][1]
    assert "reasoning: is missing" in repaired.messages[-1].content


async def test_after_two_repairs_it_gives_up() -> None:
    a = ScriptedProvider("a", [INVALID])
    with pytest.raises(ReplyInvalid) as caught:
        await client(a).ask(REQUEST, PURPOSE)
    assert len(a.asked) == 3
    assert (caught.value.reason, caught.value.provider) == ("malformed", "a")


async def test_a_kill_between_repairs_pays_none_of_them_again() -> None:
    call_log = MemoryCallLog()
    a = ScriptedProvider("a", [INVALID, INVALID, failure("bad_key")])
    with pytest.raises(NoProviderAvailable):
        await client(a, call_log=call_log).ask(REQUEST, PURPOSE)
    b = ScriptedProvider("b")
    answer = await client(b, call_log=call_log).ask(REQUEST, PURPOSE)
    assert len(b.asked) == 1
    assert answer.provider == "b"
    assert len(b.asked[0][1].messages) == len(REQUEST.messages) + 4


async def test_a_truncated_reply_is_asked_again_with_more_room_and_no_repair() -> None:
    a = ScriptedProvider("a", [reply(finish="length"), reply(finish="length"), reply()])
    await client(a, max_tokens=1000, max_tokens_ceiling=3000).ask(REQUEST, PURPOSE)
    assert [limit for _, _, limit, _ in a.asked] == [1000, 2000, 3000]
    assert all(request == REQUEST for _, request, *_ in a.asked)


async def test_at_the_ceiling_a_truncated_reply_is_an_error() -> None:
    a = ScriptedProvider("a", [reply(finish="length")])
    with pytest.raises(ReplyInvalid, match="cut off") as caught:
        await client(a, max_tokens=1000, max_tokens_ceiling=2000).ask(REQUEST, PURPOSE)
    assert caught.value.reason == "truncated"
    assert len(a.asked) == 2


@pytest.mark.parametrize(("finish", "reason"), [("refusal", "refused"), ("filter", "filtered")])
async def test_a_refusal_goes_to_another_provider_once(finish: Any, reason: str) -> None:
    refusing = [ScriptedProvider(name, [reply(finish=finish)]) for name in "abc"]
    with pytest.raises(ReplyInvalid) as caught:
        await client(*refusing).ask(REQUEST, PURPOSE)
    assert caught.value.reason == reason
    assert [len(provider.asked) for provider in refusing] == [1, 1, 0]


async def test_a_refusal_that_another_answers_is_an_answer_and_nobodys_fault() -> None:
    a, b = ScriptedProvider("a", [reply(finish="refusal")]), ScriptedProvider("b")
    subject = client(a, b)
    assert (await subject.ask(REQUEST, PURPOSE)).provider == "b"
    assert subject.router.breakers["a"].state == "closed"


async def test_a_recalled_refusal_goes_on_where_it_was() -> None:
    call_log = MemoryCallLog()
    a, b = ScriptedProvider("a", [reply(finish="refusal")]), ScriptedProvider("b")
    await client(a, b, call_log=call_log).ask(REQUEST, PURPOSE)
    again = await client(a, b, call_log=call_log).ask(REQUEST, PURPOSE)
    assert again.recalled
    assert (len(a.asked), len(b.asked)) == (1, 1)


async def test_a_replay_without_providers_goes_the_way_that_was_gone() -> None:
    call_log = MemoryCallLog()
    a, b = ScriptedProvider("a", [reply(finish="refusal")]), ScriptedProvider("b")
    first = await client(a, b, call_log=call_log).ask(REQUEST, PURPOSE)
    again = await client(call_log=call_log).ask(REQUEST, PURPOSE)
    assert again.recalled
    assert again.value == first.value


async def test_a_refusal_of_the_only_provider_is_the_end() -> None:
    a = ScriptedProvider("a", [reply(finish="refusal")])
    with pytest.raises(ReplyInvalid):
        await client(a).ask(REQUEST, PURPOSE)
    assert len(a.asked) == 1


async def test_the_wrong_function_is_repaired() -> None:
    a = ScriptedProvider("a", [reply(function="generate_main_code"), reply()])
    await client(a).ask(REQUEST, PURPOSE)
    assert "generate_test_code" in a.asked[1][1].messages[-1].content


async def test_each_attempt_is_a_call_of_its_own_in_the_books() -> None:
    call_log = MemoryCallLog()
    a = ScriptedProvider("a", [failure("server_error")])
    b = ScriptedProvider("b", [INVALID, reply()])
    await client(a, b, call_log=call_log).ask(REQUEST, PURPOSE)
    assert call_log.outcomes == ["server_error", "done", "server_error", "done"]
    assert len({call.digest for call in call_log.calls}) == 2


async def test_the_budget_holds_for_repairs_too() -> None:
    a = ScriptedProvider("a", [INVALID])
    with pytest.raises(BudgetExceeded):
        await client(a, call_log=MemoryCallLog(room=2)).ask(REQUEST, PURPOSE)
    assert len(a.asked) == 2


async def test_what_is_done_at_the_start_is_done_once_and_before_the_first_question() -> None:
    a, log = ScriptedProvider("a"), []

    async def start() -> None:
        log.append(len(a.asked))
        await asyncio.sleep(0)

    time = SteppedTime()
    given = AssistantSettings()
    subject = ModelClient(
        Router([a], given, clock=time),
        Everybody((Candidate("a", "m"),)),
        MemoryCallLog(),
        prepare=start,
    )
    await asyncio.gather(*(subject.ask(REQUEST, PURPOSE) for _ in range(5)))
    assert log == [0]
    await subject.aclose()
    assert a.closed
