"""The beginning of a run: its first state, its record and its events."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import replace

from graph.events import EVENTS, Emit, Event
from graph.run.earlier import EarlierFeature, store_earlier
from graph.run.preflight import files_to_keep, generated_files
from graph.run.requirements import requirements_sha, store_requirements
from graph.run.resources import RunResources
from graph.state import VERSION, DeploymentState, initial_state
from ledger.clock import Clock, stamp
from ledger.errors import LedgerError
from ledger.process import this_process
from ledger.runs import Run
from provisioner.files.workspace import RunFolder

Listen = Callable[[Event, str, str], None]
"""Called with every event, its run id ("" before there is a run) and its time (UTC, ISO 8601)."""


async def first_state(resources: RunResources, run: Run | None = None) -> DeploymentState:
    """The state before the first step, of a new run or of one that begins again."""
    request, plan = resources.request, resources.plan
    if run:
        keep = list(run.options.keep)
    else:
        latest = resources.ledger.runs.latest(request.feature, resources.place)
        failed = latest is not None and latest.status == "failed"
        folder = resources.folder()
        keep = await files_to_keep(request, folder, resources.repository, plan, failed=failed)
    return initial_state(
        run_id=run.run_id if run else resources.new_id,
        feature=request.feature,
        mode=request.settings.deployment.provision_mode,
        plan=plan,
        keep=keep,
    )


async def check_understood(resources: RunResources, keep: Collection[str]) -> None:
    """Raise NotUnderstood where no configured model can read the requirements."""
    request = resources.request
    written = set(generated_files(resources.plan)) - set(keep)
    if resources.check_understood and written and request.requirements is not None:
        await resources.check_understood(request.feature, request.requirements)


def record_run(resources: RunResources, entering: DeploymentState, earlier: EarlierFeature) -> Run:
    """Record a new run with its requirements and options."""
    request, files = resources.request, resources.workspace.run_folder(resources.new_id)
    text = request.requirements or ""
    store_requirements(files, text)
    return resources.ledger.runs.create(
        resources.new_id,
        feature=request.feature,
        mode=request.settings.deployment.provision_mode,
        requirements_sha=requirements_sha(text),
        options=replace(
            request.options,
            place=resources.place,
            keep=tuple(entering["keep"]),
            earlier=store_earlier(files, earlier) if earlier != EarlierFeature() else None,
        ),
        graph_version=VERSION,
        process=this_process(),
    )


def event_emitter(run_id: str, files: RunFolder, listen: Listen, clock: Clock) -> Emit:
    """A function that appends events to the run's file and passes them to `listen`."""
    path = files.path / EVENTS

    def emit(event: Event) -> None:
        at = stamp(clock())
        try:
            with path.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(event.record(run_id, at)) + "\n")
        except OSError as error:
            raise LedgerError(
                f"{path} cannot be written ({error.strerror}): free some space or let this user "
                "write it, and run the same command again"
            ) from error
        listen(event, run_id, at)

    return emit
