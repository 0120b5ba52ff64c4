"""What judging costs, beside the bare `python test.py`; goals in parentheses.

`python -m tests.bench.bench_judge [level]`
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from provisioner.judge.judge import Judge
from provisioner.judge.red import see_red
from provisioner.judge.verdict import Judgement
from provisioner.sandbox.base import Level, Limits, Sandbox
from provisioner.sandbox.choose import choose_sandbox

TASKS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "cases" / "humaneval_oracle.jsonl")
    .read_text()
    .splitlines()
]
TEN = "import unittest\nfrom main import double\n\n\nclass TenTest(unittest.TestCase):\n" + "".join(
    f"    def test_{i}(self):\n        self.assertEqual(double({i}), {2 * i})\n\n"
    for i in range(10)
)
TEN += '\nif __name__ == "__main__":\n    unittest.main()\n'
DOUBLE = "def double(n):\n    return 2 * n\n\n\nclass Doubler:\n    def of(self, n): return 2 * n\n"
#: How tests call the code, and the most microseconds that it may take.
CALLS = {"double(i)": 60, "main.double(i)": 60, "doubler.of(i)": 120}


def bare(tests: str, main: str) -> float:
    """Seconds of `python test.py` in a folder of its own, without bytecode."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "test.py").write_text(tests)
        Path(folder, "main.py").write_text(main)
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-B", "test.py"], cwd=folder, capture_output=True, check=True
        )
        return time.perf_counter() - began


async def ratio(ours: Callable[[], Awaitable[float]], plain: Callable[[], float]) -> float:
    """Medians of seconds over each other, taken in turn: the machine is busy for both alike."""
    pairs = [(await ours(), plain()) for _ in range(15)]
    one, other = zip(*pairs, strict=True)
    return statistics.median(one) / statistics.median(other)


async def starts(sandbox: Sandbox) -> float:
    """Seconds of a confined `python -c pass` over a bare one."""
    argv = [sys.executable, "-I", "-S", "-c", "pass"]

    async def confined() -> float:
        return (await sandbox.run(argv)).seconds

    def plain() -> float:
        began = time.perf_counter()
        subprocess.run(argv, check=True)
        return time.perf_counter() - began

    return await ratio(confined, plain)


async def check_once(sandbox: Sandbox) -> float:
    """Seconds of one judgement with a judge of its own, as `check` makes it."""
    began = time.perf_counter()
    async with Judge(sandbox) as judge:
        judgement = await judge.judge(TEN.encode(), {"main.py": DOUBLE.encode()})
    assert judgement.verdict == "green", judgement.reason
    return time.perf_counter() - began


def calls(call: str, times: int) -> str:
    """Tests that call so often."""
    return (
        "import main\nfrom main import Doubler, double\n\n\ndef test_calls():\n"
        f"    doubler = Doubler()\n    for i in range({times}):\n        assert {call} == 2 * i\n"
    )


async def microseconds(judge: Judge, call: str) -> float:
    """Of a call of the code's that the tests make: what 20,000 more of them take."""

    async def seconds(times: int) -> float:
        judgement = await judge.judge(calls(call, times).encode(), {"main.py": DOUBLE.encode()})
        assert judgement.verdict == "green", judgement.reason
        return judgement.seconds

    few, many = zip(*[(await seconds(1), await seconds(20_001)) for _ in range(5)], strict=True)
    return (statistics.median(many) - statistics.median(few)) * 50


async def side_by_side(judge: Judge, suites: list[tuple[str, str]]) -> list[Judgement]:
    gate = asyncio.Semaphore(os.cpu_count() or 1)

    async def one(tests: str, main: str) -> Judgement:
        async with gate:
            return await judge.judge(tests.encode(), {"main.py": main.encode()})

    return await asyncio.gather(*(one(*suite) for suite in suites))


async def bench(level: Level | None) -> None:
    sandbox = await choose_sandbox(wanted=level)
    print(f"sandbox: {sandbox.level}; {os.cpu_count()} processors")
    print(f"a confined start over a bare one: {await starts(sandbox):.2f} (bwrap: 2)")
    checks = await ratio(lambda: check_once(sandbox), lambda: bare(TEN, DOUBLE))
    print(f"check of 10 green tests over python test.py: {checks:.2f} (2.5)")
    suites = [(task["test_py"], task["main_py"]) for task in TASKS]
    plain = sum(bare(*suite) for suite in suites)
    async with Judge(sandbox) as judge:
        for call, goal in CALLS.items():
            print(f"{call}: {await microseconds(judge, call):.0f} µs ({goal})")
    async with Judge(sandbox, Limits(wall_seconds=3)) as judge:
        began = time.perf_counter()
        judged = await side_by_side(judge, suites)
        seconds = time.perf_counter() - began
        print(f"164 tasks over 164 times python test.py: {seconds / plain:.2f} (1.2)")
        print(f"solutions: {dict(Counter(one.verdict for one in judged))} (164 green)")
        reds = [await see_red(judge, tests.encode()) for tests, _ in suites]
        print(f"red against their stubs: {sum(red.ok for red in reds)} (164)")
        broken = [(task["test_py"], code) for task in TASKS for code in task["broken"]]
        judged = await side_by_side(judge, broken)
        print(f"{len(broken)} broken solutions: {dict(Counter(one.verdict for one in judged))}")
        longest = max(one.seconds for one in judged)
        print(f"longest judgement: {longest:.1f} s (limit 3)")


def main(level: Level | None = None) -> None:
    asyncio.run(bench(level))


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)  # type: ignore[arg-type]  # a level, or refused
