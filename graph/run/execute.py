"""Execution of a request up to its result."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast

from assistant.errors import NoProviderAvailable
from assistant.request import AIAssistant
from graph.deps import Deps
from graph.errors import Stopped
from graph.events import Noted, RunFinished, RunStarted
from graph.request import RunRequest, load_requirements
from graph.result import DeploymentResult, answered_by
from graph.run.begin import clean_up, record_run
from graph.run.drive import Stop, drive, signals_cancel
from graph.run.preflight import files_to_keep, generated_files
from graph.run.reading import reading_of
from graph.run.reporting import Listen, event_emitter
from graph.run.resources import RunResources, open_resources
from graph.run.resume import choose_entry, restore
from graph.state import DeploymentState
from ledger.connection import Clock, database_url, utc_now
from ledger.database import open_ledger
from ledger.errors import LedgerError
from ledger.process import this_process
from ledger.runs import Run
from provisioner.errors import DockerUnavailable
from provisioner.files.workspace import open_workspace
from provisioner.modes.base import Deployment
from provisioner.modes.service.leftovers import end_leftovers


async def run_feature(
    request: RunRequest,
    listen: Listen,
    assistant: AIAssistant | None = None,
    run_id: str = "",
    clock: Clock = utc_now,
) -> DeploymentResult:
    """Carry out a request; `listen` gets every event.

    Args:
        assistant: answers instead of the configured models, e.g. from a script.
        run_id: of a new run; a fresh one where it is empty.
        clock: gives the times that are recorded, and decides nothing.

    Raises:
        GraphError, ProvisionerError, LedgerError, AssistantError: the request cannot be carried
            out here, or a signal came before the first step; nothing was changed.
    """
    with signals_cancel(asyncio.current_task()) as stop:
        try:
            async with open_resources(request, assistant, run_id, clock) as resources:
                return await _run(resources, listen, stop)
        except asyncio.CancelledError:
            if not stop.number:
                raise
            raise Stopped(stop.name, stop.number) from None


def mark_reported(request: RunRequest, result: DeploymentResult) -> None:
    """Record that a run's result was shown, so that the same request begins anew from now on.

    Until then the same request gives the same result again.
    """
    workspace = open_workspace(request.workspace, read_only=True)
    url = database_url(request.environ, workspace.state_dir)
    with suppress(LedgerError), open_ledger(url) as ledger:
        ledger.runs.update(result.run_id, process=None)


async def _run(resources: RunResources, listen: Listen, stop: Stop) -> DeploymentResult:
    """Choose the run that the request is, and execute it."""
    request, runs = resources.request, resources.ledger.runs
    latest = runs.latest(request.feature, resources.place)
    entry = choose_entry(request, latest)
    await clean_up(resources, entry.run)
    if entry.run and entry.way == "report_again" and entry.run.result:
        return DeploymentResult.of_record(entry.run.result)
    run = entry.run
    keep: Sequence[str]
    if run:
        files = resources.workspace.run_folder(run.run_id)
        keep, requirements = run.options.keep, load_requirements(files, run, request.requirements)
    else:
        failed = latest is not None and latest.status == "failed"
        folder, repository = resources.folder(), resources.repository
        keep = await files_to_keep(request, folder, repository, resources.plan, failed=failed)
        requirements = request.requirements or ""
    written = set(generated_files(resources.plan)) - set(keep)
    reading = reading_of(requirements, resources.answers, written)
    run = run or await record_run(resources, requirements, keep)
    files = resources.workspace.run_folder(run.run_id)
    emit = event_emitter(run.run_id, files, listen, resources.clock)
    if resources.answers:
        emit(Noted(f"model: {resources.answers}"))
    resources.log.pass_to(emit)
    for line in reading:
        emit(Noted(f"read as: {line}"))
    deps = resources.deps(run, requirements, emit)
    if entry.run:
        state = await restore(resources, run, deps, recovering=entry.way == "recover")
        # Not before: what cannot go on yet is still a failed run, whose failure is taken up later.
        runs.update(run.run_id, status="running", process=this_process())
    else:
        state = resources.first_state(run)
    emit(
        RunStarted(
            feature=run.feature,
            mode=run.mode,
            resumed=entry.run is not None,
            plan=tuple(resources.plan),
            sandbox=resources.sandbox.level,
            folder=deps.folder.relative,
        )
    )
    return await _execute(resources, run, deps, state, reading, stop)


async def _execute(
    resources: RunResources,
    run: Run,
    deps: Deps,
    state: DeploymentState | None,
    reading: tuple[str, ...],
    stop: Stop,
) -> DeploymentResult:
    """Drive the workflow from a state, or its last checkpoint, to its end; record the result."""
    checkpoints = resources.checkpoints
    thread = checkpoints.thread(run.run_id)
    ending = await drive(checkpoints.workflow, state, thread, deps)
    stop.work = None  # the result is recorded even after a signal
    values = (await checkpoints.workflow.aget_state(thread)).values or state
    last = cast(DeploymentState, values)
    provisioner = deps.provisioner
    lasting = provisioner is not None and provisioner.lasting
    keep = lasting or (resources.request.keep_running and ending.status == "done")
    if last["deployment"] and provisioner and not keep:
        await provisioner.stop(Deployment.of_plain(last["deployment"]))
    if "container_tests" in last["plan"]:
        with suppress(DockerUnavailable):
            await deps.container_trial.clean_up()
    if ending.status == "interrupted":
        # A service that was started in the very step that was cancelled is in no state yet.
        await end_leftovers([resources.label(run.run_id)], resources.workspace.state_dir)
    if ending.error and ending.error.type == NoProviderAvailable.__name__:
        evidence = (*ending.error.evidence, *deps.providers())
        ending = replace(ending, error=replace(ending.error, evidence=evidence))
    usage = resources.ledger.usage.run(run.run_id)
    result = DeploymentResult.of_state(
        last,
        ending,
        usage=usage.as_json(),
        running=bool(last["deployment"]) and keep,
        model=answered_by(usage.models, resources.answers),
        seconds=round((resources.clock() - resources.began).total_seconds(), 3),
        reading=reading,
    )
    resources.ledger.runs.update(run.run_id, status=ending.status, result=result.record)
    if ending.status == "done":
        await checkpoints.forget(run.run_id)
    deps.emit(RunFinished(ending.status, result.exit_code, result.record["seconds"]))
    return result
