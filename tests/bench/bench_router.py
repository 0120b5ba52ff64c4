"""What the provider layer costs and how it fails over: ``python -m tests.bench.bench_router``.

Every figure is measured in this one process against model servers on the loopback and printed
beside its goal. LiteLLM's Router is printed beside it where it is installed.
"""

from __future__ import annotations

import asyncio
import gc
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from assistant.calls.breaker import Breaker
from assistant.calls.client import ModelClient
from assistant.calls.router import Router
from assistant.calls.selection import ModelSelector, load_models
from assistant.config import AssistantSettings, BreakerSettings
from assistant.cost.budget import LedgerCallLog
from assistant.cost.pricing import Prices
from assistant.errors import BudgetExceeded
from assistant.providers.openai_compatible import OpenAICompatible
from assistant.request import F, Provider, Purpose, Request
from ledger.calls import Reply
from ledger.database import open_ledger
from tests.servers.failures import CONDITIONS
from tests.servers.scripted import PURPOSE, REQUEST, MemoryCallLog, reply
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen

MODEL = "gpt-5-mini"
ARGUMENTS = {"code": "assert True\n", "reasoning": "short"}
CallLog = Any  # LedgerCallLog or MemoryCallLog

_rounds = count(1)


class Instant:
    """A provider that answers at once; what is left is our own cost."""

    name = "a"

    def __init__(self) -> None:
        self._reply = reply()

    async def complete(
        self, request: Request[F], *, model: str, max_tokens: int, timeout: float
    ) -> Reply:
        return self._reply


def fine(seen: Seen) -> Answer:
    return speak(seen, ARGUMENTS)


def provider(name: str, url: str) -> OpenAICompatible:
    return OpenAICompatible(name, SecretStr("sk-bench"), f"{url}/v1")


def model_client(call_log: CallLog, *providers: Provider, **changes: Any) -> ModelClient:
    settings = AssistantSettings.model_validate({"patience_seconds": 0, **changes})
    router = Router(providers, settings)
    options = {one.name: dict.fromkeys(("small", "standard", "best"), MODEL) for one in providers}
    selection = ModelSelector(load_models(), options, router.excluded)
    return ModelClient(router, selection, call_log)


@contextmanager
def ledger_books(**changes: Any) -> Iterator[tuple[LedgerCallLog, Callable[[], int]]]:
    """CallLog in SQLite, and what is charged in them in nano-USD."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_ledger(f"sqlite:///{Path(folder)}/ledger.db") as ledger,
    ):
        ledger.runs.create(
            PURPOSE.run_id,
            feature="bench",
            mode="CODE",
            requirements_sha="0" * 64,
            graph_version=1,
        )
        settings = AssistantSettings.model_validate(changes)
        prices = Prices(addresses=dict.fromkeys("ab", "https://api.openai.com/v1"))

        def charged() -> int:
            with ledger.database.read() as tx:
                row = tx.row("SELECT COALESCE(SUM(charged_nano_usd), 0) FROM ledger_usage")
            return int(row[0]) if row else 0

        yield LedgerCallLog(ledger, settings, prices), charged


def fresh() -> Purpose:
    """A question that was never asked."""
    return replace(PURPOSE, round=next(_rounds))


async def timed(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


def say(what: str, measured: str, goal: str, good: bool | None = None) -> None:
    mark = "" if good is None else "ok" if good else "MISSED"
    print(f"  {what:58} {measured:>14}   {goal:14} {mark}")


async def overhead(call_log: CallLog, batches: int = 20, calls: int = 100) -> float:
    """Seconds that asking through the desk adds to asking the provider itself.

    The best batch's median: other programs on the machine only ever add to it.
    """
    instant = Instant()
    subject = model_client(call_log, instant)
    gc.collect()
    gc.disable()
    medians = []
    for _ in range(batches):
        added = []
        for _ in range(calls):
            purpose = fresh()
            ours = await timed(lambda p=purpose: subject.ask(REQUEST, p))  # type: ignore[misc]
            bare = await timed(
                lambda: instant.complete(REQUEST, model=MODEL, max_tokens=8192, timeout=100)
            )
            added.append(ours - bare)
        medians.append(statistics.median(added))
    gc.enable()
    return min(medians)


def commits(questions: int = 1000) -> float:
    """Median seconds of what SQLite alone takes for a question: one look, two transactions.

    The rows are as long as the ledger's, and nothing makes or reads them: no program that keeps
    its intention before it asks, and the reply before it is used, can take less.
    """
    body, digest = "x" * 350, "0" * 64
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/floor.db", isolation_level=None)
        for statement in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=normal",
            "CREATE TABLE journal (id INTEGER PRIMARY KEY, body TEXT, hash TEXT)",
            "CREATE TABLE budget (scope TEXT PRIMARY KEY, spent INT) WITHOUT ROWID",
            "CREATE TABLE usage (digest TEXT PRIMARY KEY, body TEXT) WITHOUT ROWID",
            "INSERT INTO budget VALUES ('day', 0)",
        ):
            connection.execute(statement)
        run = connection.execute
        took = []
        for number in range(questions):
            name = f"{number:064}"
            began = time.perf_counter()
            run("SELECT body FROM usage WHERE digest = ?", (name,)).fetchone()
            run("BEGIN IMMEDIATE")
            run("UPDATE budget SET spent = spent + 1 WHERE scope = 'day'")
            run("INSERT INTO journal VALUES (?, ?, ?)", (2 * number, body, digest))
            run("COMMIT")
            run("BEGIN IMMEDIATE")
            run("UPDATE budget SET spent = spent + 1 WHERE scope = 'day'")
            run("INSERT INTO usage VALUES (?, ?)", (name, body))
            run("INSERT INTO journal VALUES (?, ?, ?)", (2 * number + 1, body, digest))
            run("COMMIT")
            took.append(time.perf_counter() - began)
        connection.close()
    return statistics.median(took)


async def over_the_wire(call_log: CallLog, calls: int = 400) -> float:
    """Median seconds that our client adds to langchain's client, call by call on one server."""
    with ModelServer(fine) as server:
        client = provider("a", server.url)
        subject = model_client(call_log, client)
        await subject.ask(REQUEST, fresh())
        bound = client._bound[MODEL, REQUEST.function]
        messages = [("system", "be brief"), ("human", "write tests")]

        async def bare() -> None:
            async with asyncio.timeout(100):
                await bound.ainvoke(messages, max_tokens=8192, timeout=100)

        added = []
        for _ in range(calls):
            purpose = fresh()
            ours = await timed(lambda p=purpose: subject.ask(REQUEST, p))  # type: ignore[misc]
            added.append(ours - await timed(bare))
        await subject.aclose()
    return statistics.median(added)


async def failover(first: str, respond: Callable[[Seen], Answer]) -> tuple[float, float]:
    """Seconds that a dead first provider adds: to the first call, and once it is open."""
    with ModelServer(respond) as dead, ModelServer(fine) as alive:
        url = dead.url if first != "refused" else "http://127.0.0.1:9"
        a, b = provider("a", url), provider("b", alive.url)
        only, both = model_client(MemoryCallLog(), b), model_client(MemoryCallLog(), a, b)
        for warm in (a, b):  # the clients are built beside the first steps of a run
            await asyncio.to_thread(warm._bind, MODEL, REQUEST.function)
        await only.ask(REQUEST, fresh())
        usual = statistics.median(
            [await timed(lambda: only.ask(REQUEST, fresh())) for _ in range(20)]
        )
        at_first = await timed(lambda: both.ask(REQUEST, fresh())) - usual
        while both.router.breakers["a"].state == "closed":
            await both.ask(REQUEST, fresh())
        pairs = [
            (await timed(lambda: both.ask(REQUEST, fresh())))
            - (await timed(lambda: only.ask(REQUEST, fresh())))
            for _ in range(100)
        ]
        await both.aclose()
    return at_first, statistics.median(pairs)


async def hang(deadline: float = 0.5) -> float:
    """Seconds beyond the call's deadline until a hanging provider is left."""
    with ModelServer(lambda seen: dead.hang()) as dead, ModelServer(fine) as alive:
        a, b = provider("a", dead.url), provider("b", alive.url)
        subject = model_client(MemoryCallLog(), a, b, call_timeout_seconds=deadline)
        for warm in (a, b):
            await asyncio.to_thread(warm._bind, MODEL, REQUEST.function)
        took = await timed(lambda: subject.ask(REQUEST, fresh()))
        await subject.aclose()
    return took - deadline


async def a_thousand_callers() -> tuple[int, list[int]]:
    """Requests to an open provider, and to a half-open one at the end of each wait."""
    clock = [1000.0]
    settings = AssistantSettings.model_validate({"patience_seconds": 0})
    with ModelServer(CONDITIONS["server error"]["openai"]) as server:
        client = provider("a", server.url)
        router = Router([client], settings, clock=lambda: clock[0])
        options = {"a": dict.fromkeys(("small", "standard", "best"), MODEL)}
        selection = ModelSelector(load_models(), options, router.excluded)
        subject = ModelClient(router, selection, MemoryCallLog())

        async def crowd(size: int) -> int:
            before = len(server.calls)
            await asyncio.gather(
                *(subject.ask(REQUEST, fresh()) for _ in range(size)), return_exceptions=True
            )
            return len(server.calls) - before

        while router.breakers["a"].state == "closed":
            await crowd(1)
        opened = await crowd(1000)
        probes = []
        for _ in range(3):
            clock[0] += router.breakers["a"].opens_in
            probes.append(await crowd(1000))
        await subject.aclose()
    return opened, probes


async def parallel_budget(callers: int = 200, cap: float = 0.05) -> tuple[int, int, float]:
    """Of so many at once: answered, refused, and dollars charged beyond the cap."""
    budgets = {"run": {"usd": cap}}
    with ledger_books(budgets=budgets) as (call_log, charged), ModelServer(fine) as server:
        subject = model_client(call_log, provider("a", server.url), max_tokens=4096)
        results = await asyncio.gather(
            *(subject.ask(REQUEST, fresh()) for _ in range(callers)), return_exceptions=True
        )
        await subject.aclose()
        refused = sum(isinstance(one, BudgetExceeded) for one in results)
        assert len(server.calls) == callers - refused
        return callers - refused, refused, max(0.0, charged() / 1e9 - cap)


def breaker_cost(calls: int = 200_000) -> float:
    breaker = Breaker(BreakerSettings())
    began = time.perf_counter()
    for _ in range(calls):
        permit = breaker.permit()
        if permit is not None:
            permit.succeeded()
    return (time.perf_counter() - began) / calls


def simulation(calls: int = 1_000_000) -> tuple[float, int, int]:
    """A million calls at 50 a second through outages: seconds, calls during them, calls sent."""
    clock = [0.0]
    chances = random.Random(1)
    breaker = Breaker(BreakerSettings(), clock=lambda: clock[0], chance=chances.random)
    during = sent = 0
    began = time.perf_counter()
    for number in range(calls):
        clock[0] += 0.02
        down = number % 20_000 >= 15_000  # 100 s of outage in every 400 s
        during += down
        permit = breaker.permit()
        if permit is None:
            continue
        if down:
            sent += 1
            permit.failed()
        else:
            permit.succeeded()
    return time.perf_counter() - began, during, sent


def litellm_router(calls: int = 200) -> None:
    """LiteLLM's Router over its own bare client, and its way out of a dead deployment."""
    import litellm

    messages = [{"role": "user", "content": "write tests"}]

    def deployment(url: str) -> dict[str, Any]:
        return {
            "model_name": "m",
            "litellm_params": {"model": f"openai/{MODEL}", "api_base": f"{url}/v1", "api_key": "k"},
        }

    async def run() -> None:
        with ModelServer(fine) as server:
            router = litellm.Router(model_list=[deployment(server.url)], num_retries=0)

            async def bare() -> None:
                await litellm.acompletion(
                    model=f"openai/{MODEL}",
                    api_base=f"{server.url}/v1",
                    api_key="k",
                    messages=messages,
                )

            await bare()
            await router.acompletion(model="m", messages=messages)
            added = [
                await timed(lambda: router.acompletion(model="m", messages=messages))
                - await timed(bare)
                for _ in range(calls)
            ]
            say("LiteLLM Router over its own client", ms(statistics.median(added)), "-")

    asyncio.run(run())


def us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.1f} ms"


async def measure() -> None:
    added = await overhead(MemoryCallLog())
    say("the router's own cost of a question, in memory", us(added), "≤ 50 µs", added <= 50e-6)
    with ledger_books() as (call_log, _):
        added = await overhead(call_log)
    say("the same with the SQLite ledger", us(added), "≤ 150 µs", added <= 150e-6)
    say("  of that SQLite alone, for two transactions", us(commits()), "-")
    with ledger_books() as (call_log, _):
        wire = await over_the_wire(call_log)
    say(
        "what it adds to langchain's client, with the ledger", us(wire), "< 3,100 µs", wire < 3.1e-3
    )
    wire = await over_the_wire(MemoryCallLog())
    # After five milliseconds of a client's work the caches are cold. LiteLLM's Router adds 3.1 ms.
    say("what it adds to langchain's client, on the wire", us(wire), "< 3,100 µs", wire < 3.1e-3)
    for name, condition in (("refused", "fine"), ("5xx", "server error")):
        first, later = await failover(name, CONDITIONS[condition]["openai"])
        say(f"failover on {name}, first call", ms(first), "≤ 50 ms", first <= 0.05)
        say(f"failover on {name}, once open", ms(later), "≤ 1 ms", later <= 0.001)
    late = await hang()
    say("failover on a hang, beyond the deadline", ms(late), "≤ 50 ms", late <= 0.05)
    opened, probes = await a_thousand_callers()
    say("requests to an open provider under 1,000 callers", str(opened), "0", opened == 0)
    say("probes at the end of each wait", f"{probes}", "1 each", probes == [1, 1, 1])
    answered, refused, beyond = await parallel_budget()
    say(
        f"200 at once: {answered} answered, {refused} refused; beyond the cap",
        f"${beyond:g}",
        "$0",
        beyond == 0 and answered > 0,
    )


def main() -> None:
    print("the provider layer")
    asyncio.run(measure())
    cost = breaker_cost()
    say("breaker, a permit and its result", f"{cost * 1e6:.2f} µs", "-")
    seconds, during, sent = simulation()
    say("breaker, 1e6 simulated calls", f"{seconds:.1f} s", "< 10 s", seconds < 10)
    say(f"of {during:,} calls during outages, sent to the dead", f"{sent:,}", "-")
    if find_spec("litellm"):
        litellm_router()
    else:
        say("LiteLLM Router", "not installed", "-")


if __name__ == "__main__":
    main()
