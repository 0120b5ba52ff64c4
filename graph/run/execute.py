"""Execution of a request up to its result."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from assistant.errors import NoProviderAvailable
from assistant.request import AIAssistant
from graph.deps import Deps
from graph.errors import Stopped
from graph.events import Noted, RunFinished, RunStarted
from graph.run.begin import (
    Listen,
    check_understood,
    event_emitter,
    first_state,
    record_run,
)
from graph.run.cleanup import clean_up
from graph.run.drive import Ending, drive
from graph.run.earlier import load_earlier
from graph.run.reading import reading_of
from graph.run.request import RunRequest
from graph.run.requirements import load_requirements
from graph.run.resources import RunResources, open_resources
from graph.run.result import DeploymentResult, answered_by
from graph.run.resume import check_record, choose_entry, restore
from graph.run.signals import Stop, signals_cancel
from graph.state import DeploymentState
from ledger.address import database_url
from ledger.clock import Clock, utc_now
from ledger.database import open_ledger
from ledger.errors import LedgerError
from ledger.process import this_process
from ledger.runs import Run
from provisioner.files.workspace import open_workspace
from provisioner.modes.base import Deployment
from provisioner.modes.leftovers import end_leftovers


async def run_feature(
    request: RunRequest,
    listen: Listen,
    assistant: AIAssistant | None = None,
    run_id: str = "",
    clock: Clock = utc_now,
) -> DeploymentResult:
    """Carry out a request.

    Args:
        request: what was asked for.
        listen: gets every event.
        assistant: answers instead of the configured models, e.g. from a script.
        run_id: of a new run; a fresh one where it is empty.
        clock: gives the times that are recorded.

    Raises:
        GraphError, ProvisionerError, LedgerError, AssistantError: the request cannot be carried
            out here; nothing was changed.
        Stopped: SIGINT or SIGTERM came before the first step.
    """
    began = clock()
    with signals_cancel(asyncio.current_task()) as stop:
        try:
            async with open_resources(request, assistant, run_id, clock) as resources:
                return await _run(resources, listen, stop, began)
        except asyncio.CancelledError:
            if not stop.number:
                raise
            raise Stopped(stop.name, stop.number) from None


def mark_reported(request: RunRequest, result: DeploymentResult) -> None:
    """Record that a run's result was shown, so that the same request begins anew from now on.

    Until then the same request gives the same result again. What cannot be recorded is shown
    twice.
    """
    workspace = open_workspace(request.workspace, read_only=True)
    with (
        suppress(LedgerError),
        open_ledger(database_url(request.environ, workspace.state_dir)) as ledger,
    ):
        ledger.runs.update(result.run_id, process=None)


async def _run(
    resources: RunResources, listen: Listen, stop: Stop, began: datetime
) -> DeploymentResult:
    request, runs = resources.request, resources.ledger.runs
    entry = choose_entry(request, runs.latest(request.feature, resources.place))
    await clean_up(resources, entry.run)
    if entry.run and entry.way == "report_again" and entry.run.result:
        return DeploymentResult.of_json(entry.run.result)
    state: DeploymentState | None = None
    if entry.run:
        run = runs.update(entry.run.run_id, status="running", process=this_process())
    else:
        state = await first_state(resources)
        await check_understood(resources, state["keep"])
        run = record_run(resources, state, await resources.earlier())
    files = resources.workspace.run_folder(run.run_id)
    emit = event_emitter(run.run_id, files, listen, resources.clock)
    if resources.answers:
        emit(Noted(f"model: {resources.answers}"))
    resources.log.pass_to(emit)
    requirements = load_requirements(files, run, request.requirements)
    kept = bool(run.options.keep)
    reading = reading_of(requirements, resources.answers, resources.plan, kept=kept)
    for line in reading:
        emit(Noted(f"read as: {line}"))
    deps = resources.deps(run.run_id, files, requirements, emit, load_earlier(files, run))
    if entry.run:
        check_record(resources, run.run_id, emit)
        state = await restore(resources, run, deps, recovering=entry.way == "recover")
    execution = RunExecution(resources, run, deps, stop, began, tuple(reading))
    return await execution.execute(state, resumed=entry.run is not None)


@dataclass(frozen=True, slots=True)
class RunExecution:
    """Execution of a recorded run."""

    resources: RunResources
    run: Run
    deps: Deps
    stop: Stop
    began: datetime
    reading: tuple[str, ...]

    async def execute(self, state: DeploymentState | None, *, resumed: bool) -> DeploymentResult:
        """Drive the workflow to its end and record the result.

        Args:
            state: the first one, or None to go on from the last checkpoint.
        """
        run_id, checkpoints = self.run.run_id, self.resources.checkpoints
        self.deps.emit(
            RunStarted(
                feature=self.run.feature,
                mode=self.run.mode,
                resumed=resumed,
                plan=tuple(self.resources.plan),
                sandbox=self.resources.sandbox.level,
                folder=self.deps.folder.relative,
            )
        )
        thread = checkpoints.thread(run_id)
        ending = await drive(checkpoints.workflow, state, thread, self.deps)
        self.stop.work = None  # the result is recorded even after a signal
        last = (await checkpoints.workflow.aget_state(thread)).values or state
        result = await self._result(ending, cast(DeploymentState, last))
        self.resources.ledger.runs.update(run_id, status=ending.status, result=result.to_json())
        if ending.status == "done":
            await checkpoints.forget(run_id)
        self.deps.emit(RunFinished(ending.status, ending.exit_code, result.seconds))
        return result

    async def _result(self, ending: Ending, state: DeploymentState) -> DeploymentResult:
        """The result; a deployment that is not to be kept is stopped."""
        deployed, provisioner = state["deployment"], self.deps.provisioner
        keep = self.resources.request.keep_running and ending.status == "done"
        if deployed and provisioner and not keep:
            await provisioner.stop(Deployment.of_plain(deployed))
        if ending.status == "interrupted":
            # A service that was started in the very step that was cancelled is in no state yet.
            label = self.resources.label(self.run.run_id)
            await end_leftovers([label], self.resources.workspace.state_dir)
        usage = self.resources.ledger.usage.run(self.run.run_id)
        error = ending.error
        if error and error.type == NoProviderAvailable.__name__:
            error = replace(error, evidence=(*error.evidence, *self.deps.providers()))
        return DeploymentResult.of_state(
            state,
            status=ending.status,
            exit_code=ending.exit_code,
            usage=usage.as_json(),
            error=error,
            running=bool(deployed) and keep,
            model=answered_by(usage.by_model, self.resources.answers),
            seconds=round((self.resources.clock() - self.began).total_seconds(), 3),
            reading=self.reading,
        )
