"""Replay: run again from the journal in a scratch workspace, without a model or a remote."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.providers.factory import replay_client
from graph.errors import RunNotFound
from graph.events import EVENTS, Event, StepFinished
from graph.run.execute import run_feature
from graph.run.preflight import GENERATED
from graph.run.request import RunRequest
from graph.run.result import DeploymentResult
from ledger.database import Ledger
from ledger.runs import Run
from ledger.text.program import program
from provisioner.files.atomic import atomic_write
from provisioner.files.temporary import private_folder
from provisioner.files.workspace import RunFolder
from provisioner.git.repository import init_repository

Step = tuple[str, int, str]
"""A step's name, its round and how it ended."""


@dataclass(frozen=True, slots=True)
class StepComparison:
    """A step in the recorded and in the replayed run; None where it was not run."""

    then: Step | None
    now: Step | None

    @property
    def equal(self) -> bool:
        """A push is left out of a replay, and never makes a difference."""
        return self.then == self.now or (self.then or self.now or ("",))[0] == "push"


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """Result of a replay.

    Attributes:
        steps: every step, then and now, in order.
        files: names of files whose accepted content differs.
        result: of the replayed run.
    """

    steps: tuple[StepComparison, ...]
    files: tuple[str, ...]
    result: DeploymentResult

    @property
    def equal(self) -> bool:
        return not self.files and all(step.equal for step in self.steps)


async def replay(
    request: RunRequest,
    run: Run,
    ledger: Ledger,
    files: RunFolder,
    events: Sequence[Mapping[str, Any]],
) -> ReplayReport:
    """Run an ended run again and compare each step with what happened then.

    Args:
        request: the run's own request, with a workspace of its own.
        run: as it is recorded in `ledger`, which answers what was asked then.
        files: the run's folder.
        events: of the run, as it recorded them.

    Raises:
        RunNotFound: the run has not ended yet, or its events are gone.
    """
    if run.result is None:
        raise RunNotFound(
            f"run {run.run_id} has not ended", next_step=f"{program()} resume {run.run_id}"
        )
    if not events:
        raise RunNotFound(
            f"the events of run {run.run_id} are gone: {files.path / EVENTS}",
            next_step="restore the file; without it there is nothing to compare with",
        )
    replayed: list[Mapping[str, Any]] = []

    def listen(event: Event, run_id: str, at: str) -> None:
        replayed.append(event.record(run_id, at))

    async with _scratch(request, run, files) as scratch:
        assistant = replay_client(request.settings.assistant, ledger)
        result = await run_feature(scratch, listen, assistant=assistant, run_id=run.run_id)
    then, now = run.result["files"], result.record["files"]
    differing = tuple(name for name in sorted(then) if now.get(name) != then[name])
    return ReplayReport(_compare(_steps(events), _steps(replayed)), differing, result)


def _steps(events: Sequence[Mapping[str, Any]]) -> dict[tuple[str, int], Step]:
    """The last end of each step and round; after a kill a round may have run twice."""
    return {
        (event["step"], event["round"]): (event["step"], event["round"], event["status"])
        for event in events
        if event["event"] == StepFinished.type
    }


def _compare(
    then: Mapping[tuple[str, int], Step], now: Mapping[tuple[str, int], Step]
) -> tuple[StepComparison, ...]:
    return tuple(StepComparison(then.get(key), now.get(key)) for key in {**then, **now})


@asynccontextmanager
async def _scratch(request: RunRequest, run: Run, files: RunFolder) -> AsyncIterator[RunRequest]:
    """The request in an empty repository with the files that the run began with."""
    with private_folder("replay") as folder:
        workspace = Path(folder) / "workspace"
        workspace.mkdir()
        await init_repository(workspace)
        result: Mapping[str, Any] = run.result or {}
        scaffolded = [name for name in result["files"] if name not in GENERATED]
        for name in [*result["kept"], *scaffolded]:
            place = workspace / "behaviors" / run.feature / name
            atomic_write(place, files.get(result["files"][name]))
        yield replace(request, workspace=workspace, keep_running=False, environ={})
