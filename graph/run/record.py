"""The record of a new run: its requirements, its options, and the feature as it was before.

That is looked up once and kept in the run's folder, so that a run that goes on compares with the
same feature, whatever it has written since.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graph.run.preflight import GENERATED, SERVICE_TESTS, TESTS
from graph.run.requirements import find_requirements, requirements_sha, store_requirements
from graph.run.resources import RunResources
from graph.state import VERSION
from ledger.process import this_process
from ledger.runs import EarlierFiles, Run
from provisioner.files.workspace import RunFolder

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
    that was done and had some.
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
