"""Scores of honest and of empty suites: ``python -m tests.bench.mutation_scores RESULTS``.

Measures what `quality.mutation_min_score` is chosen from: every HumanEval suite as it is, and
three ways of making it say nothing. RESULTS is a file of JSON lines; what it holds already is
not measured again. Takes minutes; the quantiles are printed at the end.
"""

from __future__ import annotations

import ast
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path

from provisioner.judge.judge import Judge
from provisioner.quality.mutation.prove import prove
from provisioner.sandbox.choose import choose_sandbox

ORACLE = Path(__file__).parents[1] / "cases" / "humaneval_oracle.jsonl"
SECONDS, PARALLEL = 20.0, 2
QUANTILES = (0.0, 0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)


class _Asserts(ast.NodeTransformer):
    """Rewrites what each assertion asserts."""

    def __init__(self, rewrite: Callable[[ast.expr], ast.expr]) -> None:
        self._rewrite = rewrite

    def visit_Assert(self, node: ast.Assert) -> ast.Assert:
        return ast.Assert(self._rewrite(node.test))


def honest(tests: str, _: str) -> str:
    return tests


def called(tests: str, _: str) -> str:
    """Everything is called, and `assert [result == expected]` is always true."""
    return _rewritten(tests, lambda test: ast.List([test], ast.Load()))


def typed(tests: str, _: str) -> str:
    """Results are of the expected type, whatever they are."""

    def rewrite(test: ast.expr) -> ast.expr:
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Eq):
            sides = [f"type({ast.unparse(side)})" for side in (test.left, test.comparators[0])]
            return ast.parse(" == ".join(sides), mode="eval").body
        return ast.List([test], ast.Load())

    return _rewritten(tests, rewrite)


def named(_: str, entry_point: str) -> str:
    """The function is there."""
    return f"from main import {entry_point}\n\nassert callable({entry_point})\n"


def _rewritten(tests: str, rewrite: Callable[[ast.expr], ast.expr]) -> str:
    return ast.unparse(ast.fix_missing_locations(_Asserts(rewrite).visit(ast.parse(tests))))


KINDS = {kind.__name__: kind for kind in (honest, called, typed, named)}


async def measure(results: Path) -> None:
    """Append what is missing, one line a suite."""
    known = {(one["id"], one["kind"]) for one in read(results)}
    async with Judge(await choose_sandbox()) as judge:
        for line in ORACLE.read_text().splitlines():
            task = json.loads(line)
            for kind, make in KINDS.items():
                if (task["id"], kind) in known:
                    continue
                tests = make(task["test_py"], task["entry_point"]).encode()
                code = {"main.py": task["main_py"].encode()}
                report = await prove(judge, tests, code, seconds=SECONDS, parallel=PARALLEL)
                found = {
                    "id": task["id"],
                    "kind": kind,
                    "score": report.score,
                    "total": report.total,
                    "survived": len(report.survived),
                    "crashed": report.crashed,
                    "timed_out": report.timed_out,
                    "unproven": report.unproven,
                    "reason": report.reason,
                }
                with results.open("a") as file:
                    file.write(json.dumps(found) + "\n")


def read(results: Path) -> list[dict[str, object]]:
    if not results.exists():
        return []
    return [json.loads(line) for line in results.read_text().splitlines()]


def show(results: Path) -> None:
    """Print the quantiles of each kind of suite."""
    print("| suite | n | " + " | ".join(f"{one:.0%}" for one in QUANTILES) + " |")
    for kind in KINDS:
        scores = sorted(
            float(str(one["score"]))
            for one in read(results)
            if one["kind"] == kind and one["score"] is not None
        )
        if scores:
            values = [scores[round(one * (len(scores) - 1))] for one in QUANTILES]
            print(
                f"| {kind} | {len(scores)} | " + " | ".join(f"{one:.2f}" for one in values) + " |"
            )


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    results = Path(sys.argv[1])
    asyncio.run(measure(results))
    show(results)


if __name__ == "__main__":
    main()
