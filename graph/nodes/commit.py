"""commit: the accepted files, and nothing else, as one semantic commit."""

from __future__ import annotations

from langgraph.runtime import Runtime

from assistant.errors import ReplyInvalid
from assistant.schemas import CreateCommitMessage
from graph.deps import Deps
from graph.message import rule_made, worded
from graph.state import DeploymentState, StateUpdate

STEP = "commit"


async def commit(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    if deps.repository is None:
        return {"skipped": True, "note": "git is left alone"}
    message = await _message(state, deps)
    made = await deps.repository.commit_folder(
        folder=deps.folder.relative,
        files={name: deps.artefacts.get(digest) for name, digest in state["files"].items()},
        message=worded(message, state),
        effect_key=f"{state['run_id']}/{STEP}/{state['rounds'].get(STEP, 0) + 1}",
    )
    return {"commit": made.sha, "note": f"{made.sha[:10]} {message.type}: {message.subject}"}


async def _message(state: DeploymentState, deps: Deps) -> CreateCommitMessage:
    """A model's wording; the rule's where none is wanted or none was usable."""
    if not deps.settings.deployment.ai_create_commits:
        return rule_made(state)
    names = "\n".join(sorted(state["files"]))
    try:
        answer = await deps.ask(CreateCommitMessage, state, STEP, diff=names)
    except ReplyInvalid:
        return rule_made(state)
    return answer.value
