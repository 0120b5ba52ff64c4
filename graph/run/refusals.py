"""What a run would refuse at its start, found without starting one: for --dry-run."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from graph.records import open_records
from graph.run.preflight import files_to_keep
from graph.run.request import RunRequest
from graph.run.resume import choose_entry
from ledger.errors import RunLocked
from ledger.runs import Run
from provisioner.feature.folder import FeatureFolder
from provisioner.git.repository import Repository
from provisioner.image.engine import connect
from provisioner.sandbox.choose import choose_sandbox


async def check_start(
    request: RunRequest, plan: list[str], repository: Repository | None
) -> Sequence[str]:
    """The generated files that a run would keep.

    Raises what the run would: no sandbox or engine works, the feature is held, its files are there
    and nobody said what becomes of them, there is no run to go on with.
    """
    await choose_sandbox(unsafe=request.settings.limits.unsafe_no_sandbox)
    if "container_tests" in plan:
        (await asyncio.to_thread(connect)).close()
    with open_records(request.workspace, or_empty=True) as records:
        latest = records.latest(request.feature)
        if latest:
            _refuse_held(latest)
        entry = choose_entry(request, latest)
        if entry.run:
            return entry.run.options.keep
        folder = FeatureFolder(records.workspace.root, request.feature, records.ledger)
        failed = latest is not None and latest.status == "failed"
        return await files_to_keep(request, folder, repository, plan, failed=failed)


def _refuse_held(run: Run) -> None:
    """Raise RunLocked while a living process carries the run out."""
    if run.status == "running" and run.process and not run.abandoned:
        host, pid = run.process.host, run.process.pid
        raise RunLocked(run.feature, pid=pid, host=host, run_id=run.run_id)
