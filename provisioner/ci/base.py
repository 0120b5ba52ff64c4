"""The seam to a CI service: the records of a run, and what a service has to answer.

Statuses and conclusions are those of GitHub, which other services' words are translated to.
https://docs.github.com/en/rest/guides/using-the-rest-api-to-interact-with-checks
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, get_args

Status = Literal["queued", "requested", "waiting", "pending", "in_progress", "completed"]
Conclusion = Literal[
    "success",
    "failure",
    "cancelled",
    "skipped",
    "neutral",
    "timed_out",
    "action_required",
    "stale",
    "startup_failure",
]
STATUSES: tuple[Status, ...] = get_args(Status)
CONCLUSIONS: tuple[Conclusion, ...] = get_args(Conclusion)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a job; seconds are None while it runs. Words that are unknown stay as they are."""

    name: str
    status: str
    conclusion: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a run, in its latest attempt."""

    id: str
    name: str
    status: str
    conclusion: str
    url: str = ""
    seconds: float | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class CIRun:
    """A run of one workflow for a commit; `attempt` counts from 1 and grows where it is re-run.

    `workflow` is the workflow's file, "" where a service has but one.
    """

    id: str
    name: str
    status: str
    conclusion: str
    url: str = ""
    attempt: int = 1
    workflow: str = ""


@dataclass(frozen=True, slots=True)
class Absence:
    """Why a commit has no run and will get none."""

    end: Literal["no_workflow", "disabled"]
    why: str


@dataclass(frozen=True, slots=True)
class Unwatched:
    """No service watches a remote: why, and what would make one do so."""

    why: str
    next_step: str = ""


class CIProvider(Protocol):
    """A CI service and one repository there.

    Every method raises RemoteUnreachable where the service does not answer, and RemoteDenied where
    it refuses; neither says anything about a run.
    """

    @property
    def name(self) -> str:
        """The service and the repository, for a person."""

    async def find_runs(self, sha: str) -> tuple[CIRun, ...]:
        """The runs that the push of exactly this commit (full hash) started, so far."""

    async def absence(self, branch: str) -> Absence | None:
        """Why a push to a branch (short name) starts no run; None where nothing says so."""

    async def approval(self, run: CIRun) -> str:
        """The approval that a waiting run needs from a person, "" where it needs none."""

    async def jobs(self, run: CIRun) -> tuple[Job, ...]:
        """The jobs of a run's latest attempt."""

    async def log(self, run: CIRun, job: Job) -> str:
        """The log of a job that has ended, as the service gives it; "" where there is none."""

    async def last_good(self, run: CIRun) -> CIRun | None:
        """The newest successful run of the same workflow, on whichever branch; None for none."""

    async def aclose(self) -> None:
        """Close its connections."""
