"""Fixes that worked are done again in later runs, without a model; those that fail are dropped."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.events import Noted, StepFinished
from graph.records import open_records
from tests.servers.github.server import ANY, GitHubServer, Job, Run
from tests.workflow.scripted import Runner
from tests.workflow.test_code_runs import RIGHT, script
from tests.workflow.test_delivery import hook, watched
from tests.workflow.test_service_runs import MODE, SERVICE, SERVICE_TESTS

DOCUMENTED = f"{RIGHT}    # documented\n"
# What it prints differs in every run: the feature's name and a number.
REFUSING = (
    "for main in behaviors/*/main.py; do grep -q documented $main ||"
    ' { echo "$main:1: D103 undocumented (check $$)"; exit 1; }; done'
)
ANALYSIS = "analyze_deployment_error"
SAID = {
    "error_type": "auditor_reject",
    "summary": "a docstring is missing",
    "root_cause": "D103",
    "confidence": 0.9,
    "action": {"type": "CODE_FIX", "target": None, "parameters": []},
    "reasoning": "the hook says so",
}


async def teach(runner: Runner) -> None:
    """A run whose commit is refused, and mended as a model says."""
    hook(runner, REFUSING)
    assistant = script(main=(RIGHT, DOCUMENTED), **{ANALYSIS: (SAID,)})
    result = await runner.run(assistant)
    assert result.exit_code == 0, result.error
    assert assistant.count(ANALYSIS) == 1


def statuses(runner: Runner) -> list[tuple[str, int, int]]:
    with open_records(runner.root) as records:
        rules = records.learned().rules
    return [(rule.status, rule.worked, rule.failed) for rule in rules]


@pytest.fixture(autouse=True)
def own_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)


async def test_a_failure_that_only_a_learned_rule_names_is_mended_without_a_model(
    runner: Runner,
) -> None:
    await teach(runner)
    assert statuses(runner) == [("suggested", 1, 0)]
    with open_records(runner.root) as records:
        records.ledger.fixes.record("older", 1, {"kind": 5}, worked=True)
    for feature, wanted in (("totals", ("suggested", 2, 0)), ("sums", ("promoted", 3, 0))):
        assistant = script(main=(RIGHT, DOCUMENTED))
        runner.events.clear()
        result = await runner.run(assistant, feature=feature)
        assert result.exit_code == 0, result.error
        assert assistant.count(ANALYSIS) == 0
        assert "D103 undocumented" in assistant.prompts("generate_main_code")[1]
        assert runner.committed(f"behaviors/{feature}/main.py") == DOCUMENTED.strip()
        notes = [one.note for one in runner.events if isinstance(one, StepFinished)]
        assert any("this fix worked" in note and "CODE_FIX" in note for note in notes)
        said = [one.text for one in runner.events if isinstance(one, Noted)]
        assert any("skipped: recovery 1 of run older: it has no step" in text for text in said)
        assert statuses(runner) == [wanted]


async def test_a_rule_whose_fix_fails_is_dropped_and_a_model_is_asked(runner: Runner) -> None:
    await teach(runner)
    assistant = script()  # which never documents anything
    result = await runner.run(assistant, feature="totals")
    assert result.exit_code == 1
    assert assistant.count(ANALYSIS) == 1
    assert statuses(runner) == [("dropped", 1, 1)]

    again = script(main=(RIGHT, DOCUMENTED), **{ANALYSIS: (SAID,)})
    result = await runner.run(again, feature="sums")
    assert result.exit_code == 0, result.error
    assert again.count(ANALYSIS) == 1
    assert statuses(runner) == [("suggested", 2, 1)]


async def test_what_mended_a_failed_ci_job_that_no_pattern_names_is_done_again(
    runner: Runner, remote: Path, github: GitHubServer
) -> None:
    wants = script(main=(RIGHT, DOCUMENTED), **{ANALYSIS: (SAID,)})
    refused = Run(ANY, jobs=[failed_job("adder")], states=[("completed", "failure")])
    github.runs += [refused, Run(ANY)]
    result = await watched(runner, github, wants)
    assert result.exit_code == 0, result.error
    assert wants.count(ANALYSIS) == 1
    assert statuses(runner) == [("suggested", 1, 0)]

    again = script(main=(RIGHT, DOCUMENTED))
    refused = Run(ANY, jobs=[failed_job("totals")], states=[("completed", "failure")])
    github.runs += [refused, Run(ANY)]
    result = await watched(runner, github, again, feature="totals")
    assert result.exit_code == 0, result.error
    assert again.count(ANALYSIS) == 0
    assert statuses(runner) == [("suggested", 2, 0)]


def failed_job(feature: str) -> Job:
    log = f"behaviors/{feature}/main.py:1 flux capacitor out of phase\n##[error]exit 1\n"
    return Job("style", "failure", [("Check", "failure")], log.encode())


# Its trial is fine; what is deployed, under a commit's name, ends at once and says nothing known.
ODD = f"""{SERVICE}
if len(os.environ["REVISION"]) == 40:
    os.write(1, b"flux capacitor out of phase\\n")
    os._exit(3)
"""


async def test_what_mended_a_deployment_is_done_first_the_next_time(runner: Runner) -> None:
    services = {
        "generate_service_code": (ODD, SERVICE),
        "generate_service_test_code": (SERVICE_TESTS,),
    }
    result = await runner.run(script(**services), flags=MODE)
    assert result.exit_code == 0, result.error
    with open_records(runner.root) as records:
        learned = [(one.fix.action, one.status) for one in records.learned().rules]
    assert learned == [("CODE_FIX", "suggested"), ("REPROVISION", "dropped")]
    again = script(**services)
    result = await runner.run(again, feature="totals", flags=MODE)
    assert result.exit_code == 0, result.error
    assert ["CODE_FIX" in one for one in result.record["tried"]] == [True]
    assert again.count(ANALYSIS) == 0
