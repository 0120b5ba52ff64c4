"""The log of a feature's service in its last good run: what a failed run is compared with."""

from __future__ import annotations

from typing import Final

from assistant.diagnosis.last_good import LastGood
from ledger.runs import Runs
from provisioner.files.workspace import Workspace

SERVICE_LOG: Final = "service.log"  # in the run's folder


def last_good_log(workspace: Workspace, runs: Runs, feature: str) -> LastGood | None:
    """What the service said in the newest run that was done; None where there is none such."""
    for run in runs.list(feature=feature):
        log = workspace.run_dir(run.run_id) / SERVICE_LOG
        if run.status == "done" and log.is_file():
            with log.open("rb") as stream:
                return LastGood(stream)
    return None
