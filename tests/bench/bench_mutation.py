"""Mutation against cosmic-ray, in one run: ``python -m tests.bench.bench_mutation``.

Both get the same 60-line module and the same suite, and run one test process a processor at
most. Ours is timed with everything: making the mutants, starting the judge, the green runs.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from provisioner.judge.judge import Judge
from provisioner.quality.mutation.prove import MutationReport, prove
from provisioner.sandbox.choose import choose_sandbox

MAIN = '''"""Orders with lines, a discount and a way through their states."""

from dataclasses import dataclass, field

FLOW = {"open": ("paid", "cancelled"), "paid": ("shipped", "refunded"), "shipped": ("refunded",)}


class NotAllowed(ValueError):
    """The order is in no state for that."""


@dataclass(frozen=True)
class Line:
    article: str
    quantity: int
    cents: int

    def __post_init__(self) -> None:
        if not self.article or self.quantity < 1 or self.quantity > 100:
            raise ValueError("line")


@dataclass
class Order:
    customer: str
    lines: list[Line] = field(default_factory=list)
    status: str = "open"

    def add(self, line: Line) -> None:
        if self.status != "open":
            raise NotAllowed(self.status)
        for number, other in enumerate(self.lines):
            if other.article == line.article and other.cents == line.cents:
                quantity = other.quantity + line.quantity
                self.lines[number] = Line(line.article, quantity, line.cents)
                return
        self.lines.append(line)

    def total(self) -> int:
        cents = sum(line.quantity * line.cents for line in self.lines)
        if cents >= 10000:
            cents -= cents // 10
        return cents

    def move(self, status: str) -> None:
        if status not in FLOW.get(self.status, ()):
            raise NotAllowed(status)
        if status == "paid" and self.total() == 0:
            raise NotAllowed("empty")
        self.status = status


def page(orders: list[Order], number: int = 1, size: int = 10) -> list[Order]:
    start = (number - 1) * size
    return orders[start : start + size]


def revenue(orders: list[Order]) -> int:
    return sum(order.total() for order in orders if order.status in ("paid", "shipped"))
'''

TESTS = """import unittest

from main import Line, NotAllowed, Order, page, revenue


class TestOrder(unittest.TestCase):
    def setUp(self):
        self.order = Order("ann", [Line("pen", 2, 150)])

    def test_total(self):
        self.assertEqual(self.order.total(), 300)

    def test_discount_from_a_hundred_on(self):
        self.assertEqual(Order("ann", [Line("desk", 1, 9999)]).total(), 9999)
        self.assertEqual(Order("ann", [Line("desk", 1, 10000)]).total(), 9000)
        self.assertEqual(Order("ann", [Line("desk", 3, 5005)]).total(), 13514)

    def test_same_article_is_one_line(self):
        self.order.add(Line("pen", 3, 150))
        self.assertEqual(self.order.lines, [Line("pen", 5, 150)])

    def test_another_price_is_another_line(self):
        self.order.add(Line("pen", 3, 140))
        self.order.add(Line("cup", 1, 150))
        self.assertEqual([line.quantity for line in self.order.lines], [2, 3, 1])

    def test_lines_are_within_bounds(self):
        for article, quantity in (("", 1), ("pen", 0), ("pen", 101)):
            with self.subTest(article, quantity=quantity), self.assertRaises(ValueError):
                Line(article, quantity, 1)
        self.assertEqual(Line("pen", 1, 1).quantity + Line("pen", 100, 1).quantity, 101)

    def test_way_through_the_states(self):
        for status in ("paid", "shipped", "refunded"):
            self.order.move(status)
            self.assertEqual(self.order.status, status)

    def test_no_other_way(self):
        for status in ("open", "shipped", "refunded", "lost"):
            with self.assertRaises(NotAllowed):
                self.order.move(status)

    def test_paid_is_closed(self):
        self.order.move("paid")
        with self.assertRaises(NotAllowed):
            self.order.add(Line("cup", 1, 1))

    def test_nothing_to_pay(self):
        with self.assertRaises(NotAllowed):
            Order("bob").move("paid")

    def test_pages(self):
        orders = [Order(str(number)) for number in range(25)]
        self.assertEqual(page(orders), orders[:10])
        self.assertEqual(page(orders, 3), orders[20:])
        self.assertEqual(page(orders, 2, 5), orders[5:10])

    def test_revenue(self):
        line = Line("pen", 1, 100)
        paid, shipped = (Order("c", [line], status) for status in ("paid", "shipped"))
        self.assertEqual(revenue([self.order, paid, shipped]), 200)


if __name__ == "__main__":
    unittest.main()
"""

CONFIG = """[cosmic-ray]
module-path = "main.py"
timeout = 10.0
excluded-modules = []
test-command = "{python} -B test.py"

[cosmic-ray.distributor]
name = "local"
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """So many mutants in so many seconds."""

    mutants: int
    seconds: float


async def ours() -> tuple[Figure, MutationReport]:
    """With the sandbox that the machine has, and as many at once as it has processors."""
    sandbox = await choose_sandbox()
    began = time.monotonic()
    async with Judge(sandbox) as judge:
        report = await prove(judge, TESTS.encode(), {"main.py": MAIN.encode()}, seconds=120)
    return Figure(report.total, time.monotonic() - began), report


def cosmic_ray() -> Figure:
    """`cosmic-ray init` apart, `cosmic-ray exec` timed; its local distributor runs one by one."""
    program = [sys.executable, "-c", "from cosmic_ray.cli import main; main()"]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "main.py").write_text(MAIN)
        Path(folder, "test.py").write_text(TESTS)
        Path(folder, "config.toml").write_text(CONFIG.format(python=sys.executable))
        subprocess.run([*program, "init", "config.toml", "work.sqlite"], cwd=folder, check=True)
        began = time.monotonic()
        subprocess.run([*program, "exec", "config.toml", "work.sqlite"], cwd=folder, check=True)
        seconds = time.monotonic() - began
        command = [*program, "dump", "work.sqlite"]
        dump = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return Figure(len(dump.stdout.splitlines()), seconds)


def main() -> None:
    print(f"mutation of a {len(MAIN.splitlines())}-line module, {os.cpu_count()} processors")
    figure, report = asyncio.run(ours())
    each = figure.seconds / max(figure.mutants, 1)
    print(f"  ours: {figure.mutants} mutants in {figure.seconds:.2f} s, {each * 1e3:.0f} ms each")
    print(f"  score {report.score}, {len(report.survived)} survived, {report.timed_out} timed out")
    if find_spec("cosmic_ray.cli") is None:
        print("  cosmic-ray's command is not installed")
        return
    theirs = cosmic_ray()
    each = theirs.seconds / max(theirs.mutants, 1)
    print(f"  cosmic-ray: {theirs.mutants} in {theirs.seconds:.2f} s, {each * 1e3:.0f} ms each")
    share = figure.seconds / theirs.seconds
    per_mutant = share * theirs.mutants / figure.mutants
    print(f"  ours over theirs: {share:.2f}, per mutant {per_mutant:.2f} (goal < 0.5)")


if __name__ == "__main__":
    main()
