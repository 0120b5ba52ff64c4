"""The commit's message: Conventional Commits, one subject line, the proof in its trailers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.schemas import CreateCommitMessage
from graph.attempts.feedback import printable
from graph.run.result import seen_red
from graph.state import DeploymentState
from ledger.text.counted import counted

_SUBJECT_CHARS = 72
_SCOPE_CHARS = 30
_BODY_CHARS = 2_000
_ADDS = re.compile(r"(add|create|implement|introduce)(e?s|e?d|ing)?\b", re.IGNORECASE)


def changed_files(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> list[str]:
    """Compare contents by name: ``changed: NAME`` or ``added: NAME`` of each file that differs."""
    return [
        f"{'changed' if name in before else 'added'}: {name}"
        for name in sorted(after)
        if before.get(name) != after[name]
    ]


def default_message(state: DeploymentState, *, changes: bool = False) -> CreateCommitMessage:
    """The message by rule; `changes` says whether the feature was committed before."""
    verb = "change" if changes else "add"
    service = "service.py" in state["files"]
    return CreateCommitMessage(
        type="feat",
        scope=state["feature"],
        subject=f"{verb} {state['feature']} {'service' if service else 'module'} with its tests",
        body="",
        breaking=False,
    )


def format_message(
    message: CreateCommitMessage, state: DeploymentState, *, changes: bool = False
) -> str:
    """The whole message without the effect's trailer, which git's caller adds.

    A model's words are content only: they are cut to one subject line, and a line of the body
    that reads like a trailer is indented, so that it cannot forge one. Where the feature was
    committed before, the subject says that it changes.
    """
    scope = re.sub(r"[^a-z0-9-]", "", message.scope.lower())[:_SCOPE_CHARS] or state["feature"]
    subject = (
        printable(message.subject).rstrip(".") or default_message(state, changes=changes).subject
    )
    if changes and _ADDS.match(subject):
        subject = f"change {state['feature']}: {subject}"
    head = f"{message.type}({scope}){'!' if message.breaking else ''}: {subject}"[:_SUBJECT_CHARS]
    body = "\n".join(_plain(line) for line in message.body[:_BODY_CHARS].splitlines())
    return "\n\n".join(part for part in (head.rstrip(), body.strip(), _trailers(state)) if part)


def _plain(line: str) -> str:
    printable = "".join(character for character in line if character.isprintable())
    return f"  {printable}" if re.match(r"[A-Za-z][\w-]*:\s", printable) else printable


def _trailers(state: DeploymentState) -> str:
    proof = state["proof"]
    lines = [f"Run-Id: {state['run_id']}"]
    if proof["verdict"]:
        lines.append(
            f"Tests: {proof['verdict']}, {proof['passed']} of {proof['collected']} passed, "
            f"{counted(proof['assertions'], 'assertion')}"
            f"{seen_red(state['red'])}"
        )
    mutation = state["mutation"]
    if mutation and mutation["score"] is not None:
        lines.append(f"Mutation: {mutation.get('words') or format(mutation['score'], '.2f')}")
    lines += [f"Test-Fix: {printable(fix['reason'])}" for fix in state["test_fixes"]]
    return "\n".join(lines)
