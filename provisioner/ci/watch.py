"""Watching the runs of a commit to their end.

Status and conclusion decide, by the tables below; success alone is success. What a service does not
say, and words that nobody knows, are never taken for it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ledger.text.counted import counted
from provisioner.ci.base import CIProvider, CIRun, Job
from provisioner.ci.logs import clean_log, failing_part
from provisioner.errors import ProvisionerError, RemoteUnreachable

End = Literal[
    "passed",
    "failed",
    "not_run",  # nothing was checked
    "not_yet",  # no run has appeared within the grace time
    "no_workflow",
    "disabled",
    "approval",  # a person has to approve
    "deadline",
    "unknown",  # the service does not answer, or says what nobody knows
]


class Rule(NamedTuple):
    """How a conclusion ends a watch, in words, and what a person can do."""

    end: End
    words: str
    next: str = ""


_RERUN = "re-run it there (`gh run rerun`), then go on with --recovery-mode"
RULES: Mapping[str, Rule] = {
    "success": Rule("passed", "succeeded"),
    "failure": Rule("failed", "failed", "read the log of the job that failed"),
    "timed_out": Rule(
        "failed", "ran into its time limit", f"raise timeout-minutes in the workflow, or {_RERUN}"
    ),
    "cancelled": Rule("failed", "was cancelled", _RERUN),
    "stale": Rule("failed", "was given up by GitHub, since nothing happened for weeks", _RERUN),
    "startup_failure": Rule(
        "failed", "could not start", "mend the workflow file: its syntax, or an action it names"
    ),
    "action_required": Rule("approval", "waits for a person's approval", "approve it there"),
    "skipped": Rule("not_run", "was skipped: a condition of the workflow leaves it out"),
    "neutral": Rule("not_run", "says neither that it succeeded nor that it failed"),
}
_WORST: Sequence[End] = ("failed", "unknown", "approval", "not_run", "passed")
_FAILED_JOBS = ("failure", "timed_out", "cancelled", "startup_failure", "action_required", "stale")
_UNANSWERED = 3  # looks in a row without an answer
_LOGS = 5
_EVIDENCE_LINES = 12


@dataclass(frozen=True, slots=True)
class Terms:
    """How long is waited: seconds between two looks, for a run to appear, and altogether."""

    poll_seconds: float = 10.0
    grace_seconds: float = 90.0
    deadline_seconds: float = 1_800.0
    fetch_logs: bool = True


class _JobLog(NamedTuple):
    """The logs of a verdict, by the names that they have there."""

    part: str
    whole: str
    good: str


_NO_LOG = _JobLog("", "", "")


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a watch ended.

    Attributes:
        log: the failing part of the log of the first job that failed, cleaned; "" for none.
        whole, good: that log, and the same job's in the workflow's last good run, as the service
            gives them; "" for none. They may hold keys.
        url: of the run that decided, "" for none.
        next: what a person can do.
    """

    end: End
    summary: str
    url: str = ""
    evidence: tuple[str, ...] = ()
    log: str = ""
    whole: str = field(default="", repr=False)
    good: str = field(default="", repr=False)
    next: str = ""
    jobs: tuple[Job, ...] = ()


@dataclass
class Watch:
    """One watch of a commit.

    Args:
        report: gets a line on each job and step when it changes.
    """

    provider: CIProvider
    sha: str
    branch: str
    terms: Terms
    report: Callable[[str], None]
    sleep: Callable[[float], Awaitable[None]]
    clock: Callable[[], float] = time.monotonic
    _asked_why: bool = False
    _shown: set[tuple[str, ...]] = field(default_factory=set)

    async def run(self) -> Verdict:
        """Look until every run has ended, or nothing more is to be expected."""
        began, unanswered = self.clock(), 0
        while True:
            waited = self.clock() - began
            try:
                verdict = await self._look(waited)
                unanswered = 0
            except RemoteUnreachable as error:
                unanswered += 1
                verdict = None
                if unanswered >= _UNANSWERED:
                    why = f"{self.provider.name} does not answer: {error}"
                    return Verdict("unknown", why, evidence=error.evidence, next=error.next_step)
            if verdict:
                return verdict
            if waited >= self.terms.deadline_seconds:
                return Verdict(
                    "deadline",
                    f"the runs of {self.sha[:10]} have not ended within {waited / 60:.0f} minutes",
                    next=f"`ai-assisted-deploy watch {self.sha}` goes on watching",
                )
            await self.sleep(self.terms.poll_seconds)

    async def _look(self, waited: float) -> Verdict | None:
        """One look; None while something is still to come."""
        runs = await self.provider.find_runs(self.sha)
        if not runs:
            return await self._absent(waited) if waited or not self.terms.grace_seconds else None
        for run in runs:
            if run.status == "waiting" and (needed := await self.provider.approval(run)):
                rule = RULES["action_required"]
                return Verdict("approval", f"{run.name} {rule.words}: {needed}", run.url)
            await self._show(run)
        if any(run.status != "completed" for run in runs):
            return None
        verdicts = [await self._ended(run) for run in runs]
        decides = min(verdicts, key=lambda one: _WORST.index(one.end))
        passed = any(one.end == "passed" for one in verdicts)
        if decides.end == "not_run" and passed:
            return next(one for one in verdicts if one.end == "passed")
        return decides

    async def _absent(self, waited: float) -> Verdict | None:
        """The verdict where no run has appeared; why is asked at the second look and at the end."""
        late = waited >= self.terms.grace_seconds
        if late or not self._asked_why:
            self._asked_why = True
            if absence := await self.provider.absence(self.branch):
                return Verdict(absence.end, absence.why)
        if not late:
            return None
        return Verdict(
            "not_yet",
            f"no workflow run of {self.sha[:10]} has appeared within "
            f"{self.terms.grace_seconds:g} s",
            next=f"`ai-assisted-deploy watch {self.sha}` looks again; a filter of paths in the "
            "workflow, or a token of a workflow that pushed, starts none",
        )

    async def _show(self, run: CIRun) -> None:
        """Report what has changed of a run's jobs and steps."""
        self._once(run.name, run.id, str(run.attempt), run.status, run.conclusion)
        if run.status in ("queued", "requested", "pending", "waiting"):
            return
        for job in await self.provider.jobs(run):
            key = (run.id, str(run.attempt), job.id)
            for step in job.steps:
                if step.status != "queued" and step.status != "pending":
                    took = "" if step.seconds is None else f" in {step.seconds:.0f} s"
                    words = f"{step.conclusion or step.status}{took}"
                    self._once(f"{job.name} / {step.name}", *key, step.name, words)
            if job.status == "completed":
                took = "" if job.seconds is None else f" in {job.seconds:.0f} s"
                self._once(job.name, *key, f"{job.conclusion}{took}")

    def _once(self, what: str, *key: str) -> None:
        if (what, *key) not in self._shown:
            self._shown.add((what, *key))
            self.report(f"{what}: {key[-1] or key[-2]}")

    async def _ended(self, run: CIRun) -> Verdict:
        """The verdict on a run that is completed."""
        again = f" in attempt {run.attempt}" if run.attempt > 1 else ""
        rule = RULES.get(run.conclusion)
        if rule is None:
            said = run.conclusion or "nothing"
            return Verdict(
                "unknown",
                f"{run.name} is completed{again}, and its conclusion is {said!r}",
                run.url,
                next="look at the run; this version knows no such conclusion",
            )
        summary = f"{run.name} {rule.words}{again}"
        if rule.end != "failed":
            return Verdict(rule.end, summary, run.url, next=rule.next)
        jobs = await self.provider.jobs(run)
        failed = [job for job in jobs if job.conclusion in _FAILED_JOBS]
        failed.sort(key=lambda job: _FAILED_JOBS.index(job.conclusion))
        log, missing = await self._log(run, failed) if self.terms.fetch_logs else (_NO_LOG, "")
        lines = [f"{job.name}: {_failure(job)}" for job in failed]
        tail = [line for line in log.part.splitlines() if line.strip()][-_EVIDENCE_LINES:]
        which = f": {counted(len(failed), 'job')}, {failed[0].name} first" if failed else ""
        evidence = tuple([*lines, missing, *tail] if missing else [*lines, *tail])
        return Verdict("failed", f"{summary}{which}", run.url, evidence, *log, rule.next, jobs)

    async def _log(self, run: CIRun, failed: Sequence[Job]) -> tuple[_JobLog, str]:
        """The first log of a failed job that says something, else why there is none."""
        missing = "no job failed that could have a log"
        for job in failed[:_LOGS]:
            try:
                whole = await self.provider.log(run, job)
            except ProvisionerError as error:
                missing = f"the log of {job.name} cannot be had: {error}"
                continue
            if part := failing_part(clean_log(whole)):
                return _JobLog(part, whole, await self._good_log(run, job)), ""
            missing = f"the log of {job.name} is empty, which says nothing about its failure"
        return _NO_LOG, missing

    async def _good_log(self, run: CIRun, job: Job) -> str:
        """The log of a job in the last good run, "" where it cannot be had: it is but a hint."""
        try:
            good = await self.provider.last_good(run)
            jobs = await self.provider.jobs(good) if good else ()
            same = [one for one in jobs if (one.name, one.conclusion) == (job.name, "success")]
            return await self.provider.log(good, same[0]) if good and same else ""
        except ProvisionerError:
            return ""


def _failure(job: Job) -> str:
    """A failed job's conclusion, and the first step of it that failed."""
    step = next((one for one in job.steps if one.conclusion in _FAILED_JOBS), None)
    return f"{job.conclusion} in {step.name!r}" if step else job.conclusion
