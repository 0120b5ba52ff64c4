"""stop: stop what a run left running."""

from __future__ import annotations

from graph.standalone.records import Records
from ledger.runs import Run
from provisioner.modes.base import Deployment, Provisioner, Target


async def stop_run(records: Records, run: Run) -> str:
    """Stop a run's deployment; gives its URL and id, "" where nothing runs."""
    plain = (run.result or {}).get("deployment")
    if not plain:
        return ""
    deployment = Deployment.of_plain(plain)
    target = Target(
        feature=run.feature,
        folder=records.workspace.root / "behaviors" / run.feature,
        state=records.workspace.state_dir,
        log=records.workspace.run_dir(run.run_id) / "service.log",
    )
    stopped = await Provisioner.create(deployment.mode, target).stop(deployment)
    return f"{deployment.url} ({deployment.id})" if stopped else ""
