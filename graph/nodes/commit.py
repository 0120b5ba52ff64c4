"""commit: the accepted files, and nothing else, as one semantic commit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from langgraph.runtime import Runtime

from assistant.errors import ReplyInvalid, RequestRejected
from assistant.schemas import CreateCommitMessage
from graph.deps import Deps
from graph.nodes.commit_message import changed_files, rule_made, worded
from graph.state import DeploymentState, StateUpdate
from ledger.effects import EffectKey
from provisioner.git import CommitIntent, Repository, make_change

STEP = "commit"


async def commit(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    deps = runtime.context
    if deps.repository is None:
        return {"skipped": True, "note": "git is left alone"}
    key = EffectKey(state["run_id"], STEP, _digest(state["files"]))
    known = deps.effects.find(key)
    if known and known.result:
        return {**_update(known.result), "note": f"{known.result['sha'][:10]}, made before"}
    message = await _message(state, deps)
    text = worded(message, state, changes=deps.earlier.committed)
    made = await _make(state, deps, deps.repository, key, text)
    subject = text.partition("\n")[0] if made["created"] else "has these very files already"
    note = f"{made['sha'][:10]} {subject}. {made['warning']}"
    return {**_update(made), "note": note.removesuffix(". ")}


async def _make(
    state: DeploymentState, deps: Deps, repository: Repository, key: EffectKey, message: str
) -> dict[str, str]:
    """Journal the plan, make the commit, journal its result."""
    files = {name: deps.artefacts.get(digest) for name, digest in state["files"].items()}
    place = deps.folder.relative
    change = make_change(folder=place, files=files, message=message, effect_key=key.digest)
    intent = await repository.prepare_commit(change)
    begun = deps.effects.begin(key, STEP, {**intent.as_dict(), "message": message})
    details = dict(begun.details)
    first = details.pop("message")  # of an earlier attempt, whose plan counts
    change = make_change(folder=place, files=files, message=first, effect_key=key.digest)
    made = await repository.commit_folder(change, CommitIntent.from_dict(details))
    result = {"sha": made.sha, "branch": made.branch, "warning": made.warning}
    result["created"] = "yes" if made.created else ""
    deps.effects.finish(key, result)
    return result


def _update(made: Mapping[str, str]) -> StateUpdate:
    return {"commit": made["sha"], "branch": made["branch"]}


def _digest(files: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()


async def _changed(state: DeploymentState, deps: Deps) -> list[str]:
    """What the commit changes of a feature that is committed."""
    assert deps.repository is not None, "a step without a repository is skipped"
    before = await deps.repository.committed(deps.folder.relative, list(state["files"]))
    after = {name: deps.artefacts.get(digest) for name, digest in state["files"].items()}
    return changed_files(before, after)


async def _message(state: DeploymentState, deps: Deps) -> CreateCommitMessage:
    """A model's wording; the rule's where none is wanted or none was usable."""
    changes = deps.earlier.committed
    if not deps.settings.deployment.ai_create_commits:
        return rule_made(state, changes=changes)
    names = "\n".join(await _changed(state, deps) if changes else sorted(state["files"]))
    if not names:  # then there is nothing to commit
        return rule_made(state, changes=changes)
    try:
        answer = await deps.ask(CreateCommitMessage, state, STEP, diff=names)
    except (ReplyInvalid, RequestRejected):
        return rule_made(state, changes=changes)
    return answer.value
