"""stop: the end of the service that a run left running."""

from __future__ import annotations

from ledger.runs import Run
from provisioner.modes.service import RunningService, stop_service


async def stop_run(run: Run) -> str:
    """Stop what a run left running; gives what was stopped, "" where nothing runs.

    Only that very process is signalled: a later one with the same number is left alone.
    """
    record = (run.result or {}).get("service", {}).get("process")
    service = RunningService.from_plain(record) if record else None
    if service is None or not service.alive():
        return ""
    await stop_service(service)
    return f"{service.url} (process {service.pid})"
