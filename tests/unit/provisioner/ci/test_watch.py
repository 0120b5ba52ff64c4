"""Watching a commit's runs: every status and conclusion, and every way of not knowing."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest

from provisioner.ci.base import CONCLUSIONS, STATUSES
from provisioner.ci.watch import RULES, End
from tests.servers.github.server import Fault, Job, Run
from tests.unit.provisioner.ci.conftest import SHA, Watching

Start = Callable[..., Watching]
LOG = (
    b"\xef\xbb\xbf2026-11-30T10:00:01.1234567Z ##[group]Run tests\n"
    b"2026-11-30T10:00:02.0000000Z \x1b[31mModuleNotFoundError: No module named 'cv2'\x1b[0m\n"
    b"2026-11-30T10:00:03.0000000Z ##[error]Process completed with exit code 1.\n"
    b"2026-11-30T10:00:04.0000000Z Cleaning up orphan processes\n"
)


def completed(conclusion: str | None, *jobs: Job) -> Run:
    return Run(SHA, states=[("in_progress", None), ("completed", conclusion)], jobs=jobs)


def test_every_conclusion_has_its_rule() -> None:
    assert set(RULES) == set(CONCLUSIONS)
    assert [name for name, rule in RULES.items() if rule.end == "passed"] == ["success"]


ENDS: dict[str | None, End] = {
    "success": "passed",
    "failure": "failed",
    "timed_out": "failed",
    "cancelled": "failed",
    "stale": "failed",
    "startup_failure": "failed",
    "action_required": "approval",
    "skipped": "not_run",
    "neutral": "not_run",
    "what_comes_next_year": "unknown",
    None: "unknown",
}


@pytest.mark.parametrize(("conclusion", "end"), ENDS.items())
async def test_a_conclusion_ends_by_its_own_rule(
    watching: Start, conclusion: str | None, end: End
) -> None:
    verdict = await watching(completed(conclusion)).watch()
    assert verdict.end == end
    assert verdict.url.endswith(tuple("0123456789"))
    assert verdict.summary


@pytest.mark.parametrize("status", [one for one in STATUSES if one != "completed"])
async def test_a_run_is_waited_for_whatever_its_status(watching: Start, status: str) -> None:
    """A success that a running run seems to have is none."""
    run = Run(SHA, states=[(status, "success"), (status, None), ("completed", "failure")])
    run.reviewers = False
    verdict = await watching(run).watch()
    assert verdict.end == "failed"


async def test_a_status_that_nobody_knows_is_waited_for_and_is_no_success(watching: Start) -> None:
    verdict = await watching(Run(SHA, states=[("hibernating", "success")])).watch()
    assert verdict.end == "deadline"
    assert f"watch {SHA}" in verdict.next


async def test_five_ends_that_are_neither_success_nor_failure(watching: Start) -> None:
    nothing = watching()
    assert (await nothing.watch()).end == "not_yet"
    assert nothing.seconds == 60

    without = watching()
    without.server.workflows = {".github/workflows/nightly.yml": "on: schedule"}
    verdict = await without.watch()
    assert (verdict.end, "main" in verdict.summary) == ("no_workflow", True)
    assert without.seconds == 10, "what there is no workflow for is not waited for"

    disabled = watching()
    disabled.server.enabled = False
    assert (await disabled.watch()).end == "disabled"

    waiting = watching(Run(SHA, states=[("waiting", None)]))
    verdict = await waiting.watch()
    assert (verdict.end, "production" in verdict.summary) == ("approval", True)

    down = watching(faults=[Fault("/", 503, times=1_000)])
    verdict = await down.watch()
    assert (verdict.end, "503" in verdict.summary) == ("unknown", True)
    assert {"not_yet", "no_workflow", "disabled", "approval", "unknown"} < set(get_args(End))


async def test_who_may_not_see_the_permissions_still_gets_an_end(watching: Start) -> None:
    nothing = watching()
    nothing.server.enabled = None
    assert (await nothing.watch()).end == "not_yet"


@pytest.mark.parametrize("branches", ["'['", "'+a'", "'a[z-a]'"])
async def test_a_filter_that_nobody_can_read_is_no_absence(watching: Start, branches: str) -> None:
    nothing = watching()
    file = f"on: {{push: {{branches: [{branches}]}}}}"
    nothing.server.workflows = {".github/workflows/odd.yml": file}
    assert (await nothing.watch()).end == "not_yet"


async def test_a_run_may_appear_late(watching: Start) -> None:
    late = watching(Run(SHA, appears=4))
    assert (await late.watch()).end == "passed"
    assert late.waits == [10] * 4


async def test_only_runs_of_exactly_this_commit_count(watching: Start) -> None:
    other = Run("f" * 40, states=[("completed", "success")])
    scheduled = Run(SHA, states=[("completed", "success")], event="schedule")
    assert (await watching(other, scheduled).watch()).end == "not_yet"
    mine = watching(other, completed("failure"))
    assert (await mine.watch()).end == "failed"
    assert all(f"head_sha={SHA}" in one for one in mine.server.requests if "/runs?" in one)


async def test_all_workflows_count_or_the_one_that_is_named(watching: Start) -> None:
    lint = Run(SHA, states=[("completed", "failure")], workflow=".github/workflows/lint.yml")
    assert (await watching(Run(SHA), lint).watch()).end == "failed"
    assert (await watching(Run(SHA), lint, workflow="feature-deploy.yml").watch()).end == "passed"


async def test_a_skipped_workflow_beside_a_success_is_no_matter(watching: Start) -> None:
    skipped = Run(SHA, states=[("completed", "skipped")], workflow=".github/workflows/docs.yml")
    assert (await watching(skipped, Run(SHA)).watch()).end == "passed"


async def test_a_workflow_that_ran_twice_counts_as_it_ran_last(watching: Start) -> None:
    assert (await watching(completed("failure"), completed("success")).watch()).end == "passed"


async def test_a_run_that_is_run_again_meanwhile_is_watched_in_its_new_attempt(
    watching: Start,
) -> None:
    states = [("in_progress", None), ("queued", None), ("in_progress", None)]
    run = Run(
        SHA,
        states=[*states, ("completed", "success")],
        attempts=[1, 2, 2, 2],
        jobs=[Job("test")],
    )
    verdict = await watching(run).watch()
    assert (verdict.end, "attempt 2" in verdict.summary) == ("passed", True)


async def test_the_log_is_that_of_the_job_that_failed(watching: Start) -> None:
    jobs = [
        Job("lint", "success", log=b"nothing\n"),
        Job("deploy", "cancelled", log=b"cancelled\n"),
        Job("test", "failure", [("Set up job", "success"), ("Run tests", "failure")], LOG),
    ]
    verdict = await watching(completed("failure", *jobs)).watch()
    assert verdict.log.splitlines() == [
        "Run tests",
        "ModuleNotFoundError: No module named 'cv2'",
        "##[error]Process completed with exit code 1.",
    ]
    assert verdict.evidence[:2] == ("test: failure in 'Run tests'", "deploy: cancelled")
    assert "test first" in verdict.summary


async def test_beside_it_stands_the_log_of_the_job_in_the_last_good_run_of_the_workflow(
    watching: Start,
) -> None:
    other = Run("e" * 40, jobs=[Job("test", log=b"other\n")], workflow=".github/workflows/lint.yml")
    good = Run("f" * 40, jobs=[Job("lint", log=b"no\n"), Job("test", log=b"3 passed\n")])
    failed = completed("failure", Job("test", "failure", log=LOG))
    verdict = await watching(other, good, failed).watch()
    assert (verdict.whole, verdict.good) == (LOG.decode(), "3 passed\n")


async def test_a_last_good_run_that_cannot_be_had_changes_nothing(watching: Start) -> None:
    good = Run("f" * 40, jobs=[Job("test", log=None)])
    failed = completed("failure", Job("test", "failure", log=LOG))
    fault = Fault(r"status=success", 403)
    for verdict in (
        await watching(good, failed).watch(),
        await watching(good, failed, faults=[fault]).watch(),
    ):
        assert (verdict.end, verdict.good) == ("failed", "")
        assert "cv2" in verdict.log


async def test_jobs_and_steps_are_reported_once_each(watching: Start) -> None:
    states = [("queued", None), ("in_progress", None), ("in_progress", None)]
    seen = watching(Run(SHA, states=[*states, ("completed", "success")], jobs=[Job("test")]))
    await seen.watch()
    assert seen.said == [
        "feature-deploy: queued",
        "feature-deploy: in_progress",
        "test / Set up job: in_progress",
        "test / Run tests: in_progress",
        "feature-deploy: success",
        "test / Set up job: success in 12 s",
        "test / Run tests: success in 12 s",
        "test: success in 12 s",
    ]


@pytest.mark.parametrize("log", [b"", b"\n \n", None])
async def test_a_log_that_says_nothing_is_no_success(watching: Start, log: bytes | None) -> None:
    verdict = await watching(completed("failure", Job("test", "failure", log=log))).watch()
    assert (verdict.end, verdict.log) == ("failed", "")
    assert any("empty" in line for line in verdict.evidence)


async def test_a_log_behind_an_expired_address_is_asked_for_again(watching: Start) -> None:
    failing = watching(completed("failure", Job("test", "failure", log=LOG)))
    failing.server.expired = 2
    assert "cv2" in (await failing.watch()).log


async def test_more_jobs_than_a_page_holds(watching: Start) -> None:
    jobs = [Job(f"job {number}") for number in range(120)]
    failing = watching(completed("failure", *jobs, Job("last", "failure", log=LOG)))
    assert (await failing.watch()).evidence[0].startswith("last: failure")


@pytest.mark.parametrize(
    "fault",
    [
        Fault("/actions/runs", 500, times=2),
        Fault("/actions/runs", 502, b"<html>", times=2),
        Fault("/actions/runs", 200, b'{"total_count": 1, "workflow_r', times=2),
        Fault("/actions/runs", 200, b'{"total', times=2, cut=True),
    ],
    ids=["500", "502", "half an answer", "cut off"],
)
async def test_what_passes_is_asked_again(watching: Start, fault: Fault) -> None:
    troubled = watching(completed("success"), faults=[fault])
    assert (await troubled.watch()).end == "passed"
    assert troubled.waits[:2] == [1, 2]


async def test_the_deadline_ends_a_watch(watching: Start) -> None:
    endless = watching(Run(SHA, states=[("in_progress", None)]))
    assert (await endless.watch(deadline_seconds=120)).end == "deadline"
    assert endless.seconds == 120
