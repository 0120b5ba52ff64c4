"""The walk over candidates: what each kind of failure leads to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from assistant.calls.router import Router
from assistant.config import AssistantSettings
from assistant.errors import (
    BudgetExceeded,
    NoProviderAvailable,
    ProviderRejected,
    ReplyInvalid,
    RequestRejected,
)
from tests.servers.scripted import (
    PURPOSE,
    REQUEST,
    MemoryCallLog,
    ScriptedProvider,
    SteppedTime,
    candidates,
    failure,
    names,
    reply,
)

A, B = ("a", "m1"), ("b", "m2")


class Slow:
    """A turn that begins, and ends when it is released."""

    def __init__(self) -> None:
        self.begun, self.release = asyncio.Event(), asyncio.Event()

    async def __call__(self) -> Any:
        self.begun.set()
        await self.release.wait()
        return reply()


class ModelClient:
    """A router with its clock and books, as a test asks it."""

    def __init__(
        self, *providers: ScriptedProvider, room: int = 1_000_000, **settings: Any
    ) -> None:
        self.time = SteppedTime()
        self.call_log = MemoryCallLog(room)
        self.router = Router(
            providers,
            AssistantSettings.model_validate(settings),
            clock=self.time,
            sleep=self.time.sleep,
        )

    async def route(self, *pairs: tuple[str, str], seconds: float = 300.0) -> str:
        routed = await self.router.route(
            REQUEST,
            candidates(*pairs),
            lambda one: self.call_log.reserve(PURPOSE, "digest", one, REQUEST, 100),
            max_tokens=100,
            deadline=self.time.now + seconds,
        )
        return routed.candidate.provider


async def test_the_first_candidate_is_asked_once() -> None:
    a, b = ScriptedProvider("a"), ScriptedProvider("b")
    client = ModelClient(a, b)
    assert await client.route(A, B) == "a"
    assert (len(a.asked), len(b.asked)) == (1, 0)
    assert client.call_log.outcomes == ["done"]


@pytest.mark.parametrize(
    ("kind", "charged"),
    [
        ("server_error", False),
        ("overloaded", False),
        ("timeout", True),
        ("connection", True),
        ("garbage", True),
        ("too_large", True),
        ("rate_limited", False),
        ("bad_key", False),
        ("permission", False),
        ("quota", False),
        ("model_missing", False),
        ("too_long", False),
        ("filtered", False),
        ("bad_parameter", False),
    ],
)
async def test_whatever_fails_the_next_is_asked_at_once(kind: Any, charged: bool) -> None:
    a, b = ScriptedProvider("a", [failure(kind)]), ScriptedProvider("b")
    client = ModelClient(a, b)
    assert await client.route(A, B) == "b"
    assert (len(a.asked), len(b.asked)) == (1, 1)
    assert client.call_log.outcomes == [kind, "done"]
    assert client.call_log.calls[0].charged is charged
    assert client.time.slept == []


async def test_a_reply_that_ends_without_a_reason_is_not_taken() -> None:
    a, b = ScriptedProvider("a", [reply(finish="unknown")]), ScriptedProvider("b")
    client = ModelClient(a, b)
    assert await client.route(A, B) == "b"
    assert client.call_log.outcomes == ["cut_off", "done"]


@pytest.mark.parametrize("kind", ["bad_key", "permission", "quota"])
async def test_a_refused_provider_is_not_asked_again_in_this_run(kind: Any) -> None:
    a, b = ScriptedProvider("a", [failure(kind)]), ScriptedProvider("b")
    client = ModelClient(a, b)
    for _ in range(5):
        await client.route(A, B)
    assert (len(a.asked), len(b.asked)) == (1, 5)
    assert len(client.router.left_out()) == 1
    assert client.router.available_providers() == ("b",)


async def test_a_missing_model_rules_out_that_model_alone() -> None:
    a = ScriptedProvider("a", [failure("model_missing"), reply()])
    client = ModelClient(a)
    assert await client.route(("a", "old"), ("a", "new")) == "a"
    await client.route(("a", "old"), ("a", "new"))
    assert a.models == ["old", "new", "new"]


@pytest.mark.parametrize("kind", ["model_missing", "too_long", "filtered", "bad_parameter"])
async def test_a_rejected_request_is_never_the_providers_fault(kind: Any) -> None:
    a, b = ScriptedProvider("a", [failure(kind)]), ScriptedProvider("b")
    client = ModelClient(a, b)
    for number in range(20):
        await client.route(("a", f"m{number}"), B)
    assert client.router.breakers["a"].state == "closed"


async def test_repeated_failures_open_only_the_failing_breaker() -> None:
    a, b = ScriptedProvider("a", [failure("server_error")]), ScriptedProvider("b")
    client = ModelClient(a, b)
    for _ in range(10):
        await client.route(A, B)
    assert (len(a.asked), len(b.asked)) == (3, 10)
    assert client.router.breakers["a"].state == "open"
    assert client.router.breakers["b"].state == "closed"
    assert client.router.available_providers() == ("b",)


async def test_an_open_primary_is_passed_over_until_its_probe_succeeds() -> None:
    a = ScriptedProvider("a", [failure("overloaded")] * 3 + [reply()])
    b = ScriptedProvider("b")
    client = ModelClient(a, b)
    for _ in range(3):
        await client.route(A, B)
    assert await client.route(A, B) == "b"
    client.time.now += client.router.breakers["a"].opens_in
    assert client.router.available_providers() == ("a", "b")
    assert await client.route(A, B) == "a"
    assert client.router.breakers["a"].state == "closed"


async def test_a_rate_limit_opens_at_once_for_as_long_as_told() -> None:
    a, b = ScriptedProvider("a", [failure("rate_limited", 60), reply()]), ScriptedProvider("b")
    client = ModelClient(a, b)
    assert await client.route(A, B) == "b"
    client.time.now += 59
    assert await client.route(A, B) == "b"
    client.time.now += 1
    assert await client.route(A, B) == "a"


async def test_an_overload_is_left_alone_for_as_long_as_told() -> None:
    a, b = ScriptedProvider("a", [failure("overloaded", 60), reply()]), ScriptedProvider("b")
    client = ModelClient(a, b)
    assert await client.route(A, B) == "b"
    client.time.now += 59
    assert await client.route(A, B) == "b"
    client.time.now += 1
    assert await client.route(A, B) == "a"


async def test_who_was_ruled_out_before_is_named_with_the_reason() -> None:
    client = ModelClient(ScriptedProvider("a"), ScriptedProvider("b", [failure("connection")]))
    client.router.disable("a", failure("bad_key", provider="a"))
    with pytest.raises(NoProviderAvailable) as caught:
        await client.route(B)
    assert caught.value.reasons == ("a: bad_key", "b m2: p: connection")


async def test_models_of_a_provider_that_is_ruled_out_name_it_once() -> None:
    client = ModelClient(ScriptedProvider("a", [failure("bad_key", provider="a")]))
    with pytest.raises(NoProviderAvailable) as caught:
        await client.route(A, ("a", "m2"))
    assert caught.value.reasons == ("a: bad_key",)


async def test_a_provider_that_is_left_out_is_logged_once_with_its_remedy(
    caplog: pytest.LogCaptureFixture,
) -> None:
    refused = ProviderRejected("a: no", provider="a", model="m1", kind="bad_key", remedy="set KEY")
    client = ModelClient(ScriptedProvider("a", [refused]), ScriptedProvider("b"))
    with caplog.at_level("INFO"):
        for _ in range(3):
            assert await client.route(A, ("a", "m2"), B) == "b"
    lines = [one.getMessage() for one in caplog.records if one.levelname == "WARNING"]
    assert lines == ["left out for this run: a: no; set KEY"]


async def test_where_nobody_is_left_the_error_says_what_can_be_done() -> None:
    refused = ProviderRejected("a: no", provider="a", model="m1", kind="bad_key", remedy="set KEY")
    client = ModelClient(ScriptedProvider("a", [refused]))
    with pytest.raises(NoProviderAvailable) as caught:
        await client.route(A, ("a", "m2"))
    assert (caught.value.reasons, caught.value.remedies) == (("a: no",), ("set KEY",))
    assert len(client.time.slept) == 0


async def test_a_provider_that_is_down_is_not_asked_for_its_other_models() -> None:
    a, b = ScriptedProvider("a", [failure("connection")]), ScriptedProvider("b")
    client = ModelClient(a, b)
    assert await client.route(("a", "small"), ("a", "large"), B) == "b"
    assert a.models == ["small"]


async def test_each_candidate_is_asked_at_most_once() -> None:
    a, b = ScriptedProvider("a", [failure("bad_parameter")]), ScriptedProvider("b")
    client = ModelClient(a, b)
    assert await client.route(A, A, A, B) == "b"
    assert len(a.asked) == 1


async def test_a_filtered_request_is_tried_once_more_and_given_back() -> None:
    providers = [ScriptedProvider(name, [failure("filtered")]) for name in "abc"]
    client = ModelClient(*providers)
    with pytest.raises(RequestRejected) as caught:
        await client.route(A, B, ("c", "m3"))
    assert caught.value.kind == "filtered"
    assert [len(provider.asked) for provider in providers] == [1, 1, 0]
    assert client.time.slept == []


async def test_a_request_too_long_for_all_is_given_back() -> None:
    providers = [ScriptedProvider(name, [failure("too_long")]) for name in "ab"]
    with pytest.raises(RequestRejected) as caught:
        await ModelClient(*providers).route(A, B)
    assert caught.value.kind == "too_long"


async def test_a_reply_without_end_is_tried_once_more_and_is_the_replys_fault() -> None:
    providers = [ScriptedProvider(name, [failure("too_large")]) for name in "abc"]
    client = ModelClient(*providers)
    with pytest.raises(ReplyInvalid) as caught:
        await client.route(A, B, ("c", "m3"))
    assert caught.value.reason == "too_large"
    assert [len(provider.asked) for provider in providers] == [1, 1, 0]
    assert client.time.slept == []


async def test_a_deadline_that_is_over_sends_nothing_and_says_so() -> None:
    a = ScriptedProvider("a")
    with pytest.raises(NoProviderAvailable, match="300 s are over"):
        await ModelClient(a).route(A, seconds=0)
    assert a.asked == []


async def test_a_short_outage_of_the_only_provider_is_waited_out() -> None:
    a = ScriptedProvider("a", [failure("server_error"), failure("server_error"), reply()])
    client = ModelClient(a)
    assert await client.route(A) == "a"
    assert client.time.slept == [1, 2]


async def test_a_dead_provider_alone_is_probed_and_never_hammered() -> None:
    a = ScriptedProvider("a", [failure("connection")])
    client = ModelClient(a)
    with pytest.raises(NoProviderAvailable) as caught:
        await client.route(A)
    assert len(a.asked) == 4
    assert sum(client.time.slept) <= 10
    assert caught.value.reasons == ("a m1: p: connection",)


async def test_without_patience_the_end_comes_at_once() -> None:
    a = ScriptedProvider("a", [failure("connection")])
    client = ModelClient(a, patience_seconds=0)
    with pytest.raises(NoProviderAvailable):
        await client.route(A)
    assert (len(a.asked), client.time.slept) == (1, [])


async def test_a_wait_that_the_provider_named_is_kept_within_the_deadline() -> None:
    a = ScriptedProvider("a", [failure("rate_limited", 60), reply()])
    client = ModelClient(a)
    assert await client.route(A) == "a"
    assert sum(client.time.slept) == 60


async def test_a_wait_beyond_the_deadline_is_not_begun() -> None:
    a = ScriptedProvider("a", [failure("rate_limited", 600)])
    client = ModelClient(a)
    with pytest.raises(NoProviderAvailable, match="rate_limited"):
        await client.route(A)
    assert client.time.slept == []


async def test_one_deadline_holds_for_all_attempts() -> None:
    client: ModelClient

    async def slow() -> Any:
        client.time.now += 70
        return failure("timeout")

    a, b = ScriptedProvider("a", [slow]), ScriptedProvider("b", [slow])
    client = ModelClient(a, b)
    with pytest.raises(NoProviderAvailable):
        await client.route(A, B, seconds=100)
    assert a.asked[0][3] == 100
    assert b.asked[0][3] == 30
    assert len(a.asked) == len(b.asked) == 1


async def test_a_spent_budget_sends_nothing_and_blames_nobody() -> None:
    a = ScriptedProvider("a")
    client = ModelClient(a, room=0)
    with pytest.raises(BudgetExceeded):
        await client.route(A)
    assert a.asked == []
    assert client.router.breakers["a"].state == "closed"


async def test_a_cancelled_call_is_charged_and_its_probe_given_back() -> None:
    a = ScriptedProvider("a", [failure("rate_limited")])
    client = ModelClient(a, patience_seconds=0)
    with pytest.raises(NoProviderAvailable):
        await client.route(A)
    client.time.now += client.router.breakers["a"].opens_in
    begun = asyncio.Event()

    async def hang() -> Any:
        begun.set()
        await asyncio.Event().wait()

    a.turns.append(hang)
    probe = asyncio.ensure_future(client.route(A))
    await begun.wait()
    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe
    assert client.call_log.outcomes == ["rate_limited", "cancelled"]
    assert client.call_log.calls[1].charged is True
    a.turns.append(reply())
    assert await client.route(A) == "a"


async def test_a_bug_in_a_provider_keeps_its_traceback() -> None:
    async def broken() -> Any:
        raise ZeroDivisionError

    client = ModelClient(ScriptedProvider("a", [broken]), ScriptedProvider("b"))
    with pytest.raises(ZeroDivisionError):
        await client.route(A, B)
    assert client.call_log.outcomes == ["cancelled"]


async def test_asking_who_is_available_changes_nothing() -> None:
    client = ModelClient(ScriptedProvider("a", [failure("rate_limited")]), patience_seconds=0)
    with pytest.raises(NoProviderAvailable):
        await client.route(A)
    client.time.now += 100
    for _ in range(100):
        assert client.router.available_providers() == ("a",)
        assert client.router.breakers["a"].state == "half_open"


async def test_of_many_callers_one_probes_and_the_others_wait_for_it() -> None:
    slow = Slow()
    a = ScriptedProvider("a", [failure("rate_limited"), slow, reply()])
    # Everybody's waiting moves this clock, so that the probe would count as slow.
    client = ModelClient(a, breaker={"slow_seconds": 86_400})
    with pytest.raises(NoProviderAvailable):
        await client.route(A, seconds=1)
    client.time.now += client.router.breakers["a"].opens_in
    callers = [asyncio.ensure_future(client.route(A, seconds=1e6)) for _ in range(50)]
    await slow.begun.wait()
    for _ in range(20):
        await asyncio.sleep(0)
    assert len(a.asked) == 2
    slow.release.set()
    assert await asyncio.gather(*callers) == ["a"] * 50


async def test_nobody_to_ask_is_said() -> None:
    with pytest.raises(NoProviderAvailable, match="no provider answered"):
        await ModelClient(ScriptedProvider("a")).route()


async def test_closing_closes_the_connections() -> None:
    a = ScriptedProvider("a")
    await ModelClient(a).router.aclose()
    assert a.closed


HEDGED = {"enabled": True, "quantile": 0.9, "minimum_calls": 2}


class TestHedging:
    """A second call beside an unusually slow first."""

    async def usual(self, *providers: ScriptedProvider, room: int = 1_000_000) -> ModelClient:
        """Two calls have shown that the first provider answers at once."""
        client = ModelClient(*providers, room=room, hedging=HEDGED)
        for _ in range(2):
            assert await client.route(A, B) == "a"
        return client

    async def test_the_second_answers_and_the_first_is_cancelled_and_charged(self) -> None:
        async def hang() -> Any:
            await asyncio.Event().wait()

        a, b = ScriptedProvider("a", [reply(), reply(), hang]), ScriptedProvider("b")
        client = await self.usual(a, b)
        assert await client.route(A, B) == "b"
        assert names(client.call_log.calls) == ["a m1", "a m1", "a m1", "b m2"]
        assert client.call_log.outcomes == ["done", "done", "cancelled", "done"]
        assert client.call_log.calls[2].charged is True
        assert client.router.breakers["a"].state == "closed"

    async def test_without_room_in_the_budget_the_first_is_waited_for(self) -> None:
        slow = Slow()
        a, b = ScriptedProvider("a", [reply(), reply(), slow]), ScriptedProvider("b")
        client = await self.usual(a, b, room=3)
        asking = asyncio.ensure_future(client.route(A, B))
        await slow.begun.wait()
        await asyncio.sleep(0.01)  # the hedge is due at once; it finds no room
        slow.release.set()
        assert await asking == "a"
        assert b.asked == []

    async def test_a_failure_moves_on_without_waiting(self) -> None:
        a, b = (
            ScriptedProvider("a", [reply(), reply(), failure("server_error")]),
            ScriptedProvider("b"),
        )
        client = await self.usual(a, b)
        assert await client.route(A, B) == "b"

    async def test_before_enough_is_known_nobody_is_hedged(self) -> None:
        slow = Slow()
        a, b = ScriptedProvider("a", [slow]), ScriptedProvider("b")
        client = ModelClient(a, b, hedging=HEDGED)
        asking = asyncio.ensure_future(client.route(A, B))
        await slow.begun.wait()
        for _ in range(20):
            await asyncio.sleep(0)
        slow.release.set()
        assert await asking == "a"
        assert b.asked == []

    async def test_all_failing_is_told_like_without_hedging(self) -> None:
        a = ScriptedProvider("a", [failure("bad_key")])
        b = ScriptedProvider("b", [failure("quota")])
        client = ModelClient(a, b, hedging=HEDGED)
        with pytest.raises(NoProviderAvailable) as caught:
            await client.route(A, B)
        assert len(caught.value.reasons) == 2

    async def test_no_room_for_the_first_call_is_a_spent_budget(self) -> None:
        client = ModelClient(ScriptedProvider("a"), ScriptedProvider("b"), room=0, hedging=HEDGED)
        with pytest.raises(BudgetExceeded):
            await client.route(A, B)
