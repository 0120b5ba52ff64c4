"""give_up: end a failed run; a model may suggest the next step where none is known."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.errors import AssistantError
from assistant.schemas import AnalyzeFailure
from graph.deps import Deps
from graph.state import DeploymentState, StateUpdate

STEP = "give_up"


async def give_up(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    failure = state["failure"]
    assert failure is not None, "routing leads here only with a failure"
    # Of code that fails its tests the next step is only where to look; a model may know more.
    known = failure["next"] and failure["kind"] != "test_failed"
    if known or not deps.settings.deployment.ai_suggest_fixes:
        return {"note": failure["summary"]}
    try:
        answer = await deps.ask(
            AnalyzeFailure, state, STEP, log=failure["detail"], step=failure["step"]
        )
    except AssistantError as error:
        return {"note": f"{failure['summary']} (no suggestion: {error})"}
    advice = answer.value
    command = f" `{advice.suggested_step.command}`" if advice.suggested_step.command else ""
    return {
        "suggestion": f"{advice.summary} {advice.suggested_step.title}{command}".strip(),
        "note": failure["summary"],
    }
