"""Which finding is the root cause: where first, then why; causes before symptoms, earlier first."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.diagnosis.patterns import STAGES
from assistant.diagnosis.scan import Finding, Scan
from assistant.diagnosis.structure import Step

_ELSEWHERE = 40  # in a step that passed, while another one failed
_AFTERWARDS = 60  # in a step that only cleans up after the job
_QUIET = 40  # the line says of itself that it is a warning or less, or what failed is tried again
_CAPTURED = 45  # printed by a failed test, or in a summary of warnings
_CAPTURED_PROOF = 25  # the same of what a test can hardly print without being failed by it
_DOUBT = 0.85  # of the confidence, for each thing that speaks against a finding
_RIVAL = 0.92  # where another kind of failure stands as early in the chain of causes


def root_cause(scan: Scan) -> Finding | None:
    """The finding that explains the others; None where there is none."""
    some_failed = any(step.failed for step in scan.steps)
    weighed = [(_weight(one, scan.steps[one.step], some_failed), one) for one in scan.findings]
    # What the last good run says too is no cause while there is something new that may be one.
    weighed.sort(
        key=lambda pair: (
            pair[1].known or pair[0] <= 0,
            -pair[0],
            pair[1].line.number,
            -pair[1].pattern.confidence,
        )
    )
    ranked = [one for _, one in weighed]
    if not ranked:
        return None
    found = ranked[0]
    seen = {found.pattern.id}
    while causes := [
        one
        for one in ranked
        if found.pattern.id in one.pattern.outranks
        and one.pattern.id not in seen
        and one.step == found.step
        and one.known == found.known
    ]:
        found = min(causes, key=lambda one: one.line.number)
        seen.add(found.pattern.id)
    return found


def confidence(found: Finding, scan: Scan) -> float:
    """How likely a finding is right: its pattern's own share, less what speaks against it."""
    some_failed = any(step.failed for step in scan.steps)
    value = found.pattern.confidence * found.certainty
    own = _weight(found, scan.steps[found.step], some_failed)
    if own < STAGES[found.pattern.stage] or found.known:
        value *= _DOUBT
    if _has_rival(found, own, scan.findings, scan.steps, some_failed):
        value *= _RIVAL
    return round(value, 2)


def _weight(one: Finding, step: Step, some_failed: bool) -> int:
    weight = STAGES[one.pattern.stage]
    if step.after:
        weight -= _AFTERWARDS
    elif some_failed and not step.failed:
        weight -= _ELSEWHERE
    if (one.line.quiet or one.retried) and one.pattern.stage != "hint":
        weight -= _QUIET
    if one.section in ("captured", "aside"):
        proof = one.pattern.stage in ("exhausted", "code")
        weight -= _CAPTURED_PROOF if proof else _CAPTURED
    return weight


def _has_rival(
    found: Finding, own: int, findings: Sequence[Finding], steps: Sequence[Step], some_failed: bool
) -> bool:
    return any(
        one.kind != found.kind
        and one.known <= found.known
        and _weight(one, steps[one.step], some_failed) >= own
        for one in findings
    )
