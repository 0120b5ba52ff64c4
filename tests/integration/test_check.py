"""`check`: what a script that calls it relies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.command import Command

TESTS = "from main import double\n\n\ndef test_double():\n    assert double(3) == 6\n"
RIGHT = "def double(n):\n    return n * 2\n"
VERDICTS = {
    "green": (TESTS, RIGHT),
    "red": (TESTS, "def double(n):\n    return n\n"),
    "vacuous": ("from main import double\n\n\ndef test_double():\n    double(3)\n", RIGHT),
    "crashed": (TESTS, "import os\n\n\ndef double(n):\n    os._exit(0)\n"),
}


def put(folder: Path, tests: str, main: str) -> None:
    (folder / "test.py").write_text(tests)
    (folder / "main.py").write_text(main)


@pytest.mark.parametrize("verdict", ["green", "red", "vacuous", "crashed"])
def test_a_verdict_and_the_exit_code_that_goes_with_it(tool: Command, verdict: str) -> None:
    put(tool.root, *VERDICTS[verdict])
    ended = tool.run("check", ".", "--json")
    shown = ended.result
    assert shown["verdict"] == verdict
    assert ended.exit_code == (0 if verdict == "green" else 1)
    assert set(shown) >= {
        *("schema", "verdict", "collected", "passed", "failed", "assertions", "failures"),
        *("mutation_score", "sandbox", "seconds"),
    }
    assert shown["mutation_score"] is None
    assert bool(shown["reason"]) == (verdict != "green")


def test_how_much_the_tests_notice(tool: Command) -> None:
    weak = TESTS.replace("double(3) == 6", "double(0) == 0")
    put(tool.root, weak, RIGHT)
    shown = tool.run("check", ".", "--mutation", "--json").result
    assert shown["verdict"] == "green"
    assert 0 < shown["mutation_score"] < 1
    assert shown["survivors"][0]["line"] == 2
    assert "return n" in shown["survivors"][0]["diff"]
    put(tool.root, TESTS, RIGHT)
    said = tool.run("check", ".", "--mutation").stdout
    assert "mutation: score 1.00: tests notice 14 of 14 mutants" in said


def test_a_suite_that_notices_no_change_at_all_is_vacuous(tool: Command) -> None:
    main = (
        "def nearest(n, among):\n"
        "    return min(among, key=lambda one: abs(one - n)) if among else None\n"
    )
    tests = (
        "from main import nearest\n\n\ndef test_nearest():\n"
        "    found = nearest(3, [])\n    assert found is None or isinstance(found, int)\n"
    )
    put(tool.root, tests, main)
    assert tool.run("check", ".").exit_code == 0
    ended = tool.run("check", ".", "--mutation", "--json")
    shown = ended.result
    assert (shown["verdict"], shown["mutation_score"], ended.exit_code) == ("vacuous", 0.0, 1)
    assert "tests notice 0 of" in shown["reason"]
    assert len(shown["survivors"]) >= 3


def test_a_suite_that_is_not_green_has_no_mutation_score(tool: Command) -> None:
    put(tool.root, *VERDICTS["red"])
    shown = tool.run("check", ".", "--mutation", "--json").result
    assert (shown["verdict"], shown["mutation_score"], shown["survivors"]) == ("red", None, [])


@pytest.mark.parametrize(("isolation", "verdict"), [("prefer", "green"), ("separate", "red")])
def test_the_workspaces_isolation_counts(tool: Command, isolation: str, verdict: str) -> None:
    tests = "import main\n\n\nclass Own(main.Base): pass\n\n\ndef test_own(): assert Own().x == 1\n"
    put(tool.root, tests, "class Base:\n    x = 1\n")
    (tool.root / "deployment.yaml").write_text(f"quality:\n  isolation: {isolation}\n")
    assert tool.run("check", ".", "--json").result["verdict"] == verdict
