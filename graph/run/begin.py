"""The beginning of a run: cleanup of what killed ones left, and the record of a new one."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace

from graph.events import EVENTS
from graph.plan import GENERATED, SERVICE_TESTS, TESTS
from graph.request import find_requirements, requirements_sha, store_requirements
from graph.run.resources import RunResources
from graph.state import VERSION
from ledger.lock import locked_runs
from ledger.process import this_process
from ledger.runs import EarlierFiles, Run
from provisioner.errors import DockerUnavailable
from provisioner.files.temporary import remove_abandoned, remove_staged
from provisioner.files.workspace import RunFolder
from provisioner.modes.base import Deployment
from provisioner.modes.container.trial import ContainerTrial
from provisioner.modes.service.leftovers import end_abandoned_sandboxes, end_leftovers

_LATEST = 20  # runs of a feature that are cleaned up after
_RUNS_LOOKED_AT = 50  # of a feature, for the requirements that it was last delivered by


async def record_run(resources: RunResources, requirements: str, keep: Sequence[str]) -> Run:
    """Record a new run that keeps some files."""
    request, files = resources.request, resources.workspace.run_folder(resources.new_id)
    earlier = await _earlier(resources, files)
    store_requirements(files, requirements)
    return resources.ledger.runs.create(
        resources.new_id,
        feature=request.feature,
        mode=request.settings.deployment.provision_mode,
        requirements_sha=requirements_sha(requirements),
        options=replace(request.options, place=resources.place, keep=tuple(keep), earlier=earlier),
        graph_version=VERSION,
        process=this_process(),
    )


async def _earlier(resources: RunResources, files: RunFolder) -> EarlierFiles | None:
    """The feature as it is now, None where it does not exist.

    It is what the checked-out commit has; where git is left alone, the files that are there, but
    for those that an unfinished or failed run left. Its requirements are those of the last run
    that was done and had some. All is kept in the run's folder, whatever the run writes since.
    """
    folder, repository = resources.folder(), resources.repository
    committed = await repository.committed(folder.relative, GENERATED) if repository else {}
    suites = {}
    for name in (TESTS, SERVICE_TESTS):
        content = committed.get(name)
        if content is None and not folder.is_leftover(name):
            content = folder.read(name)
        if content is not None:
            suites[name] = files.put(content)
    if not suites and not committed:
        return None
    found = EarlierFiles(run_id="", requirements="", suites=suites, committed=bool(committed))
    for run in resources.ledger.runs.list(limit=_RUNS_LOOKED_AT, feature=folder.feature):
        done = run.status == "done" and run.place == resources.place
        if text := find_requirements(resources.workspace, run) if done else "":
            return replace(found, run_id=run.run_id, requirements=files.put(text.encode()))
    return found


async def clean_up(resources: RunResources, going_on: Run | None) -> None:
    """Remove what killed runs of this feature left behind; the caller holds its lock.

    What a run that goes on has deployed already, by its last checkpoint, stays.
    """
    runs = resources.ledger.runs.list(limit=_LATEST, feature=resources.request.feature)
    killed = [run.run_id for run in runs if run.status != "done"]
    labels = [resources.label(run_id) for run_id in killed]
    state = await resources.checkpoints.state(going_on.run_id) if going_on else {}
    plain = state.get("deployment")
    spared = Deployment.of_plain(plain) if plain else None
    await end_leftovers(labels, resources.workspace.state_dir, spared)
    await _clean_up_containers(resources, [run for run in runs if run.run_id in killed])
    await end_abandoned_sandboxes()
    remove_abandoned()
    for run in runs:
        if run.status == "done" and run.unreported:  # perhaps killed before it was forgotten
            await resources.checkpoints.forget(run.run_id)
    for folder in [resources.folder().path, *map(resources.workspace.run_dir, killed)]:
        remove_staged(folder)
    _remove_unrecorded(resources)


async def _clean_up_containers(resources: RunResources, killed: Sequence[Run]) -> None:
    """Remove what killed runs left in the engine; in another mode only where there is one."""
    wanted = "container_tests" in resources.plan
    if wanted or any(run.mode == "CONTAINER" for run in killed):
        with nullcontext() if wanted else suppress(DockerUnavailable):
            await ContainerTrial(resources.target(resources.new_id)).clean_up()


def _remove_unrecorded(resources: RunResources) -> None:
    """Remove the folders of runs that were killed before they were recorded.

    A living run that is about to be recorded is named by its lock; the locks are read first. A run
    that was recorded has events, even where the record itself was lost since.
    """
    if resources.place:
        return  # a shared ledger: runs that are about to be recorded cannot be found
    runs = (resources.workspace.state_dir / "runs").glob("*")
    folders = [path for path in runs if path.is_dir() and not (path / EVENTS).exists()]
    held = locked_runs(resources.workspace.state_dir)
    for folder in folders:
        if folder.name not in held and resources.ledger.runs.get(folder.name) is None:
            shutil.rmtree(folder, ignore_errors=True)
