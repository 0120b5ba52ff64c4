"""A diagnosis by a model of a log that no rule names: outside of a run, but recorded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO

from assistant.diagnosis.asking import excerpt, refusal, target_of
from assistant.diagnosis.diagnose import ErrorAnalysis
from assistant.diagnosis.last_good import LastGood
from assistant.prompting import compose
from assistant.request import Purpose, Request
from assistant.schemas import AnalyzeDeploymentError
from graph.commands.asking import asking_models
from graph.config.models import DeploymentConfig


def question(log: BinaryIO, good: LastGood | None = None) -> Request[AnalyzeDeploymentError]:
    """All that is sent to a model about a log, beside that of the last good run."""
    return compose(AnalyzeDeploymentError, {"log": excerpt(log, good)})


async def ask_model(
    request: Request[AnalyzeDeploymentError],
    root: Path,
    settings: DeploymentConfig,
    environ: Mapping[str, str],
) -> ErrorAnalysis:
    """A model's diagnosis of a log, within the budgets of a workspace; its rule is the model.

    An answer that the log does not bear is `unknown`; raises as AIAssistant.ask does.
    """
    async with asking_models(root, settings, environ, "log") as asking:
        purpose = Purpose(asking.run_id, "error_analysis", 1, "diagnosis")
        answer = await asking.client.ask(request, purpose)
        asking.status = "done"
    said, by = answer.value, f"model {answer.model}"
    if refused := refusal(said, request.inputs["log"]):
        return ErrorAnalysis("unknown", None, 0.0, f"{said.root_cause} ({refused})", 0, by)
    return ErrorAnalysis(
        said.error_type, target_of(said) or None, said.confidence, said.root_cause, 0, by
    )
