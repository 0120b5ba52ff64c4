"""The commit's message: conventional, worded by a model or by rule, with the proof in trailers."""

from __future__ import annotations

import re
from contextlib import suppress

from assistant.errors import ReplyInvalid, RequestRejected
from assistant.schemas import CreateCommitMessage
from graph.deps import Deps
from graph.failure import printable
from graph.result import seen_red
from graph.state import DeploymentState
from ledger.text.counted import counted
from provisioner.git.repository import Repository

_SUBJECT_CHARS = 72
_SCOPE_CHARS = 30
_BODY_CHARS = 2_000
_ADDS = re.compile(r"(add|create|implement|introduce)(e?s|e?d|ing)?\b", re.IGNORECASE)


async def commit_message(state: DeploymentState, deps: Deps, repository: Repository) -> str:
    """The whole message without the effect's trailer, which git's caller adds."""
    message = await _worded(state, deps, repository)
    models, co_author = deps.models(), deps.settings.git.co_author
    changes = deps.earlier.committed
    return format_message(message, state, changes=changes, models=models, co_author=co_author)


async def _worded(
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
            return (
                await deps.ask(CreateCommitMessage, state, "commit", diff="\n".join(names))
            ).value
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
    message: CreateCommitMessage,
    state: DeploymentState,
    *,
    changes: bool = False,
    models: str = "",
    co_author: str = "",
) -> str:
    """A model's message in conventional form, with trailers.

    Its words are content only: a line of its body cannot forge a trailer. Where the feature
    was committed before (`changes`), the subject says that it changes.
    """
    scope = re.sub(r"[^a-z0-9-]", "", message.scope.lower())[:_SCOPE_CHARS] or state["feature"]
    subject = printable(message.subject).rstrip(".")
    subject = subject or default_message(state, changes=changes).subject
    if changes and _ADDS.match(subject):
        subject = f"change {state['feature']}: {subject}"
    head = f"{message.type}({scope}){'!' if message.breaking else ''}: {subject}"[:_SUBJECT_CHARS]
    body = "\n".join(_plain(line) for line in message.body[:_BODY_CHARS].splitlines())
    trailers = _trailers(state, models, co_author)
    return "\n\n".join(part for part in (head.rstrip(), body.strip(), trailers) if part)


def _plain(line: str) -> str:
    plain = "".join(character for character in line if character.isprintable())
    return f"  {plain}" if re.match(r"[A-Za-z][\w-]*:\s", plain) else plain


def _trailers(state: DeploymentState, models: str, co_author: str) -> str:
    """Feature, run, models and proof as trailers."""
    proof, mutation = state["proof"], state["mutation"]
    lines = [f"Feature: {state['feature']}", f"Run: {state['run_id']}"]
    if models:
        lines.append(f"Models: {printable(models)}")
    if proof["verdict"]:
        lines.append(
            f"Tests: {proof['verdict']}, {proof['passed']} of {proof['collected']} passed, "
            f"{counted(proof['assertions'], 'assertion')}"
            f"{seen_red(state['red'])}"
        )
    if state["frozen"]:
        lines.append(f"Tests-SHA256: {state['frozen']}")
    if mutation and mutation["score"] is not None:
        lines.append(f"Mutation-Score: {mutation['score']:.2f}")
        if words := mutation.get("words"):
            lines.append(f"Mutation: {words}")
    lines += [f"Test-Fix: {printable(fix['reason'])}" for fix in state["test_fixes"]]
    if co_author:
        lines.append(f"Co-authored-by: {printable(co_author)}")
    return "\n".join(lines)
