"""What runs cost, through the installed command: caps hold, and the sums are the server's own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import Command, Ended
from tests.integration.oracle import Oracle, Task, tasks
from tests.servers.speech import speak
from tests.servers.wire import Answer, ModelServer, Seen

FIRST, SECOND = tasks()["humaneval-2"], tasks()["humaneval-3"]
INPUT, OUTPUT, CACHED = 1.0, 10.0, 0.1  # US dollars for a million tokens
PRICING = f"openai: {{'*': {{input: {INPUT}, output: {OUTPUT}, cached: {CACHED}}}}}\n"
SETTINGS = """\
quality: {{mutation: 'off'}}
deployment: {{max_retries: 1}}
assistant:
  pricing_file: prices/own.yaml
  max_tokens: 256
  budgets: {budgets}
"""


class Till:
    """An oracle whose every reply is a sale, counted by itself."""

    def __init__(self) -> None:
        self._oracle = Oracle()
        self.usages: list[Mapping[str, int]] = []

    def __call__(self, seen: Seen) -> Answer:
        number = len(self.usages)
        usage = {"input": 900 + number, "output": 250 - number, "cached": 100 * (number % 3)}
        self.usages.append(usage)
        return speak(seen, self._oracle.arguments(seen), usage=usage)

    @property
    def dollars(self) -> float:
        millionths = sum(
            (one["input"] - one["cached"]) * INPUT + one["cached"] * CACHED + one["output"] * OUTPUT
            for one in self.usages
        )
        return millionths / 1e6

    def tokens(self, name: str) -> int:
        return sum(one[name] for one in self.usages)


def configure(tool: Command, server: ModelServer, budgets: str = "{}") -> Command:
    (tool.root / "deployment.yaml").write_text(SETTINGS.format(budgets=budgets))
    (tool.root / "prices").mkdir(exist_ok=True)
    (tool.root / "prices" / "own.yaml").write_text(PRICING)
    return replace(tool, environ={**tool.environ, "OPENAI_BASE_URL": f"{server.url}/v1"})


def deliver(tool: Command, task: Task, *options: str, installed: bool = False) -> Ended:
    order = ("--feature", task.id, "--requirements", task.requirements, "--mode", "CODE")
    return (tool.run if installed else tool.call)(*order, "--json", "--no-input", *options)


def reported(tool: Command, *options: str) -> list[dict[str, Any]]:
    ended = tool.call("usage", "--json", *options)
    assert ended.exit_code == 0, ended.said
    sums: list[dict[str, Any]] = json.loads(ended.stdout)
    return sums


def test_the_sums_are_those_of_the_server(tool: Command) -> None:
    till = Till()
    with ModelServer(till) as server:
        tool = configure(tool, server)
        results = [deliver(tool, task).result for task in (FIRST, SECOND)]
    assert [result["status"] for result in results] == ["done", "done"]
    assert sum(result["usage"]["usd"] for result in results) == pytest.approx(till.dollars)
    for by in ("run", "day", "provider", "phase", "model"):
        sums = reported(tool, "--by", by)
        assert sum(one["calls"] for one in sums) == len(till.usages) == len(server.calls)
        for name in ("input", "output", "cached"):
            assert sum(one[f"{name}_tokens"] for one in sums) == till.tokens(name)
        assert sum(one["nano_usd"] for one in sums) == round(till.dollars * 1e9)
    [only] = reported(tool, "--run", results[0]["run_id"])
    assert (only["name"], only["usd"]) == (results[0]["run_id"], results[0]["usage"]["usd"])


def test_a_cap_stops_the_run_before_it_is_passed(tool: Command) -> None:
    till = Till()
    with ModelServer(till) as server:
        tool = configure(tool, server)
        stopped = deliver(tool, FIRST, "--budget-usd", "0.01", installed=True)
        assert stopped.exit_code == 5, stopped.said
        result = stopped.result
        assert result["status"] == "paused"
        assert result["error"]["type"] == "BudgetExceeded"
        assert "run usd 0.01" in result["error"]["summary"]
        assert f"{0.01 - till.dollars:g} left" in result["error"]["summary"]
        assert "--budget-usd" in result["error"]["next"]
        assert 0 < till.dollars <= 0.01
        assert result["usage"]["usd"] == pytest.approx(till.dollars)
        assert result["usage"]["calls"] == len(server.calls)
        before = len(server.calls)
        ended = tool.run("resume", result["run_id"], "--budget-usd", "1", "--json", "--no-input")
    assert ended.exit_code == 0, ended.said
    assert ended.result["usage"]["usd"] == pytest.approx(till.dollars)
    functions = [seen.function for seen in server.calls]
    assert not set(functions[:before]) & set(functions[before:]), "nothing is paid twice"


def test_a_days_cap_holds_over_all_runs(tool: Command) -> None:
    till = Till()
    with ModelServer(till) as server:
        tool = configure(tool, server, "{day: {usd: 0.02}}")
        assert deliver(tool, FIRST).exit_code == 0
        between = till.dollars
        stopped = deliver(tool, SECOND)
    assert stopped.exit_code == 5, stopped.said
    assert "day usd 0.02" in stopped.result["error"]["summary"]
    assert between < till.dollars <= 0.02, "the second run was paid from what the first one left"


def test_a_model_without_a_price_is_not_asked_under_a_cap(tool: Command, tmp_path: Path) -> None:
    with ModelServer(Oracle()) as server:
        tool = configure(tool, server)
        (tool.root / "prices" / "own.yaml").write_text("{}")
        tool = replace(tool, environ={**tool.environ, "OPENAI_MODEL": "nobody-knows-me"})
        stopped = deliver(tool, FIRST, "--budget-usd", "1")
        assert server.calls == []
        assert stopped.exit_code == 4, stopped.said
        assert "allow_unpriced" in stopped.result["error"]["next"]
        with (tool.root / "deployment.yaml").open("a") as file:
            file.write("  allow_unpriced: true\n")
        ended = deliver(tool, FIRST, "--budget-usd", "1")
    assert ended.exit_code == 0, ended.said
    assert all(one["unpriced"] == one["calls"] for one in reported(tool))
