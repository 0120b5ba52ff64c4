"""give_up: end a failed run, with what a person can do next."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.diagnosis.actions import BY_A_PERSON
from assistant.errors import AssistantError
from assistant.schemas import AnalyzeFailure
from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate, failure_of


async def give_up(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """End a failed run; a model may suggest the next step where none is known."""
    deps, failure = runtime.context, failure_of(state)
    update: StateUpdate = {"note": failure["summary"]}
    if not failure["next"]:
        update["failure"] = {**failure, "next": BY_A_PERSON["FAIL"]}
    # Of code that fails its tests the next step is only where to look; a model may know more.
    known = failure["next"] and failure["kind"] != "test_failed"
    if known or not deps.settings.deployment.ai_suggest_fixes:
        return update
    log, step = failure["detail"], failure["step"]
    try:
        advice = (await deps.ask(AnalyzeFailure, state, "give_up", log=log, step=step)).value
    except AssistantError as error:
        return {**update, "note": f"{failure['summary']} (no suggestion: {error})"}
    command = f" `{advice.suggested_step.command}`" if advice.suggested_step.command else ""
    suggestion = f"{advice.summary} {advice.suggested_step.title}{command}".strip()
    return {**update, "suggestion": suggestion}
