"""A failure, its diagnosis and the recoveries from it, as the state keeps them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from assistant.kinds import Kind, RecoveryAction


class Failure(TypedDict):
    """A failure as data: detail is for a repair prompt (at most 12,000 characters), the same
    signature is the same failure, action is there where the step that failed knows it."""

    step: str
    kind: Kind
    summary: str
    evidence: list[str]
    detail: str
    signature: str
    next: str
    action: NotRequired[RecoveryAction]


class Diagnosis(TypedDict):
    """The cause of a failure and the action on it; by is a rule's name or a model's, target what
    to act on, "" where that is not known."""

    kind: Kind
    root_cause: str
    action: RecoveryAction
    by: str
    target: NotRequired[str]


class Tried(TypedDict):
    """A recovery: the failure and its cause, the action on it, what was acted on ("" for nothing
    in particular), the step that the run went on at, the artefact of a configuration that the
    action changed ("" for none), and whether no code was at fault."""

    step: str
    kind: Kind
    cause: str
    signature: str
    action: RecoveryAction
    target: str
    on: str
    before: str
    infra: bool
