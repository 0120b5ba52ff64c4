"""commit: make one semantic commit of the accepted files, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress

from langgraph.runtime import Runtime

from assistant.errors import ReplyInvalid, RequestRejected
from assistant.schemas import CreateCommitMessage
from graph.deps import Deps
from graph.nodes.commit_message import changed_files, default_message, format_message
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
    text = format_message(message, state, changes=deps.earlier.committed)
    made = await _make(state, deps, deps.repository, key, text)
    subject = text.partition("\n")[0] if made["created"] else "has these very files already"
    note = f"{made['sha'][:10]} {subject}. {made['warning']}"
    return {**_update(made), "note": note.removesuffix(". ")}


async def _make(
    state: DeploymentState, deps: Deps, repository: Repository, key: EffectKey, message: str
) -> dict[str, str]:
    """Record the intended commit, make it, record it as made; gives its sha and branch."""
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
    """The files that the commit changes or adds, a line each; all of a new feature's."""
    if not deps.earlier.committed or deps.repository is None:
        return sorted(state["files"])
    before = await deps.repository.committed(deps.folder.relative, list(state["files"]))
    after = {name: deps.artefacts.get(digest) for name, digest in state["files"].items()}
    return changed_files(before, after)


async def _message(state: DeploymentState, deps: Deps) -> CreateCommitMessage:
    """A model's message; the default where none is wanted, nothing changes or none is usable."""
    names = "\n".join(await _changed(state, deps))
    if names and deps.settings.deployment.ai_create_commits:
        with suppress(ReplyInvalid, RequestRejected):
            return (await deps.ask(CreateCommitMessage, state, STEP, diff=names)).value
    return default_message(state, changes=deps.earlier.committed)
