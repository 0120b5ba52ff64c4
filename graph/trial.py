"""A fix under way, as the state keeps it."""

from __future__ import annotations

from typing import TypedDict

from assistant.kinds import Kind, RecoveryAction


class Trial(TypedDict):
    """A fix of a failure that no rule names, until its end is known: it worked when the step that
    failed is done, and failed when that fails with the same signature; round is that of recover."""

    round: int
    step: str
    signature: str
    kind: Kind
    action: RecoveryAction
    target: str
    cause: str
