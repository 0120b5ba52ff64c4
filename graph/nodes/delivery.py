"""commit, push, deploy and health_check: the accepted files on their way to a running service."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import asdict

from langgraph.runtime import Runtime

from assistant.errors import ReplyInvalid, RequestRejected
from assistant.schemas import CreateCommitMessage
from graph.attempts import printable
from graph.deps import Deps
from graph.run.result import seen_red
from graph.state import DeploymentState, StateUpdate
from ledger.effects import EffectKey
from ledger.text.counted import counted
from provisioner.git.records import CommitIntent, make_change
from provisioner.git.repository import Repository
from provisioner.modes.base import Deployment

STEP = "commit"
_SUBJECT_CHARS = 72
_SCOPE_CHARS = 30
_BODY_CHARS = 2_000
_ADDS = re.compile(r"(add|create|implement|introduce)(e?s|e?d|ing)?\b", re.IGNORECASE)


async def commit(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Make one semantic commit of the accepted files, and nothing else."""
    deps = runtime.context
    if deps.repository is None:
        return {"skipped": True, "note": "git is left alone"}
    listed = json.dumps(state["files"], sort_keys=True).encode()
    key = EffectKey(state["run_id"], STEP, hashlib.sha256(listed).hexdigest())
    known = deps.effects.find(key)
    if known and known.result:
        made, note = known.result, "made before"
    else:
        message = await _message(state, deps, deps.repository)
        text = format_message(message, state, changes=deps.earlier.committed)
        made = await _make(state, deps, deps.repository, key, text)
        subject = text.partition("\n")[0] if made["created"] else "has these very files already"
        note = f"{subject}. {made['warning']}".removesuffix(". ")
    sha = made["sha"]
    return {"commit": sha, "branch": made["branch"], "note": f"{sha[:10]} {note}"}


async def _make(
    state: DeploymentState, deps: Deps, repository: Repository, key: EffectKey, message: str
) -> dict[str, str]:
    """Record the intended commit, make it, record it as made; gives its sha and branch."""
    files = {name: deps.artefacts.get(digest) for name, digest in state["files"].items()}
    place = deps.folder.relative
    change = make_change(folder=place, files=files, message=message, effect_key=key.digest)
    intent = await repository.prepare_commit(change)
    begun = deps.effects.begin(key, STEP, {**asdict(intent), "message": message})
    details = dict(begun.details)
    first = details.pop("message")  # of an earlier attempt, whose plan counts
    change = make_change(folder=place, files=files, message=first, effect_key=key.digest)
    made = await repository.commit_folder(change, CommitIntent(**details))
    result = {"sha": made.sha, "branch": made.branch, "warning": made.warning}
    result["created"] = "yes" if made.created else ""
    deps.effects.finish(key, result)
    return result


async def _message(
    state: DeploymentState, deps: Deps, repository: Repository
) -> CreateCommitMessage:
    """A model's message; the default where none is wanted, nothing changes or none is usable."""
    changes = deps.earlier.committed
    names = sorted(state["files"])
    if changes:
        before = await repository.committed(deps.folder.relative, names)
        names = [
            f"{'changed' if name in before else 'added'}: {name}"
            for name in names
            if before.get(name) != deps.artefacts.get(state["files"][name])
        ]
    if names and deps.settings.deployment.ai_create_commits:
        with suppress(ReplyInvalid, RequestRejected):
            return (await deps.ask(CreateCommitMessage, state, STEP, diff="\n".join(names))).value
    return default_message(state, changes=changes)


def default_message(state: DeploymentState, *, changes: bool = False) -> CreateCommitMessage:
    """The message by rule."""
    verb = "change" if changes else "add"
    what = "service" if "service.py" in state["files"] else "module"
    return CreateCommitMessage(
        type="feat",
        scope=state["feature"],
        subject=f"{verb} {state['feature']} {what} with its tests",
        body="",
        breaking=False,
    )


def format_message(
    message: CreateCommitMessage, state: DeploymentState, *, changes: bool = False
) -> str:
    """The whole message without the effect's trailer, which git's caller adds.

    A model's words are content only: a line of its body cannot forge a trailer. Where the feature
    was committed before (`changes`), the subject says that it changes.
    """
    scope = re.sub(r"[^a-z0-9-]", "", message.scope.lower())[:_SCOPE_CHARS] or state["feature"]
    subject = printable(message.subject).rstrip(".")
    subject = subject or default_message(state, changes=changes).subject
    if changes and _ADDS.match(subject):
        subject = f"change {state['feature']}: {subject}"
    head = f"{message.type}({scope}){'!' if message.breaking else ''}: {subject}"[:_SUBJECT_CHARS]
    body = "\n".join(_plain(line) for line in message.body[:_BODY_CHARS].splitlines())
    return "\n\n".join(part for part in (head.rstrip(), body.strip(), _trailers(state)) if part)


def _plain(line: str) -> str:
    plain = "".join(character for character in line if character.isprintable())
    return f"  {plain}" if re.match(r"[A-Za-z][\w-]*:\s", plain) else plain


def _trailers(state: DeploymentState) -> str:
    """The proof in trailers, after the run's id."""
    proof, mutation = state["proof"], state["mutation"]
    lines = [f"Run-Id: {state['run_id']}"]
    if proof["verdict"]:
        lines.append(
            f"Tests: {proof['verdict']}, {proof['passed']} of {proof['collected']} passed, "
            f"{counted(proof['assertions'], 'assertion')}"
            f"{seen_red(state['red'])}"
        )
    if mutation and mutation["score"] is not None:
        lines.append(f"Mutation: {mutation.get('words') or format(mutation['score'], '.2f')}")
    lines += [f"Test-Fix: {printable(fix['reason'])}" for fix in state["test_fixes"]]
    return "\n".join(lines)


async def push(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Send the commit to the remote, if there is one."""
    deps = runtime.context
    repository, branch = deps.repository, state["branch"]
    deps.effects.require_lock()
    if repository is None or not state["commit"]:
        return {"skipped": True, "note": "nothing was committed"}
    sha = await repository.rewritten(state["commit"], folder=deps.folder.relative, branch=branch)
    pushed = await repository.push(sha, branch=branch)
    if pushed is None:
        return {"skipped": True, "note": "there is no remote"}
    return {"pushed": True, "commit": sha, "note": f"{pushed.ref} at {pushed.remote}"}


async def deploy(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Build and start the committed revision."""
    deps, provisioner = runtime.context, runtime.context.provisioner
    assert provisioner is not None, "the plan has this step only where the mode deploys"
    deps.effects.require_lock()
    built = await provisioner.build(skip_base=not deps.settings.deployment.rebuild_base_env)
    deployment = await provisioner.deploy(revision=state["commit"] or state["run_id"])
    note = f"{deployment.url} ({deployment.id})"
    return {"deployment": deployment.to_plain(), "note": f"{built}; {note}" if built else note}


async def health_check(state: DeploymentState, runtime: Runtime[Deps]) -> StateUpdate:
    """Wait until the endpoint answers with the revision that was deployed."""
    provisioner, deployed = runtime.context.provisioner, state["deployment"]
    assert provisioner is not None, "the plan has this step only where the mode deploys"
    assert deployed is not None, "deploy comes before"
    report = await provisioner.wait_healthy(Deployment.of_plain(deployed))
    probes = counted(report.attempts, "probe")
    return {"note": f"healthy after {probes}, revision {report.revision[:10]}"}
