"""Fixes that a run learns from: begun, ended, and those of earlier runs that it repeats.

Only a failure that no pattern names is learned from: what a model said of it, or what the table of
actions has for its kind. How a fix ended is a fact: the step that failed is done, or fails in the
same way. Any other end teaches nothing.
"""

from __future__ import annotations

from assistant.diagnosis.asking import excerpt
from assistant.diagnosis.learned import is_learned, learn, signature
from assistant.diagnosis.redaction import redacted
from assistant.kinds import Kind
from graph.deps import Deps
from graph.events import Noted
from graph.failure import Diagnosis, Failure, Trial, printable
from graph.recovery.limits import answers_to
from graph.state import DeploymentState, StateUpdate
from ledger.fixes import Fixes
from ledger.text.counted import counted

# Kinds that say where a failure was seen, and not why.
_VAGUE: tuple[Kind, ...] = ("unknown", "provision_failed", "service_timeout")
_BY = "rule learned:"


def learned_fix(state: DeploymentState, deps: Deps) -> Diagnosis | None:
    """The diagnosis by a learned rule; None where none applies or this run has tried one."""
    failure = state["failure"]
    if not failure or not _is_unnamed(failure) or answers_to(state, failure):
        return None
    learned = learn(deps.fixes.list())
    for reason in learned.skipped:
        deps.emit(Noted(f"a recorded fix is skipped: {reason}"))
    rule = learned.rule_for(_signature(state, failure), excerpt(failure["detail"]))
    if rule is None:
        return None
    fix = rule.fix
    return Diagnosis(
        kind=fix.kind,
        root_cause=f"{fix.cause} (this fix worked {counted(rule.worked, 'time')} before)",
        action=fix.action,
        by=f"{_BY}{fix.rule}",
        target=fix.target,
    )


def begin_trial(state: DeploymentState, diagnosis: Diagnosis) -> Trial | None:
    """The fix that a recovery begins; None where nothing is to be learned from it."""
    failure, by = state["failure"], diagnosis["by"]
    named = by.startswith("rule ") and not by.startswith(_BY)
    if not failure or named or not _is_unnamed(failure) or not is_learned(diagnosis["action"]):
        return None
    return Trial(
        round=state["rounds"].get("recover", 0) + 1,
        step=failure["step"],
        signature=_signature(state, failure),
        kind=diagnosis["kind"],
        action=diagnosis["action"],
        target=diagnosis.get("target", ""),
        cause=printable(redacted(diagnosis["root_cause"].partition(" (this fix worked ")[0])),
    )


def end_trial(
    fixes: Fixes, trial: Trial, state: DeploymentState, step: str, update: StateUpdate
) -> StateUpdate:
    """Record whether the fix under way worked, where a step's update shows it."""
    if failure := update.get("failure"):
        if _signature(state, failure) == trial["signature"]:
            fixes.record(state["run_id"], trial["round"], trial, worked=False)
        return {"trial": None}
    going_on = update.get("again") or update.get("sent_back") or update.get("skipped")
    if step != trial["step"] or going_on:
        return {}
    fixes.record(state["run_id"], trial["round"], trial, worked=True)
    return {"trial": None}


def _is_unnamed(failure: Failure) -> bool:
    """Whether the step that failed does not say what it is."""
    return failure["kind"] in _VAGUE and "action" not in failure


def _signature(state: DeploymentState, failure: Failure) -> str:
    lines = [failure["summary"], *failure["evidence"]]
    return signature(failure["step"], lines, state["feature"])
