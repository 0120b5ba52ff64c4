"""What the record of a run costs: ``python -m tests.bench.bench_ledger``.

Figures are medians measured in this one process, each beside its goal where it has one. The bare
transactions of SQLite stand beside them: below those no ledger on SQLite can come.
"""

from __future__ import annotations

import gc
import operator
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph

from graph.run.checkpoints import UNFLUSHED, ChecksumSerializer
from ledger.budget import Cap, Caps
from ledger.calls import Amount, CallKey, Reply, TokenUsage
from ledger.database import Ledger, open_ledger
from ledger.effects import EffectKey
from ledger.errors import CapReached

RUN = "20261121-004512-x7k2"
CAPS = Caps(run=Cap(10**6, 10**12, 10**15), day=Cap(10**6, 10**12, 10**15))
CODE = "def total(orders: list[Order]) -> int:\n    return sum(o.price for o in orders)\n" * 40


def answered(arguments: str = '{"code": "x"}') -> Reply:
    return Reply("generate_main_code", arguments, "stop", TokenUsage(1000, 200), "gpt-5-mini")


def say(what: str, measured: str, goal: str = "-", good: bool | None = None) -> None:
    mark = "" if good is None else "ok" if good else "MISSED"
    print(f"  {what:58} {measured:>14}   {goal:14} {mark}")


def us(seconds: float) -> str:
    return f"{seconds * 1e6:.0f} µs"


def ms(seconds: float) -> str:
    return f"{seconds * 1e3:.2f} ms"


def median(work: Callable[[int], object], rounds: int = 1000) -> float:
    taken = []
    gc.collect()
    gc.disable()
    for number in range(rounds):
        began = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - began)
    gc.enable()
    return statistics.median(taken)


@contextmanager
def fresh() -> Iterator[tuple[Ledger, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.sqlite"
        with open_ledger(f"sqlite:///{file}") as ledger:
            ledger.runs.create(
                RUN,
                feature="orders",
                mode="CODE",
                requirements_sha="0" * 64,
                graph_version=1,
            )
            ledger.check_writable()
            yield ledger, file


def bare_commits() -> float:
    """Two transactions of one short row each, in the same settings, without a ledger."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(f"{folder}/bare", isolation_level=None)
        with closing(connection):
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")

            def two(_: int) -> None:
                for _ in range(2):
                    connection.execute("BEGIN IMMEDIATE")
                    connection.execute("INSERT INTO rows (text) VALUES ('0')")
                    connection.execute("COMMIT")

            return median(two)


def call(ledger: Ledger, number: int, reply: Reply, caps: Caps = CAPS) -> None:
    key = CallKey(RUN, "generate_main", number, "ab" * 32)
    ledger.journal.lookup(key)
    made = ledger.journal.reserve(
        key,
        provider="openai",
        model="gpt-5-mini",
        phase="generate_main",
        tier="standard",
        worst=Amount(5_000, 10_000_000),
        caps=caps,
    )
    ledger.journal.complete(made, reply, nano_usd=650_000, latency_seconds=1.5)


def calls() -> None:
    say("two bare commits of SQLite", us(bare_commits()))
    with fresh() as (ledger, _):
        spent = median(lambda number: call(ledger, number, answered()))
        say("a call: look up, reserve, keep, settle", us(spent), "≤ 150 µs", spent <= 150e-6)
        spent = median(lambda number: call(ledger, 5_000 + number, answered(CODE)))
        say(f"the same with a reply of {len(CODE) / 1000:.1f} KB", us(spent))
        key = CallKey(RUN, "generate_main", 7, "ab" * 32)
        say("a lookup that finds it", us(median(lambda _: ledger.journal.lookup(key))))


def effects() -> None:
    with fresh() as (ledger, _):

        def effect(number: int) -> None:
            key = EffectKey(RUN, "commit", str(number))
            ledger.effects.find(key)
            ledger.effects.begin(key, "commit", {"parent": "0" * 40, "date": "2026-11-21"})
            ledger.effects.finish(key, {"commit": "f" * 40})

        say("an effect: look, begin, finish", us(median(effect)))


def parallel() -> None:
    """200 calls from 50 threads, under a cap that a quarter of them fits."""
    caps = Caps(run=Cap(nano_usd=50 * 10_000_000))
    with fresh() as (ledger, _):

        def ask(number: int) -> int:
            key = CallKey(RUN, "s", number, "d")
            worst = Amount(5_000, 10_000_000)
            try:
                made = ledger.journal.reserve(key, provider="p", model="m", worst=worst, caps=caps)
            except CapReached:
                return 0
            ledger.journal.complete(made, answered(), nano_usd=10_000_000, latency_seconds=1)
            return 1

        began = time.perf_counter()
        with ThreadPoolExecutor(50) as pool:
            made = sum(pool.map(ask, range(200)))
        seconds = time.perf_counter() - began
        beyond = max(0, ledger.usage.run(RUN).total.nano_usd - 50 * 10_000_000)
        say(f"200 calls in 50 threads, {made} made", ms(seconds))
        say("spent beyond the cap", f"${beyond / 1e9:g}", "$0", beyond == 0 and made == 50)


class State(TypedDict):
    steps: Annotated[int, operator.add]
    text: str


def fifty_steps() -> None:
    """A run of 50 steps of 10 KB of state, each with a checkpoint, a call and an effect."""

    def run(ledger: Ledger | None, saver: SqliteSaver | None) -> float:
        def node(state: State) -> dict[str, Any]:
            number = state["steps"]
            if ledger:
                call(ledger, number, answered(CODE))
                key = EffectKey(RUN, "file", str(number))
                ledger.effects.begin(key, "file", {"path": "main.py"})
                ledger.effects.finish(key, {})
            return {"steps": 1, "text": f"{number:>10}" * 1000}

        graph = StateGraph(State)
        graph.add_node("node", node)
        graph.add_edge(START, "node")
        graph.add_conditional_edges("node", lambda state: END if state["steps"] >= 50 else "node")
        compiled = graph.compile(checkpointer=saver)
        config: Any = {"configurable": {"thread_id": RUN}, "recursion_limit": 100}
        began = time.perf_counter()
        compiled.invoke({"steps": 0, "text": ""}, config, durability="sync" if saver else None)
        return (time.perf_counter() - began) / 50

    with fresh() as (ledger, file):
        bare = min(run(None, None) for _ in range(3))
        path = file.with_name("checkpoints.sqlite")
        with closing(sqlite3.connect(path, check_same_thread=False)) as connection:
            connection.execute(UNFLUSHED)
            kept = run(ledger, SqliteSaver(connection, serde=ChecksumSerializer())) - bare
        ledger.require_whole(RUN)
        began = time.perf_counter()
        ledger.require_whole(RUN)
        verified = time.perf_counter() - began
        ledger.close()
        say("checkpoint, call and effect, a step", ms(kept), "≤ 3 ms", kept <= 3e-3)
        size, checkpoints = file.stat().st_size / 1e6, path.stat().st_size / 1e6
        say("the ledger of 50 steps with replies", f"{size:.2f} MB", "< 2 MB", size < 2)
        say("their checkpoints, not pruned", f"{checkpoints:.2f} MB")
        say("proof of that run's record", ms(verified))


def opening() -> None:
    with tempfile.TemporaryDirectory() as folder:

        def make(number: int) -> None:
            open_ledger(f"sqlite:///{folder}/{number}").close()

        say("a new ledger", ms(median(make, 20)))
        say("an existing one", ms(median(lambda _: make(0), 50)))


def main() -> None:
    print("the ledger")
    calls()
    effects()
    parallel()
    fifty_steps()
    opening()


if __name__ == "__main__":
    main()
