"""A diagnosis by a model of a log that no rule names: outside of a run, but recorded."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from assistant.diagnosis.asking import excerpt, refusal, target_of
from assistant.diagnosis.diagnose import ErrorAnalysis
from assistant.diagnosis.last_good import LastGood
from assistant.prompting import compose
from assistant.providers.factory import ProviderFactory
from assistant.request import Purpose, Request
from assistant.schemas import AnalyzeDeploymentError
from graph.config.models import Settings
from graph.state import VERSION
from ledger.connection import database_url, utc_now
from ledger.database import open_ledger
from ledger.runs import new_run_id
from provisioner.files.workspace import open_workspace

_RECORDED_AS = "(log)"  # in place of a feature's name, which has no brackets


def question(log: BinaryIO, good: LastGood | None = None) -> Request[AnalyzeDeploymentError]:
    """All that is sent to a model about a log, beside that of the last good run."""
    return compose(AnalyzeDeploymentError, {"log": excerpt(log, good)})


async def ask_model(
    request: Request[AnalyzeDeploymentError],
    root: Path,
    settings: Settings,
    environ: Mapping[str, str],
) -> ErrorAnalysis:
    """A model's diagnosis of a log, within the budgets of a workspace; its rule is the model.

    An answer that the log does not bear is `unknown`; raises as AIAssistant.ask does.
    """
    workspace = open_workspace(root)
    with open_ledger(database_url(environ, workspace.state_dir)) as ledger:
        ledger.check_writable()
        run = ledger.runs.create(
            new_run_id(utc_now, random.SystemRandom()),
            feature=_RECORDED_AS,
            mode="CODE",
            requirements_sha="",
            graph_version=VERSION,
        )
        status = "failed"
        factory = ProviderFactory(settings.assistant, environ)
        client = factory.client(ledger, state_dir=workspace.state_dir)
        try:
            await client.start()
            purpose = Purpose(run.run_id, "error_analysis", 1, "diagnosis")
            answer = await client.ask(request, purpose)
            status = "done"
        finally:
            await client.aclose()
            ledger.runs.update(run.run_id, status=status)
    said, by = answer.value, f"model {answer.model}"
    if refused := refusal(said, request.inputs["log"]):
        return ErrorAnalysis("unknown", None, 0.0, f"{said.root_cause} ({refused})", 0, by)
    return ErrorAnalysis(
        said.error_type, target_of(said) or None, said.confidence, said.root_cause, 0, by
    )
