"""Models that are asked outside of a feature's run: recorded like one, within the same budgets."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.calls.client import ModelClient
from assistant.providers.factory import ProviderFactory
from graph.config.models import DeploymentConfig
from graph.state import VERSION
from ledger.connection import database_url, utc_now
from ledger.database import open_ledger
from ledger.runs import new_run_id
from provisioner.files.workspace import open_workspace


@dataclass(slots=True)
class Asking:
    """A client of models, and the run that its calls are recorded under.

    Attributes:
        status: how the run is recorded to have ended; failed until somebody says otherwise.
    """

    client: ModelClient
    run_id: str
    status: str = "failed"


@asynccontextmanager
async def asking_models(
    root: Path,
    settings: DeploymentConfig,
    environ: Mapping[str, str],
    name: str,
    mode: str = "CODE",
) -> AsyncIterator[Asking]:
    """Open the models of a workspace; `name` stands in brackets, as no feature's does."""
    state_dir = open_workspace(root).state_dir
    with open_ledger(database_url(environ, state_dir)) as ledger:
        ledger.check_writable()
        run = ledger.runs.create(
            new_run_id(utc_now, random.SystemRandom()),
            feature=f"({name})",
            mode=mode,
            requirements_sha="",
            graph_version=VERSION,
        )
        client = ProviderFactory(settings.assistant, environ).client(ledger, state_dir=state_dir)
        asking = Asking(client, run.run_id)
        try:
            await client.start()
            yield asking
        finally:
            await client.aclose()
            ledger.runs.update(run.run_id, status=asking.status)
